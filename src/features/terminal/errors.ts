import { defineErrors } from '../../platform/errors.ts'

/** What a person at a terminal is told; the status is nobody's here. */
export const errors = defineErrors({
  bad_server: { status: 400, title: 'This is no address of a server.' },
  server_unreachable: { status: 503, title: 'The server does not answer.' },
  server_unsuitable: { status: 502, title: 'This server cannot sign in a command line.' },
  login_expired: { status: 400, title: 'The code has run out.' },
  login_denied: { status: 403, title: 'The sign-in was declined.' },
  not_signed_in: { status: 401, title: 'You are not signed in.' },
  sign_in_too_old: { status: 401, title: 'This wants a sign-in that is recent, or surer.' },
  unreadable_sign_ins: { status: 500, title: 'What was kept of your sign-ins cannot be read.' },
})
