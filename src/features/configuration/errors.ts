import { defineErrors } from '../../platform/errors.ts'

export const errors = defineErrors({
  configuration_invalid: { status: 422, title: 'The configuration cannot be applied like this.' },
  configuration_changed: {
    status: 409,
    title: 'Something was changed meanwhile. Nothing was applied: look at the plan again.',
  },
  configuration_busy: {
    status: 409,
    title: 'Another configuration is being applied. Try again in a moment.',
  },
  configuration_taken: {
    status: 409,
    title: 'It names something by an id that something else has. Nothing of that document was applied.',
  },
  configuration_declined: {
    status: 409,
    title: 'Nothing was applied. To apply it without being asked, add --yes.',
  },
  configuration_beyond_own: {
    status: 403,
    title: 'The configuration changes what you may not change yourself. Nothing was applied.',
  },
})
