import { defineErrors } from '../../platform/errors.ts'

export const errors = defineErrors({
  no_root_administrator: {
    status: 404,
    title: 'There is no root administrator yet; the next start of the service makes one.',
  },
})
