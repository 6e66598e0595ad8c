import { defineErrors } from '../../platform/errors.ts'

export const errors = defineErrors({
  webhook_not_found: { status: 404, title: 'There is no such webhook.' },
  webhook_invalid: { status: 422, title: 'The webhook cannot be like this.' },
  webhook_limit_reached: {
    status: 409,
    title: 'There are as many webhooks as there may be. Delete one first.',
  },
  webhook_disabled: { status: 409, title: 'The webhook is disabled. Enable it first.' },
  webhook_secret_unreadable: {
    status: 409,
    title: 'No configured key opens the secret of this webhook. Rotate its secret.',
  },
  webhook_replay_running: { status: 409, title: 'A replay to this webhook is running. Wait for its end.' },
  webhook_replay_not_found: { status: 404, title: 'There is no such replay.' },
  event_not_found: { status: 404, title: 'There is no such event, or it is not kept any more.' },
})
