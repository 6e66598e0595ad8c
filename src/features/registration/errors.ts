import { defineErrors, type Problem } from '../../platform/errors.ts'

export const errors = defineErrors({
  registration_closed: { status: 403, title: 'Applications do not register themselves here.' },
  registration_token_missing: { status: 401, title: 'Present an initial access token as a bearer token.' },
  registration_token_invalid: { status: 401, title: 'This token is not good, or not any more.' },
  registration_token_not_found: { status: 404, title: 'There is no such token that could be taken back.' },
  registration_barred: {
    status: 403,
    title: 'This application was disabled; only an operator can change it.',
  },
  invalid_software_statement: { status: 400, title: 'The software statement is not valid.' },
  unapproved_software_statement: {
    status: 400,
    title: 'Whoever signed the software statement is not believed here.',
  },
})

/** What each refusal is called (RFC 7591, section 3.2.2; RFC 6750, section 3.1); others by their status. */
const codes: Record<string, string> = {
  registration_closed: 'access_denied',
  registration_barred: 'access_denied',
  registration_token_missing: 'invalid_token',
  registration_token_invalid: 'invalid_token',
  invalid_redirect_uri: 'invalid_redirect_uri',
  invalid_client_metadata: 'invalid_client_metadata',
  invalid_software_statement: 'invalid_software_statement',
  unapproved_software_statement: 'unapproved_software_statement',
}

const byStatus: Record<number, string> = {
  429: 'temporarily_unavailable',
  500: 'server_error',
  503: 'temporarily_unavailable',
}

/** A refusal in the words of RFC 7591, section 3.2.2. */
export function refusedAs(problem: Problem): { error: string; error_description: string } {
  const { fields, detail } = problem.options
  const told = fields?.map((one) => `${metadataName(one.field)} ${one.detail}`.trim()).join('; ')
  const redirect = fields?.some(({ field }) => field.startsWith('redirect_uris')) ?? false
  const code =
    codes[problem.code] ??
    byStatus[problem.status] ??
    (redirect ? 'invalid_redirect_uri' : 'invalid_client_metadata')
  return { error: code, error_description: printable(told ?? detail ?? problem.message) }
}

/** Our fields, as registrations call them. */
const names: Record<string, string> = {
  name: 'client_name',
  grants: 'grant_types',
  authentication: 'jwks',
  idTokenAlgorithm: 'id_token_signed_response_alg',
  scopes: 'scope',
}

/** `redirectUris.0` -> `redirect_uris.0` */
function metadataName(field: string): string {
  const [name = '', ...rest] = field.split('.')
  const known = names[name] ?? name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)
  return [known, ...rest].join('.')
}

/** Nothing but what RFC 6749, appendix A.8, allows in a description. */
const printable = (text: string): string =>
  text
    .replace(/[\u2018\u2019"\\]/g, "'")
    .replace(/[^\x20-\x7e]/g, '?')
    .slice(0, 1_000)
