import { defineErrors } from '../../platform/errors.ts'

export const errors = defineErrors({
  keys_not_ripe: { status: 409, title: 'The next signing key has not been published long enough.' },
  key_not_found: { status: 404, title: 'There is no such signing key in use.' },
  keys_unavailable: { status: 503, title: 'Signatures cannot be checked at the moment.' },
})
