import { defineErrors } from '../../platform/errors.ts'

export const errors = defineErrors({
  stream_not_found: { status: 404, title: 'There is no such stream.' },
  stream_exists: { status: 409, title: 'This client has a stream already.' },
  stream_stopped: {
    status: 403,
    title: 'An operator stopped this stream. Only an operator can let it go on or delete it.',
  },
  stream_disabled: { status: 409, title: 'This stream is disabled.' },
  stream_not_polled: { status: 409, title: 'The events of this stream are pushed.' },
  stream_invalid: { status: 400, title: 'This cannot be a stream.' },
  subject_invalid: { status: 400, title: 'This names nobody in a way that is understood here.' },
  verification_too_soon: { status: 429, title: 'A verification was asked for a moment ago.' },
  subject_not_found: { status: 404, title: 'There is no such person.' },
})
