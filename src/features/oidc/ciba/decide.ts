import { type App, type By, type Db } from '../../../platform/app.ts'
import { randomMark, randomToken } from '../../../platform/crypto/index.ts'
import { transaction } from '../../../platform/db/index.ts'
import {
  acrNamed,
  admit,
  admitClient,
  demandInSession,
  fallsShort,
  levelAsked,
  levelNamed,
} from '../../admission/index.ts'
import * as audit from '../../audit/index.ts'
import type { ClientRecord, WithClients } from '../../clients/index.ts'
import { rememberConsent } from '../../consents/index.ts'
import { findProof, holdSignIns, type Proof, recordSignIn } from '../../sessions/index.ts'
import type { WithSettings } from '../../settings/index.ts'
import { errors } from './errors.ts'
import { queuePing } from './ping.ts'
import * as requests from './repository.ts'
import type { Approval, AuthenticationRequest } from './repository.ts'

type Machinery = Pick<App, 'config' | 'db' | 'clock'> & WithClients & WithSettings

/** Who decides what: a request of their own, and the session they do it in, by its own name or the one it has at a client. */
export interface Deciding {
  id: string
  userId: string
  session: string
}

/**
 * Lets a client have what it asked for. That begins a session of its own, whose tokens the client then fetches: it stands in
 * the person's list of sessions from this moment, and ends as every other does, whatever becomes of the browser in which it was
 * approved. How surely the person was recognised, and when, is what they proved in that browser.
 *
 * @returns the `acr` that they have yet to reach, and nothing has happened; null: it is approved.
 * @throws authentication_request_not_found (404): unknown, somebody else's, decided, expired, or of a client that gets nothing.
 * @throws approving_session_ended (401): nobody is signed in any more who could approve.
 */
export async function approveRequest(app: Machinery, by: By, deciding: Deciding): Promise<string | null> {
  return transaction(app.db, async (tx) => {
    const at = app.clock.now()
    await holdSignIns(tx, deciding.userId)
    const request = await requests.findPending(tx, { ...deciding, now: at })
    const client = request && (await app.clients.get(request.clientId))
    if (!client || admitClient(app, client) !== null) throw errors.authentication_request_not_found()
    const proof = await findProof(tx, deciding.session)
    if (proof?.userId !== deciding.userId) throw sessionEnded()
    const missing = await acrMissing({ ...app, db: tx }, request, proof)
    if (missing !== null) return missing
    const approval = approvalOf(proof)
    const decided = await requests.decide(tx, { ...deciding, at, state: 'approved', approval })
    if (!decided) throw errors.authentication_request_not_found()
    await begin(app, tx, by, { request, client, proof, approval })
    if (decided.toTell) await queuePing(tx, request.id)
    return null
  })
}

const sessionEnded = () => errors.approving_session_ended({ challenge: 'Bearer error="invalid_token"' })

/** What the client asked for is demanded, besides what is at every sign-in; a remembered device stands in for nothing. */
async function acrMissing(
  app: Machinery,
  { subject, clientId, acrValues }: AuthenticationRequest,
  { acr }: Proof,
): Promise<string | null> {
  const admission = await admit(app, { subject, clientId })
  if (admission.refused !== null) throw sessionEnded()
  const asked = levelAsked(acrValues ?? undefined)
  const demand = await demandInSession(app, admission.person, { clientId, asked, remembered: false })
  return fallsShort(levelNamed(acr), demand) ? acrNamed(demand.level) : null
}

const approvalOf = ({ acr, amr, authenticatedAt }: Proof): Approval => ({
  sessionUid: randomMark(),
  sid: randomMark(),
  grantId: randomToken(),
  acr,
  amr,
  authenticatedAt,
})

interface Begun {
  request: AuthenticationRequest
  client: ClientRecord
  proof: Proof
  approval: Approval
}

async function begin(
  app: Machinery,
  tx: Db,
  by: By,
  { request, client, proof, approval }: Begun,
): Promise<void> {
  const at = app.clock.now()
  const { userId, clientId, scopes } = request
  const { sessionUid: uid, sid, grantId, acr, amr, authenticatedAt } = approval
  const { deviceId, connection } = proof
  const session = { uid, userId, authenticatedAt, acr, amr, deviceId, connection }
  const atClient = { sid, clientId, grantId, offline: scopes.includes('offline_access') }
  if (!client.firstParty) await rememberConsent(app, tx, by, { userId, clientId, scopes })
  if (!(await recordSignIn(tx, at, by, session, atClient))) throw sessionEnded()
  await record(tx, at, by, request, 'approved')
}

/**
 * Says no to what a client asked.
 *
 * @throws authentication_request_not_found (404): unknown, somebody else's, decided or expired.
 */
export async function denyRequest(
  app: Pick<App, 'db' | 'clock'>,
  by: By,
  { id, userId }: Pick<Deciding, 'id' | 'userId'>,
): Promise<void> {
  await transaction(app.db, async (tx) => {
    const at = app.clock.now()
    const request = await requests.findPending(tx, { id, userId, now: at })
    const decided =
      request && (await requests.decide(tx, { id, userId, at, state: 'denied', approval: null }))
    if (!decided) throw errors.authentication_request_not_found()
    await record(tx, at, by, request, 'denied')
    if (decided.toTell) await queuePing(tx, id)
  })
}

async function record(
  tx: Db,
  at: Date,
  by: By,
  { id, clientId, scopes }: AuthenticationRequest,
  what: 'approved' | 'denied',
): Promise<void> {
  await audit.record(tx, at, by, {
    action: `authentication_request.${what}`,
    outcome: what === 'approved' ? 'success' : 'denied',
    target: { type: 'client', id: clientId },
    details: { requestId: id, scope: scopes.join(' ') },
  })
}
