import type { By } from '../../../platform/app.ts'
import { mac } from '../../../platform/crypto/index.ts'
import { transaction } from '../../../platform/db/index.ts'
import { canonicalLogin, findUserByLogin, type User } from '../../accounts/index.ts'
import * as audit from '../../audit/index.ts'
import { verifyPassword } from '../../credentials/index.ts'
import type { Interaction } from '../../oidc/index.ts'
import { recordProof } from '../attempt.ts'
import { errors } from '../errors.ts'
import type { Parts } from '../parts.ts'

type Machinery = Pick<Parts, 'config' | 'db' | 'clock' | 'passwords'>

/**
 * Proves who somebody is by e-mail address or username and password.
 *
 * Unknown person and wrong password take the same steps and get the same answer. Only who proved the password is told
 * what else stands in the way.
 *
 * @throws wrong_credentials (401): no such person, or not their password.
 * @throws account_disabled, email_unverified (403): the password was right.
 * @throws busy (503): too many sign-ins at once.
 */
export async function provePassword(
  app: Machinery,
  by: By,
  interaction: Interaction,
  typed: { login: string; password: string },
): Promise<void> {
  const user = await findUserByLogin(app.db, typed.login)
  const { ok } = await verifyPassword(app, user, typed.password)
  if (!ok || !user) {
    await recordFailure(app, by, user, typed.login)
    throw errors.wrong_credentials()
  }
  await refuseByStatus(app, by, user)
  const at = app.clock.now()
  const known: By = { ...by, actor: { type: 'user', id: user.id } }
  await transaction(app.db, async (tx) => {
    await recordProof(tx, at, interaction, { userId: user.id, factor: 'password' })
    await audit.record(tx, at, known, {
      action: 'sign_in.succeeded',
      target: { type: 'user', id: user.id },
      details: { clientId: interaction.clientId, factor: 'password' },
    })
  })
}

/** What was typed is not written down: people type their password there. A keyed hash of it tells attempts apart. */
async function recordFailure(app: Machinery, by: By, user: User | null, login: string): Promise<void> {
  const [key] = app.config.peppers.reveal()
  if (!key) throw new Error('the configuration holds no pepper')
  const identifier = mac(key.bytes, 'audit-identifier', canonicalLogin(login) ?? '')
    .toString('hex')
    .slice(0, 16)
  await audit.record(app.db, app.clock.now(), by, {
    action: 'sign_in.failed',
    outcome: 'failure',
    reason: 'wrong_credentials',
    details: { identifier },
    ...(user && { target: { type: 'user', id: user.id } }),
  })
}

const refusedBy: Partial<Record<User['status'], keyof typeof errors>> = {
  pending: 'email_unverified',
  locked: 'wrong_credentials',
  disabled: 'account_disabled',
  deleted: 'wrong_credentials',
}

async function refuseByStatus(app: Machinery, by: By, user: User): Promise<void> {
  const code = refusedBy[user.status]
  if (!code) return
  await audit.record(app.db, app.clock.now(), by, {
    action: 'sign_in.refused',
    outcome: 'denied',
    reason: code,
    target: { type: 'user', id: user.id },
  })
  throw errors[code]()
}
