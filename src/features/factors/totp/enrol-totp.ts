import { secondsAfter } from '../../../lib/clock.ts'
import type { App, By, Db } from '../../../platform/app.ts'
import { newId } from '../../../platform/crypto/index.ts'
import { transaction } from '../../../platform/db/index.ts'
import { accountErrors, findUser, lockAccount } from '../../accounts/index.ts'
import type { WithSettings } from '../../settings/index.ts'
import { errors } from '../errors.ts'
import { firstRecoveryCodes } from '../recovery/first-recovery-codes.ts'
import * as factors from '../repository.ts'
import { demandValue, sealValue } from '../sealed.ts'
import { tellAdded } from '../tell-added.ts'
import { newSeed, stepOf, textOf, uriOf } from './code.ts'
import { type QrCode, qrCode } from './qr-code.ts'

type Machinery = Pick<App, 'config' | 'db' | 'clock'> & WithSettings

/** Authenticator apps a person may have. */
const mostApps = 5

/** Seconds from the showing of a seed to the code that shows that an app has it. */
const enrolSeconds = 10 * 60

/** What a person brings into their app, in any of three ways. Shown to them alone, and only until it is confirmed. */
export interface Enrolment {
  id: string
  name: string
  expiresAt: Date
  /** The seed in Base32. */
  key: string
  /** The seed with the account's name, as a link that opens an app on the same device. */
  uri: string
  qr: QrCode
}

/**
 * Begins to add an authenticator app. Nothing can be proven by it until a code shows that it has the seed; another that was begun
 * before is dropped.
 *
 * @throws factors_full (409)
 */
export async function beginTotp(
  app: Machinery,
  { userId, name }: { userId: string; name: string },
): Promise<Enrolment> {
  const at = app.clock.now()
  const [id, seed] = [newId(at), newSeed()]
  const expiresAt = secondsAfter(at, enrolSeconds)
  await transaction(app.db, async (tx) => {
    if (!(await lockAccount(tx, userId))) throw accountErrors.user_not_found()
    await demandRoom(tx, userId)
    const sealed = sealValue(app.config, id, seed)
    await factors.replacePendingTotp(tx, { id, userId, name, ...sealed, createdAt: at, expiresAt })
  })
  return shown(app, { id, userId, name, expiresAt, seed })
}

/**
 * What was begun, to be shown again after a mistyped code.
 *
 * @throws factor_not_found (404): unknown, replaced, confirmed, too old, or somebody else's.
 */
export async function findEnrolment(
  app: Machinery,
  { userId, id }: { userId: string; id: string },
): Promise<Enrolment> {
  const pending = await factors.findPendingTotp(app.db, { id, userId }, app.clock.now())
  if (!pending) throw errors.factor_not_found()
  const seed = demandValue(app.config, id, pending)
  return shown(app, { id, userId, name: pending.name, expiresAt: pending.expiresAt, seed })
}

interface Begun {
  id: string
  userId: string
  name: string
  expiresAt: Date
  seed: Buffer
}

async function shown(app: Machinery, { id, userId, name, expiresAt, seed }: Begun): Promise<Enrolment> {
  const user = await findUser(app.db, userId)
  if (!user) throw accountErrors.user_not_found()
  const { name: issuer } = await app.settings.get('brand')
  const account = user.email ?? user.username ?? user.name ?? ''
  const uri = uriOf(seed, { issuer, account })
  return { id, name, expiresAt, key: textOf(seed), uri, qr: qrCode(uri) }
}

/**
 * Adds an authenticator app by a first code of it, in the caller's transaction, which has seen that its owner is signed in
 * still. That code is used up. Whoever has no recovery codes gets some, shown this once; null for who has.
 *
 * Wrong codes are not counted: who enrols knows the seed, so there is nothing to guess.
 *
 * @throws factor_not_found (404): unknown, replaced, confirmed, too old, or somebody else's.
 * @throws factor_code_refused (403)
 * @throws factors_full (409)
 */
export async function confirmTotp(
  app: Pick<App, 'config'>,
  tx: Db,
  at: Date,
  by: By,
  { userId, id, code }: { userId: string; id: string; code: string },
): Promise<{ recoveryCodes: string[] | null }> {
  await lockAccount(tx, userId)
  const pending = await factors.findPendingTotp(tx, { id, userId }, at)
  if (!pending) throw errors.factor_not_found()
  const step = stepOf(demandValue(app.config, id, pending), code, { at, after: null })
  if (step === null) throw errors.factor_code_refused()
  await demandRoom(tx, userId)
  if (!(await factors.confirmTotp(tx, { id, userId, step, at }))) throw errors.factor_not_found()
  await tellAdded(tx, at, by, { userId, id, kind: 'totp' })
  return { recoveryCodes: await firstRecoveryCodes(app, tx, at, by, userId) }
}

/** @throws factors_full (409) */
async function demandRoom(tx: Db, userId: string): Promise<void> {
  const apps = await factors.listTotp(tx, userId)
  if (apps.length >= mostApps) throw errors.factors_full()
}
