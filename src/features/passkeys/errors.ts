import { defineErrors } from '../../platform/errors.ts'

export const errors = defineErrors({
  // Whatever was wrong with it: who tries things out learns nothing about passkeys they do not hold.
  passkey_refused: { status: 403, title: 'This passkey was not accepted. Try again.', alike: true },
  // Who made it knows what it is, and is to get another one.
  authenticator_not_allowed: {
    status: 403,
    title: 'Keys of this kind of device cannot be added here. Ask those who run this service which ones can.',
  },
  security_key_synced: {
    status: 403,
    title: 'This key may be on several devices, so it is no security key. Add it as a passkey.',
  },
  passkey_not_found: { status: 404, title: 'There is no such passkey.' },
  passkey_known: { status: 409, title: 'This passkey opens an account here already.' },
  passkeys_full: {
    status: 409,
    title: 'There are as many passkeys as an account may have. Delete one first.',
  },
})
