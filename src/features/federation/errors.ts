import { defineErrors } from '../../platform/errors.ts'

export const errors = defineErrors({
  provider_not_found: { status: 404, title: 'There is no such identity provider.' },
  identity_not_found: { status: 404, title: 'There is no such identity.' },
  provider_exists: { status: 409, title: 'Another identity provider has this name or issuer already.' },
  provider_changed: {
    status: 409,
    title: 'The identity provider was changed meanwhile. Look at it and try again.',
  },
  too_many_providers: { status: 409, title: 'There are as many identity providers as there may be: 100.' },
  provider_options_invalid: { status: 422, title: 'The identity provider cannot be set up like this.' },
  secret_demanded: {
    status: 422,
    title: 'Give the secret again: it would go to another address than the one it was given for.',
  },
  domain_not_found: { status: 404, title: 'There is no such domain at this identity provider.' },
  domain_unproven: { status: 409, title: 'The DNS record that proves the domain was not found.' },
  domain_unknown: { status: 503, title: 'The name servers did not answer. Try again in a moment.' },
  domain_impossible: {
    status: 409,
    title: 'This identity provider cannot speak for a domain: several organizations speak by it.',
  },
  too_many_domains: { status: 409, title: 'The identity provider has as many domains as it may have: 100.' },
  domain_taken: { status: 409, title: 'Another identity provider speaks for this domain already.' },
  upstream_unavailable: { status: 502, title: 'The identity provider does not answer.' },
  upstream_refused: { status: 403, title: 'The identity provider did not confirm who you are.' },
  upstream_answer_invalid: { status: 502, title: 'The answer of the identity provider cannot be trusted.' },
  upstream_request_ended: {
    status: 400,
    title: 'This sign-in was finished, took too long, or began in another browser.',
  },
})
