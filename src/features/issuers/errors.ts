import { defineErrors } from '../../platform/errors.ts'

export const errors = defineErrors({
  issuer_not_found: { status: 404, title: 'This issuer is not trusted.' },
  issuer_exists: { status: 409, title: 'This issuer is trusted already. Remove it first.' },
  issuer_invalid: { status: 422, title: 'The issuer cannot be trusted like this.' },
})
