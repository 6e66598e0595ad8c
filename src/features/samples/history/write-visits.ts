import { secondsAfter } from '../../../lib/clock.ts'
import type { App, By, Db } from '../../../platform/app.ts'
import { newId, randomMark } from '../../../platform/crypto/index.ts'
import { acrNamed } from '../../admission/index.ts'
import * as audit from '../../audit/index.ts'
import { concerned, type LoginOutcome, recordLoginEvent } from '../../lockout/index.ts'
import { recordSignIn } from '../../sessions/index.ts'
import type { Visit } from './visits.ts'

type Parts = Pick<App, 'config' | 'clock' | 'metrics'> & { db: Db }

interface Made {
  /** People by their address. */
  ids: ReadonlyMap<string, string>
  /** What they sign in to. */
  clients: readonly { id: string }[]
}

/** Records that one statement carries. */
const batchSize = 500

/** Seconds: who signed in since is signed in still. */
const freshSeconds = 3 * 86_400

/** Writes down what became of each attempt, as the sign-in itself would have. The number of those that succeeded. */
export async function writeVisits(app: Parts, visits: readonly Visit[], made: Made): Promise<number> {
  const signedIn = new Set<string>()
  let records: audit.AuditRecord[] = []
  const flush = async () => {
    await audit.recordHistory(app.db, records)
    records = []
  }
  for (const visit of visits) {
    records.push(...(await writeVisit(app, visit, made, signedIn)))
    if (records.length >= batchSize) await flush()
  }
  await flush()
  return visits.filter(({ outcome }) => outcome === 'success').length
}

async function writeVisit(
  app: Parts,
  visit: Visit,
  { ids, clients }: Made,
  signedIn: Set<string>,
): Promise<audit.AuditRecord[]> {
  const { at, person, outcome } = visit
  const userId = ids.get(person.email) ?? ''
  const clientId = clients[Math.floor(visit.application * clients.length)]?.id ?? ''
  const origin = { requestId: 'sample-data', ip: visit.ip, userAgent: person.userAgent }
  const stranger: By = { actor: { type: 'anonymous', id: null }, origin }
  const id = newId(at)
  const event = { id, login: person.email, userId, clientId, ...said[outcome] }
  await recordLoginEvent(app, app.db, at, stranger, event)
  if (outcome !== 'success')
    return [audit.toRecord(at, stranger, { id, ...failed(app, person.email, userId, outcome) })]

  const known: By = { actor: { type: 'user', id: userId }, origin }
  const isFresh = at > secondsAfter(app.clock.now(), -freshSeconds) && person.status === 'active'
  if (isFresh && !signedIn.has(userId)) {
    signedIn.add(userId)
    await startSession(app, at, known, clientId)
  }
  const details = { clientId, acr: acrNamed('password') }
  return [
    audit.toRecord(at, known, {
      id,
      action: 'sign_in.succeeded',
      target: { type: 'user', id: userId },
      details,
    }),
    ...tokensOf(app, visit, known, clientId),
  ]
}

const said: Record<Visit['outcome'], { outcome: LoginOutcome; reason?: string }> = {
  success: { outcome: 'success' },
  wrong_password: { outcome: 'failure', reason: 'wrong_credentials' },
  throttled: { outcome: 'throttled', reason: 'too_many_attempts' },
}

const failed = (
  app: Pick<App, 'config'>,
  login: string,
  id: string,
  outcome: 'wrong_password' | 'throttled',
): audit.AuditEntry => ({
  action: outcome === 'throttled' ? 'sign_in.throttled' : 'sign_in.failed',
  outcome: outcome === 'throttled' ? 'denied' : 'failure',
  reason: said[outcome].reason ?? '',
  ...concerned(app, login, { id }),
})

async function startSession({ db }: Parts, at: Date, by: By, clientId: string): Promise<void> {
  const session = {
    ...{ uid: randomMark(), userId: by.actor.id ?? '', authenticatedAt: at, acr: acrNamed('password') },
    ...{ amr: ['pwd'], deviceId: null, connection: null },
  }
  await recordSignIn(db, at, by, session, {
    sid: randomMark(),
    clientId,
    grantId: randomMark(),
    offline: false,
  })
}

/** The code was exchanged at once, and what came of it refreshed now and then. */
function tokensOf(app: Parts, { at, refreshes }: Visit, by: By, clientId: string): audit.AuditRecord[] {
  const target = { type: 'client', id: clientId }
  const later = Array.from({ length: refreshes }, (_, place) => secondsAfter(at, (place + 1) * 290))
  return [
    audit.toRecord(secondsAfter(at, 1), by, {
      action: 'token.issued',
      target,
      details: { scope: 'openid profile email' },
    }),
    ...later
      .filter((then) => then < app.clock.now())
      .map((then) => audit.toRecord(then, by, { action: 'token.refreshed', target })),
  ]
}
