import type { Db } from '../../../platform/app.ts'
import { run, type Statement } from '../../../platform/db/index.ts'

/** What a request to a provider is for. */
export type Purpose =
  | 'sign-in' // at the pages of a sign-in
  | 'connect' // there too: an identity that was offered is linked to who signed in
  | 'link' // at the pages of an account
  | 'native' // for an application of ours, by its system's browser
  | 'id-token' // the same, by an ID token it got itself

/** Whom and what a request is bound to. */
export interface Bindings {
  attemptId?: Buffer | undefined
  userId?: string | undefined
  sessionUid?: string | undefined
  expected?: Identity | undefined
  clientId?: string | undefined
  codeChallenge?: string | undefined
}

export interface Identity {
  issuer: string
  subject: string
}

export interface NewRequest extends Bindings {
  id: string
  stateHash: Buffer
  providerId: string
  purpose: Purpose
  browserHash: Buffer | null
  fresh: boolean
  waiting: Buffer | null
  sealingKeyId: string | null
  at: Date
  expiresAt: Date
}

export interface RequestRecord {
  id: string
  providerId: string
  purpose: Purpose
  fresh: boolean
  attemptId: Buffer | null
  userId: string | null
  sessionUid: string | null
  expected: Identity | null
  clientId: string | null
  codeChallenge: string | null
  waiting: Buffer | null
  outcome: Buffer | null
  sealingKeyId: string | null
  createdAt: Date
}

interface Row {
  id: string
  provider_id: string
  purpose: Purpose
  fresh: boolean
  attempt_id: Buffer | null
  user_id: string | null
  session_uid: string | null
  expected_issuer: string | null
  expected_subject: string | null
  client_id: string | null
  code_challenge: string | null
  waiting: Buffer | null
  outcome: Buffer | null
  sealing_key_id: string | null
  created_at: Date
}

const columns = [
  'id',
  'provider_id',
  'purpose',
  'fresh',
  'attempt_id',
  'user_id',
  'session_uid',
  'expected_issuer',
  'expected_subject',
  'client_id',
  'code_challenge',
  'waiting',
  'outcome',
  'sealing_key_id',
  'created_at',
]

const toRecord = (row: Row): RequestRecord => ({
  id: row.id,
  providerId: row.provider_id,
  purpose: row.purpose,
  fresh: row.fresh,
  attemptId: row.attempt_id,
  userId: row.user_id,
  sessionUid: row.session_uid,
  expected: identityOf(row.expected_issuer, row.expected_subject),
  clientId: row.client_id,
  codeChallenge: row.code_challenge,
  waiting: row.waiting,
  outcome: row.outcome,
  sealingKeyId: row.sealing_key_id,
  createdAt: row.created_at,
})

const identityOf = (issuer: string | null, subject: string | null): Identity | null =>
  issuer === null || subject === null ? null : { issuer, subject }

const insertRequest: Statement = {
  name: 'federation_insert_request_v1',
  text: `insert into upstream_requests (id, state_hash, provider_id, purpose, browser_hash, fresh, attempt_id, user_id,
           session_uid, expected_issuer, expected_subject, client_id, code_challenge, waiting, sealing_key_id, created_at, expires_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17)`,
}

/** Named, since an error must not repeat a value. */
export async function insert(db: Db, request: NewRequest): Promise<void> {
  const { id, stateHash, providerId, purpose, browserHash, fresh, waiting, sealingKeyId } = request
  const { attemptId, userId, sessionUid, expected, clientId, codeChallenge, at, expiresAt } = request
  const bound = [attemptId, userId, sessionUid, expected?.issuer, expected?.subject, clientId, codeChallenge]
  await run(db, insertRequest, [
    ...[id, stateHash, providerId, purpose, browserHash, fresh],
    ...bound.map((value) => value ?? null),
    ...[waiting, sealingKeyId, at, expiresAt],
  ])
}

interface Answered {
  stateHash: Buffer
  browserHash: Buffer
  providerId: string
  at: Date
}

/** Takes the one answer of a request. The request for exactly one of any number of concurrent callers. Served by the unique index on state_hash. */
export async function claim(
  db: Db,
  { stateHash, browserHash, providerId, at }: Answered,
): Promise<RequestRecord | null> {
  const [row] = await db('upstream_requests')
    .where({ state_hash: stateHash, browser_hash: browserHash, provider_id: providerId })
    .whereNull('answered_at')
    .where('expires_at', '>', at)
    .update({ answered_at: at })
    .returning<Row[]>(columns)
  return row ? toRecord(row) : null
}

interface Outcome {
  id: string
  /** Until when it must be picked up. */
  expiresAt: Date
  outcome: Buffer
  sealingKeyId: string
  codeHash: Buffer | null
}

export async function keepOutcome(
  db: Db,
  { id, outcome, sealingKeyId, codeHash, expiresAt }: Outcome,
): Promise<void> {
  await db('upstream_requests')
    .where({ id })
    .whereNull('used_at')
    .update({ outcome, sealing_key_id: sealingKeyId, code_hash: codeHash, expires_at: expiresAt })
}

export type Named = { id: string; browserHash: Buffer } | { codeHash: Buffer } | { nonceHash: Buffer }

const whichOf = (named: Named): Record<string, string | Buffer> => {
  if ('id' in named) return { id: named.id, browser_hash: named.browserHash }
  return 'codeHash' in named
    ? { code_hash: named.codeHash }
    : { state_hash: named.nonceHash, purpose: 'id-token' }
}

/** A request that can still be used; looking does not use it up. */
export async function find(db: Db, named: Named, at: Date): Promise<RequestRecord | null> {
  const row = await db('upstream_requests')
    .select<Row[]>(columns)
    .where(whichOf(named))
    .whereNull('used_at')
    .where('expires_at', '>', at)
    .first()
  return row ? toRecord(row) : null
}

/** Uses what came of a request. The request for exactly one of any number of concurrent callers. */
export async function use(db: Db, named: Named, at: Date): Promise<RequestRecord | null> {
  const [row] = await db('upstream_requests')
    .where(whichOf(named))
    .whereNull('used_at')
    .where('expires_at', '>', at)
    .update({ used_at: at })
    .returning<Row[]>(columns)
  return row ? toRecord(row) : null
}

interface Offering extends Identity {
  id: string
  at: Date
  expiresAt: Date
}

/** What a used request proved is offered to whoever signs in in the same attempt. */
export async function offer(db: Db, { id, issuer, subject, at, expiresAt }: Offering): Promise<void> {
  await db('upstream_requests').where({ id }).update({
    offered_at: at,
    expected_issuer: issuer,
    expected_subject: subject,
    expires_at: expiresAt,
  })
}

const open = (db: Db, attemptId: Buffer, at: Date) =>
  db('upstream_requests')
    .where({ attempt_id: attemptId })
    .whereNotNull('offered_at')
    .where('expires_at', '>', at)

/** The newest offer of an attempt. Served by index upstream_requests_by_attempt. */
export async function findOffer(db: Db, attemptId: Buffer, at: Date): Promise<RequestRecord | null> {
  const row = await open(db, attemptId, at).select<Row[]>(columns).orderBy('offered_at', 'desc').first()
  return row ? toRecord(row) : null
}

/** Ends the offers of an attempt; the newest for exactly one of any number of concurrent callers. */
export async function takeOffer(db: Db, attemptId: Buffer, at: Date): Promise<RequestRecord | null> {
  const rows = await open(db, attemptId, at).update({ expires_at: at }).returning<Row[]>(columns)
  const [newest] = rows.map(toRecord).sort((a, b) => b.createdAt.getTime() - a.createdAt.getTime())
  return newest ?? null
}

/** Ends what waits to be linked to a person. Served by index upstream_requests_by_user. */
export async function endOfUser(tx: Db, userId: string, at: Date): Promise<void> {
  await tx('upstream_requests').where({ user_id: userId }).whereNull('used_at').update({ used_at: at })
}

export async function removeOfUser(tx: Db, userId: string): Promise<void> {
  await tx('upstream_requests').where({ user_id: userId }).delete()
}

/** Deletes up to `limit` requests that expired before; the number deleted. Served by index upstream_requests_expired. */
export async function sweep(db: Db, before: Date, limit: number): Promise<number> {
  const old = db('upstream_requests')
    .select('id')
    .where('expires_at', '<', before)
    .orderBy('expires_at')
    .limit(limit)
  return db('upstream_requests').whereIn('id', old).delete()
}
