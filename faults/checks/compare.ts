import { join } from 'node:path'

import { heldRole } from '../clients/application.ts'
import { noteAct } from '../clients/ledger.ts'
import type { Parts } from '../clients/load.ts'
import { runToEnd } from '../rig/processes.ts'
import type { Scene } from '../scene.ts'
import { count } from '../tally.ts'

/**
 * Compares what clients were told with what is there: through the service, where that is what they would do next, and in the
 * database. Everything is well again when this runs.
 */
export async function compare(parts: Parts): Promise<void> {
  await compareFamilies(parts)
  await compareLineages(parts)
  await compareCodes(parts)
  await compareEnded(parts)
  await compareAccounts(parts)
  await compareRoles(parts)
  await compareAudit(parts)
}

/** The newest acknowledged refresh token of each session is good. */
async function compareFamilies({ scene, ledger, watch, tally }: Parts): Promise<void> {
  for (const family of ledger.families) {
    if (family.token === '') continue
    const answer = await watch.persist('refresh afterwards', () => scene.client.refresh(family.token), 60_000)
    if (answer?.status === 200) noteAct(ledger, 'token.refreshed')
    else
      count(
        tally,
        'refused',
        `the newest refresh token: ${answer?.status ?? 'no answer'} ${answer?.text ?? ''}`,
      )
  }
}

/** Who signed in once has one refresh token that is good at most: of two lineages one would be a thief's. */
async function compareLineages({ scene, ledger, tally }: Parts): Promise<void> {
  const forked = await scene.postgres.ask<{ tokens: number }>(
    `select count(*)::int as tokens from oidc_payloads p join users u on u.id::text = p.account_id
     where p.model = 4 and p.consumed_at is null and u.email = any($1) group by p.account_id having count(*) > 1`,
    [ledger.families.map(({ email }) => email)],
  )
  for (const { tokens } of forked)
    count(tally, 'twice', `a sign-in has ${tokens} refresh tokens that are good`)
}

/** The last codes that were redeemed are not redeemed again. */
async function compareCodes({ scene, ledger, watch, tally }: Parts): Promise<void> {
  const last = [...ledger.codes].filter(([, redeemed]) => redeemed === 1).slice(-3)
  for (const [code] of last) {
    const { value, verifier } = JSON.parse(code) as { value: string; verifier: string } // see redeemer()
    const answer = await watch.persist('code again', () => scene.client.redeem({ value, verifier }), 10_000)
    if (answer?.status === 200) count(tally, 'twice', 'a code was redeemed again')
  }
}

/** How many of what was ended are tried again, at each replica. */
const mostTried = 12

async function compareEnded({ scene, ledger, watch, tally }: Parts): Promise<void> {
  for (const { how, access, refresh } of ledger.ended.slice(-mostTried)) {
    for (const { name, origin } of scene.replicas) {
      const client = scene.clientAt(origin)
      const seen = await watch.persist('userinfo afterwards', () => client.userinfo(access), 10_000)
      if (seen?.status === 200) count(tally, 'revived', `an access token, ${how}, at ${name}`)
    }
    const answer = await watch.persist('refresh afterwards', () => scene.client.refresh(refresh), 10_000)
    if (answer?.status === 200) count(tally, 'revived', `a refresh token, ${how}`)
  }
}

/** Accounts that were made are there, whole: with a password, a subject and an identity. */
async function compareAccounts({ scene, ledger, tally }: Parts): Promise<void> {
  const there = await scene.postgres.ask<{ email: string; verified: boolean; whole: boolean }>(
    `select u.email, u.email_verified_at is not null as verified,
            exists (select 1 from user_credentials c where c.user_id = u.id)
            and exists (select 1 from subjects s where s.user_id = u.id)
            and exists (select 1 from user_identities i where i.user_id = u.id) as whole
     from users u where u.email like '%@example.com'`,
  )
  const known = new Map(there.map((one) => [one.email, one]))
  for (const { email, whole } of there) if (!whole) count(tally, 'lost', `half an account: ${email}`)
  for (const email of ledger.registered)
    if (!known.has(email)) count(tally, 'lost', `an account that was made: ${email}`)
  for (const email of ledger.verified)
    if (known.get(email)?.verified !== true) count(tally, 'lost', `a proven address: ${email}`)
}

async function compareRoles({ scene, ledger, tally }: Parts): Promise<void> {
  const holders = await scene.postgres.ask<{ id: string }>(
    `select principal_id as id from assignments where role = $1 and principal_type = 'user' and revoked_at is null`,
    [heldRole],
  )
  const held = new Set(holders.map(({ id }) => id))
  for (const [id, acknowledged] of ledger.holders) {
    if (held.has(id) === acknowledged) continue
    const what = acknowledged ? 'lost' : 'revived'
    count(tally, what, `a role that was ${acknowledged ? 'given is not there' : 'taken is there'}`)
  }
}

/** Every acknowledged act has its record, and the chain is whole. */
async function compareAudit({ scene, ledger, tally }: Parts): Promise<void> {
  const recorded = await recordsOf(scene)
  for (const [action, acknowledged] of ledger.acts) {
    const missing = acknowledged - (recorded.get(action) ?? 0) + (ledger.recordedBefore.get(action) ?? 0)
    if (missing > 0) count(tally, 'gaps', `${missing} of ${acknowledged} acts have no record: ${action}`)
  }
}

/** How many records there are of each action. */
export async function recordsOf({ postgres }: Pick<Scene, 'postgres'>): Promise<Map<string, number>> {
  const rows = await postgres.ask<{ action: string; records: number }>(
    'select action, count(*)::int as records from audit_records group by action',
  )
  return new Map(rows.map(({ action, records }) => [action, records]))
}

const bin = join(import.meta.dirname, '../../bin/gatehouse.js')

/** The chain, by the program's own verifier: once, at the end, since it looks at everything from the first link on. */
export async function verifyChain({ scene, tally }: Pick<Parts, 'scene' | 'tally'>): Promise<void> {
  const env = { ...scene.variables, DATABASE_URL: scene.postgres.url() }
  try {
    await runToEnd(process.execPath, [bin, 'audit', 'verify', '--json'], { env })
  } catch (error) {
    count(tally, 'gaps', `the chain: ${error instanceof Error ? error.message.slice(-400) : String(error)}`)
  }
}
