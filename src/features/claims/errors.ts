import { defineErrors } from '../../platform/errors.ts'

export const errors = defineErrors({
  claim_reserved: { status: 422, title: 'This claim has a meaning of its own and cannot be set.' },
  claim_invalid: { status: 422, title: 'The claim cannot be added like this.' },
  claim_exists: { status: 409, title: 'This client has this claim already. Remove it first.' },
  claim_not_found: { status: 404, title: 'There is no such claim.' },
})
