import { secondsAfter } from '../../../lib/clock.ts'
import type { FieldProblem } from '../../../platform/errors.ts'
import type { RegistrationPolicy } from '../../settings/index.ts'
import { demandsOf } from '../profiles.ts'
import type { NewClient } from '../schema.ts'
import { refuse } from './requested-metadata.ts'

const day = 24 * 3600

/**
 * An application that registers itself, within what it may have. Scopes it may not have are left out, as the answer shows (RFC
 * 7591, section 3.2.1); all else is refused, since it would not work as it expects.
 *
 * @throws invalid_client_metadata (400)
 */
export function withinPolicy(
  client: NewClient,
  policy: RegistrationPolicy,
  { requirePkce, since }: { requirePkce: boolean; since: Date },
): NewClient {
  const { grants = [], redirectUris = [], authentication } = client
  const scopes = policy.scopes.filter((scope) => client.scopes?.includes(scope) ?? true)
  const hosts = redirectUris.map(hostOf)
  const rules: (FieldProblem & { broken: boolean })[] = [
    {
      field: 'grant_types',
      broken: grants.some((grant) => !policy.grants.includes(grant)),
      detail: `may hold ${policy.grants.join(', ')} only`,
    },
    {
      field: 'token_endpoint_auth_method',
      broken: !policy.authMethods.includes(methodOf(client)),
      detail: `must be one of ${policy.authMethods.join(', ')}`,
    },
    {
      field: 'redirect_uris',
      broken: policy.redirectHosts.length > 0 && !hosts.every((host) => matches(policy.redirectHosts, host)),
      detail: 'lead to a host that is not allowed here',
    },
    {
      field: 'scope',
      broken: client.scopes !== undefined && client.scopes.length > 0 && scopes.length === 0,
      detail: 'holds nothing that is allowed here',
    },
  ]
  refuse(rules.filter(({ broken }) => broken).map(({ field, detail }) => ({ field, detail })))
  return {
    ...client,
    scopes,
    pkce: requirePkce || authentication === 'none' || demandsOf(client.profile).pushedRequests,
    ...(policy.lifetimeDays !== null && { expiresAt: secondsAfter(since, policy.lifetimeDays * day) }),
  }
}

/** None behind a scheme of one's own: whoever has registered that on the device gets what is sent there. */
function hostOf(uri: string): string {
  const url = URL.parse(uri)
  return url && /^https?:$/.test(url.protocol) ? url.hostname : ''
}

function methodOf({ authentication, secretIn }: NewClient): RegistrationPolicy['authMethods'][number] {
  if (authentication === 'none') return 'none'
  if (typeof authentication === 'object') return 'private_key_jwt'
  return secretIn === 'body' ? 'client_secret_post' : 'client_secret_basic'
}

/** Whether a host is one of these: exactly, or below one that begins with `*.`. */
export const matches = (patterns: readonly string[], host: string): boolean =>
  patterns.some((pattern) => (pattern.startsWith('*.') ? host.endsWith(pattern.slice(1)) : host === pattern))
