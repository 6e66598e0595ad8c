import { secondsAfter } from '../../../lib/clock.ts'
import type { By, Db } from '../../../platform/app.ts'
import { constantTimeEqual } from '../../../platform/crypto/index.ts'
import { transaction } from '../../../platform/db/index.ts'
import { Problem } from '../../../platform/errors.ts'
import { findUser, type User } from '../../accounts/index.ts'
import * as audit from '../../audit/index.ts'
import { mayDoMoreThanOwn } from '../../authorization/index.ts'
import { forgetCredentialsOf } from '../../credentials/index.ts'
import { findLink, linkErrors, useFoundLink } from '../../links/index.ts'
import { recordEventUnder } from '../../lockout/index.ts'
import { holdSignIns, signInMoment } from '../../sessions/index.ts'
import { errors } from '../errors.ts'
import type { Parts } from '../parts.ts'
import { proveAddress, takeOverAddress } from '../verification/prove-address.ts'
import { isCode } from './code.ts'
import * as mails from './repository.ts'
import type { WaitingRecord } from './repository.ts'
import { mayEnter } from './request-sign-in-mail.ts'

type Machinery = Pick<Parts, 'clock' | 'config' | 'db' | 'metrics'>

/**
 * Codes looked at of one person, whatever letters they stand in and whoever asks: a new code begins no new count (NIST SP
 * 800-63B-4, section 3.2.2). Beyond that the link is still good, in the browser that asked for it, and so is the password.
 */
const most = { inWindow: 5, inARow: 100 }
const windowSeconds = 3600

/** Who comes back with what was mailed. */
export interface Returning {
  /** What only who asked has. */
  holderHash: Buffer
  clientId: string
  /** Whose account was made in this browser; null when none was. */
  makerId: string | null
}

/** Who has proven that they read their mail. */
export interface Entered {
  userId: string
  provenAt: Date
  /** What the audit record of the sign-in says of it. */
  details: Readonly<Record<string, string>>
}

/** What belongs to the proof and must commit with it. */
export type Together = (tx: Db, at: Date, proof: Entered) => Promise<void>

/**
 * Signs somebody in by the code of a letter. The steps are the same whether or not there is such a person or such a letter.
 *
 * @throws wrong_code (401): not the code that this browser or application waits for, used, replaced, too old, or tried too often.
 */
export async function enterByCode(
  app: Machinery,
  by: By,
  returning: Returning & { code: string },
  together: Together,
): Promise<Entered> {
  const at = app.clock.now()
  const waiting = await mails.findOfHolder(app.db, returning, at)
  if (!waiting) throw errors.wrong_code() // nothing was asked for here: there is nobody to guess at
  const { id, personId, codeHash, link } = waiting
  const since = secondsAfter(at, -windowSeconds)
  const tries = await mails.countTry(app.db, { personId, at, since, most })
  const right = isCode(app, id, codeHash, returning.code)
  const entered =
    tries !== null && right && link
      ? await enter(app, by, { ...returning, waiting, link, by: 'code' }, together)
      : null
  if (entered) return entered
  await recordWrong(app, by, waiting, tries)
  throw errors.wrong_code()
}

/** What waits for a mailed link; looking does not use it up. Null for one that is not good. */
export async function findByLink(
  app: Pick<Parts, 'db' | 'clock'>,
  token: string,
): Promise<WaitingRecord | null> {
  const link = await findLink(app, 'sign-in', token)
  return link && mails.findOfLink(app.db, link.id, app.clock.now())
}

/**
 * Signs somebody in by the link of a letter, in the browser and sign-in that asked for it.
 *
 * @throws link_invalid (403): of another browser or sign-in, used, replaced, too old, or never made.
 */
export async function enterByLink(
  app: Machinery,
  by: By,
  returning: Returning & { token: string },
  together: Together,
): Promise<Entered> {
  const waiting = await findByLink(app, returning.token)
  const { holderHash, clientId } = returning
  const asked = waiting && constantTimeEqual(waiting.holderHash, holderHash) && waiting.clientId === clientId
  if (!asked || !waiting.link) throw linkErrors.link_invalid()
  const { link } = waiting
  const entered = await enter(app, by, { ...returning, waiting, link, by: 'link' }, together)
  if (!entered) throw linkErrors.link_invalid()
  return entered
}

interface Entering extends Returning {
  waiting: WaitingRecord
  link: { id: string; address: string }
  by: 'code' | 'link'
}

/** Null when it was used, or somebody ended it, at this very moment. */
async function enter(
  app: Machinery,
  by: By,
  entering: Entering,
  together: Together,
): Promise<Entered | null> {
  try {
    return await transaction(app.db, (tx) => signIn(app, tx, by, entering, together))
  } catch (error) {
    if (error instanceof Problem && error.code === 'link_invalid') return null
    throw error
  }
}

/**
 * Link and code are one: using either uses both up. Whoever ends a person's sign-ins, sets their password or turns them off
 * withdraws links first, so what is seen here once the link is used holds until the end.
 */
async function signIn(
  app: Machinery,
  tx: Db,
  by: By,
  entering: Entering,
  together: Together,
): Promise<Entered> {
  const { waiting, link } = entering
  const at = app.clock.now()
  const { userId, address } = await useFoundLink(tx, at, 'sign-in', { id: link.id, userId: waiting.personId })
  const user = await findUser(tx, userId)
  if (!user || !(await letsIn(tx, at, user, address))) throw linkErrors.link_invalid()
  if (await endedSince(tx, userId, waiting.askedAt)) throw linkErrors.link_invalid()
  const known: By = { ...by, actor: { type: 'user', id: userId } }
  await prove(app, tx, at, known, { user, address, makerId: entering.makerId })
  const provenAt = await signInMoment(tx, userId, at)
  await mails.endRow(tx, userId)
  const entered = { userId, provenAt, details: { by: entering.by } }
  await together(tx, at, entered)
  return entered
}

const letsIn = async (tx: Db, at: Date, { id, status, email }: User, address: string): Promise<boolean> =>
  mayEnter[status] && email === address && !(await mayDoMoreThanOwn(tx, id, at))

/** Everything of the person was ended after they asked: that ends this too. */
const endedSince = async (tx: Db, userId: string, askedAt: Date): Promise<boolean> =>
  (await signInMoment(tx, userId, askedAt)) > askedAt

/**
 * Holds the person's sign-ins. Who reads the mail of an address that nobody proved has proven it; unless this browser made the
 * account, whoever did may be somebody else, and nothing of theirs stays, their password least of all (CASES RG-03).
 */
async function prove(
  app: Machinery,
  tx: Db,
  at: Date,
  by: By,
  { user, address: email, makerId }: { user: User; address: string; makerId: string | null },
): Promise<void> {
  const { id: userId } = user
  if (user.emailVerified || makerId === userId) {
    await holdSignIns(tx, userId)
    if (!user.emailVerified) await proveAddress(tx, at, by, { userId, email })
    return
  }
  await takeOverAddress(app, tx, at, by, { userId, email }, 'address_proven')
  await forgetCredentialsOf(tx, userId)
}

/** With the last try of the window the code is dead; so is one that comes after it. */
async function recordWrong(
  app: Machinery,
  by: By,
  { id, personId, clientId }: WaitingRecord,
  tries: number | null,
): Promise<void> {
  const user = await findUser(app.db, personId)
  await transaction(app.db, async (tx) => {
    const at = app.clock.now()
    if (tries === null || tries >= most.inWindow) await mails.dropCode(tx, id)
    const reason = tries === null ? 'too_many_codes' : 'wrong_code'
    const outcome = tries === null ? 'throttled' : 'failure'
    await recordEventUnder(app, tx, at, by, personId, { userId: user?.id ?? null, outcome, reason, clientId })
    await audit.record(tx, at, by, {
      action: 'sign_in.failed',
      outcome: 'failure',
      reason,
      ...(user && { target: { type: 'user', id: user.id } }),
      details: { clientId, factor: 'mail' },
    })
  })
}
