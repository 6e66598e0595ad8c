import type { App } from '../../../platform/app.ts'
import { canonicalEmail } from '../../accounts/index.ts'
import type { WithSettings } from '../../settings/index.ts'
import { applyMapping, mappingOf } from '../claims.ts'
import { connectorNamed } from '../connectors/connectors.ts'
import { newcomerRefusal } from '../policy.ts'
import { provesEmail } from '../proves-email.ts'
import { type Inspection, inspectUpstream } from '../upstream/inspect-upstream.ts'
import { placeOf } from './check-provider.ts'
import type { ProviderRecord } from './provider.ts'
import type { Trial, TryProvider } from './schema.ts'

type Machinery = Pick<App, 'db' | 'outbound'> & WithSettings

/** What a sign-in by this provider would come to, without one: nothing is kept, and nobody is signed in. */
export async function tryProvider(
  app: Machinery,
  provider: ProviderRecord,
  given: TryProvider,
): Promise<Trial> {
  const upstream = await inspectUpstream(app, provider)
  const mapped = applyMapping(mappingOf(connectorNamed(provider.connector), provider.mapping), given.claims)
  const email = mapped.email === undefined ? null : canonicalEmail(mapped.email)
  const emailProven =
    email !== null && (await provesEmail(app.db, provider, { email, verified: mapped.email_verified }))
  const reason =
    refusalOfConnector(provider, given.claims) ??
    (mapped.sub === undefined ? 'sub_missing' : null) ??
    newcomerRefusal({
      policy: provider.policy,
      registrationMode: await app.settings.get('registration.mode'),
      email,
      emailProven,
      invited: given.invited,
      proofDemanded: await app.settings.get('registration.require_verified_email'),
    })
  return {
    upstream: upstreamOf(upstream),
    mapped,
    email_proven: emailProven,
    account: { made: reason === null, reason },
  }
}

export const upstreamOf = (found: Inspection): Trial['upstream'] =>
  found.ok
    ? { ok: true, issuer: found.issuer, endpoints: found.endpoints, reason: null }
    : { ok: false, issuer: null, endpoints: {}, reason: found.reason }

/** What the connector itself holds against such claims, as a hosted domain or a tenant. */
function refusalOfConnector(
  { connector: name, options }: ProviderRecord,
  claims: Record<string, unknown>,
): string | null {
  const connector = connectorNamed(name)
  if (!connector.refuse || placeOf(name, options) === null) return null
  return connector.refuse(connector.options.parse(options), claims)
}
