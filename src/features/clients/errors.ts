import { defineErrors } from '../../platform/errors.ts'

export const errors = defineErrors({
  invalid_redirect_uri: { status: 400, title: 'A redirect URI cannot be accepted.' },
  invalid_client_metadata: { status: 400, title: 'The client cannot be registered like this.' },
  client_not_found: { status: 404, title: 'There is no such client.' },
  client_changed: { status: 412, title: 'The client was changed meanwhile; look at it again.' },
  client_documented: {
    status: 409,
    title: 'This client is described by a document of its own; what it says cannot be changed here.',
  },
  client_secret_not_found: { status: 404, title: 'This client has no such secret.' },
  client_secret_current: {
    status: 409,
    title: 'This is the only secret that goes on; make a new one, without an overlap.',
  },
  client_has_no_secret: { status: 409, title: 'This client does not authenticate with a secret.' },
})
