import type { Gatehouse } from '../../src/app.ts'
import { keepSecret } from '../support/canary.ts'
import type { Upstream, UpstreamName } from '../support/upstream/index.ts'

/** Where somebody leaves a row who is let in, or made an account for. */
const tables = [
  'users',
  'user_identities',
  'profiles',
  'sign_in_attempts',
  'sessions',
  'upstream_sign_ins',
  'upstream_tokens',
] as const

/** How many rows there are of all that a sign-in leaves behind. */
export async function leftBehind({ db }: Pick<Gatehouse, 'db'>): Promise<Record<string, number>> {
  const counted = tables.map(async (table): Promise<[string, number]> => {
    const rows = await db(table).count<{ count: string }[]>()
    return [table, Number(rows[0]?.count)]
  })
  const oidc = await db('oidc_payloads').whereNotNull('account_id').count<{ count: string }[]>()
  return { ...Object.fromEntries(await Promise.all(counted)), oidc: Number(oidc[0]?.count) }
}

export interface FailureRecorded {
  outcome: string
  reason: string
  target_id: string
  details: unknown
  request_id: string | null
}

/** What the audit says of providers that proved nobody, oldest first. */
export const failuresRecorded = ({ db }: Pick<Gatehouse, 'db'>): Promise<FailureRecorded[]> =>
  db('audit_records')
    .where({ action: 'upstream.failed' })
    .orderBy('recorded_at')
    .orderBy('id')
    .select<FailureRecorded[]>('outcome', 'reason', 'target_id', 'details', 'request_id')

/** The canary learns every code, token and verifier that came by a provider. */
export async function keepSecretsSeen(upstream: Upstream, ...names: UpstreamName[]): Promise<void> {
  for (const seen of (await Promise.all(names.map((name) => upstream.seen(name)))).flat()) {
    const { code, code_verifier: verifier, client_secret: secret } = seen.body
    const { state, nonce, appsecret_proof: proof } = seen.query
    const [, credentials] = (seen.headers.authorization ?? '').split(' ')
    keepSecret(code, verifier, secret, state, nonce, proof, credentials)
  }
}
