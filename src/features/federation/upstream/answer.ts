import { z } from 'zod'

import { applyMapping, type MappedClaims, mappingOf, type Said } from '../claims.ts'
import type { ProviderClient } from './provider-client.ts'
import { untrusted } from './untrusted.ts'

export const Tokens = z.object({
  access_token: z.string(),
  token_type: z.string(),
  scope: z.string().nullable(),
  refresh_token: z.string().nullable(),
  expires_at: z.iso.datetime().nullable(),
})

/** Tokens of the provider, where its record says that they are kept. */
export type UpstreamTokens = z.infer<typeof Tokens>

export const UpstreamAnswer = z.object({
  /** With `subject` the identity, and nothing else is (OpenID Connect Core 1.0, section 5.7). */
  issuer: z.string(),
  subject: z.string(),
  claims: z.looseObject({
    email_verified: z.boolean(),
    email: z.string().optional(),
    name: z.string().optional(),
  }),
  /** What its owner knows the identity by. */
  label: z.string(),
  /** The provider's name for its session. */
  sid: z.string().nullable(),
  /** When the person proved there who they are, where the provider says so. */
  authenticatedAt: z.iso.datetime().nullable(),
  tokens: Tokens.nullable(),
})

/** What a provider proved about somebody. */
export interface UpstreamAnswer extends Omit<z.infer<typeof UpstreamAnswer>, 'claims'> {
  claims: Omit<MappedClaims, 'sub'>
}

/**
 * Puts together what was said. `said` has been checked: signature, issuer, audience, times.
 *
 * @throws upstream_answer_invalid (502): no subject that could stand for one person, or somebody this provider is not to let in.
 */
export function toAnswer(
  { provider, connector, options, issuer: expected }: ProviderClient,
  said: Said,
  tokens: UpstreamTokens | null,
): UpstreamAnswer {
  const refused = connector.refuse?.(options, said) ?? null
  if (refused !== null) throw untrusted(refused)
  const { sub: subject, ...claims } = applyMapping(mappingOf(connector, provider.mapping), said)
  if (subject === undefined) throw untrusted('the answer names no subject')
  return {
    issuer: issuerOf(expected, said),
    subject,
    claims,
    label: labelOf(claims) ?? subject,
    sid: sidOf(said),
    authenticatedAt: momentOf(said.auth_time),
    tokens: provider.keepTokens ? tokens : null,
  }
}

/** Where each tenant has its own issuer, the connector has compared it with the tenant. */
const issuerOf = (expected: string, { iss }: Said): string =>
  expected.includes('{') && typeof iss === 'string' ? iss : expected

const labelOf = ({ email, name, nickname }: UpstreamAnswer['claims']): string | undefined =>
  email ?? name ?? nickname

const sidOf = ({ sid }: Said): string | null => (typeof sid === 'string' && sid.length <= 255 ? sid : null)

/** Null for what is no NumericDate of the past. */
function momentOf(value: unknown): string | null {
  const seconds = Number.isSafeInteger(value) ? Number(value) : 0
  return seconds > 0 && seconds <= 4_102_444_800 ? new Date(seconds * 1000).toISOString() : null
}
