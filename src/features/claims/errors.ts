import { defineErrors } from '../../platform/errors.ts'

export const errors = defineErrors({
  claim_reserved: { status: 422, title: 'This claim has a meaning of its own and cannot be set.' },
  claim_invalid: { status: 422, title: 'The claim cannot be added like this.' },
  claim_exists: { status: 409, title: 'This client has this claim already. Remove it first.' },
  claim_hook_exists: { status: 409, title: 'This client has a hook already. Remove it first.' },
  claims_unavailable: {
    status: 503,
    title: 'A service that says what belongs into the token does not answer.',
  },
  claim_not_found: { status: 404, title: 'There is no such claim.' },
})
