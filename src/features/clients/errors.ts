import { defineErrors } from '../../platform/errors.ts'

export const errors = defineErrors({
  invalid_redirect_uri: { status: 400, title: 'A redirect URI cannot be accepted.' },
  invalid_client_metadata: { status: 400, title: 'The client cannot be registered like this.' },
  client_not_found: { status: 404, title: 'There is no such client.' },
  client_has_no_secret: { status: 409, title: 'This client does not authenticate with a secret.' },
})
