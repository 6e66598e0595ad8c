import { defineErrors } from '../../platform/errors.ts'

export const errors = defineErrors({
  factor_not_found: { status: 404, title: 'There is no such factor, or it was begun too long ago.' },
  factor_code_refused: {
    status: 403,
    title:
      'This code is not right. Wait for the next one, and look whether the clock of the device is right.',
    alike: true,
  },
  factors_full: {
    status: 409,
    title: 'There are as many authenticator apps as an account may have. Remove one first.',
  },
  sent_code_refused: {
    status: 403,
    title: 'This code is not right, or too old. Look for the newest one, or have another sent.',
    alike: true,
  },
  phone_number_invalid: {
    status: 422,
    title: 'This is no number of a mobile phone. Begin with + and the code of the country.',
  },
  phone_known: { status: 409, title: 'This number is in your account already.' },
  phones_full: {
    status: 409,
    title: 'There are as many numbers as an account may have. Remove one first.',
  },
  country_not_allowed: { status: 422, title: 'Codes cannot be sent to numbers of this country here.' },
  sms_not_offered: { status: 403, title: 'Codes are not sent by text message here.' },
  mail_codes_not_offered: {
    status: 403,
    title: 'Codes by e-mail are not offered for this account.',
  },
  mail_known: { status: 409, title: 'Codes are sent to your e-mail address already.' },
})
