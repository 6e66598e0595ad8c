import type { By, Db } from '../../../platform/app.ts'
import { transaction } from '../../../platform/db/index.ts'
import { Problem } from '../../../platform/errors.ts'
import { createUser, type User } from '../../accounts/index.ts'
import * as audit from '../../audit/index.ts'
import { checkPassword, type PasswordHash, setPassword } from '../../credentials/index.ts'
import { requestMail } from '../mail-request.ts'
import type { Parts } from '../parts.ts'
import { sendVerification } from '../verification/request-verification.ts'
import { type FieldTexts, refusedFields } from './refused-fields.ts'
import { errors } from '../errors.ts'
import type { RegisterForm } from './schema.ts'

type Machinery = Pick<Parts, 'config' | 'db' | 'clock' | 'passwords' | 'settings'>

/**
 * A form or button that is not shown can be sent all the same.
 *
 * @throws registration_closed (403)
 */
export async function demandOpenRegistration({ settings }: Pick<Parts, 'settings'>): Promise<void> {
  if ((await settings.get('registration.mode')) !== 'open') throw errors.registration_closed()
}

/** A name is shown to others, and PostgreSQL takes no zero byte. */
const holdsControls = /[\p{Cc}\p{Zl}\p{Zp}]/u

/** What belongs to the making of an account and must commit with it: a first proof, a used invitation. */
export type Together = (tx: Db, at: Date, by: By, user: User) => Promise<void>

/** What a person says about themselves, and what we know besides. */
export interface Registration extends Omit<RegisterForm, 'csrf' | 'proof'> {
  /** The language they read the form in (RFC 5646). */
  language?: string | undefined
  /** They came by a link that was mailed to this very address. */
  addressProven?: boolean | undefined
  /** What commits with the mail to the owner of an address that is taken: an invitation is used up all the same. */
  whenTaken?: ((tx: Db, at: Date) => Promise<void>) | undefined
}

/** Whether an account begins only when its address was proven. */
export const verificationDemanded = (app: Pick<Parts, 'settings'>): Promise<boolean> =>
  app.settings.get('registration.require_verified_email')

/**
 * Makes an account for somebody who is not known yet, and writes to them that the address is to be proven. The account, its
 * password, the mail and `together` commit as one. What is wrong with single fields is returned, not thrown. Whether accounts
 * may be made at all is the caller's question.
 *
 * Where addresses must be proven (`registration.require_verified_email`) the account is `pending`, and an address that is
 * taken gets the same answer as a free one: `whenTaken` runs then instead of `together`, and its owner gets a mail. Nobody
 * takes a username before the proof: a name that is gone afterwards, or is not, would tell which of the two it was.
 *
 * @throws busy (503): too many at once.
 */
export async function register(
  app: Machinery,
  by: By,
  form: Registration,
  together: Together,
): Promise<FieldTexts | null> {
  const pending = !form.addressProven && (await verificationDemanded(app))
  const wrong = await faultsOf(app, form, pending)
  if (Object.keys(wrong).length > 0) return wrong
  const hashed = await app.passwords.hash(form.password)
  try {
    await create(app, by, { ...form, pending }, hashed, together)
    return null
  } catch (error) {
    if (pending && isEmailTaken(error)) return refuseQuietly(app, by, form)
    return refusedFields({ thrown: error })
  }
}

async function faultsOf(
  app: Machinery,
  { email, username, name, password }: Registration,
  pending: boolean,
): Promise<FieldTexts> {
  const context = [email, username ?? '', name ?? ''].filter((word) => word !== '')
  return refusedFields({
    email: email.trim() === '' ? 'fields.required' : null,
    username: pending && username !== null ? 'fields.username_later' : null,
    name: holdsControls.test(name ?? '') ? 'fields.name_invalid' : null,
    password: await checkPassword(app, password, context),
  })
}

function create(
  app: Machinery,
  by: By,
  form: Registration & { pending: boolean },
  hashed: PasswordHash,
  together: Together,
): Promise<void> {
  const { email, username, name, language: locale, addressProven: emailVerified } = form
  const status = form.pending ? 'pending' : 'active'
  return transaction(app.db, async (tx) => {
    const at = app.clock.now()
    const user = await createUser(app, tx, by, { email, username, name, locale, emailVerified, status })
    const self: By = { ...by, actor: { type: 'user', id: user.id } }
    await setPassword(app, tx, self, user.id, hashed)
    if (user.email !== null && !user.emailVerified)
      await sendVerification(app, tx, at, { id: user.id, email: user.email, locale: user.locale })
    await together(tx, at, self, user)
    await audit.record(tx, at, self, {
      action: 'registration.succeeded',
      target: { type: 'user', id: user.id },
    })
  })
}

const isEmailTaken = (error: unknown): boolean => error instanceof Problem && error.code === 'email_taken'

/** A taken address is told to its owner alone (CASES LG-03). */
async function refuseQuietly(
  app: Machinery,
  by: By,
  { email, whenTaken: also }: Registration,
): Promise<null> {
  await requestMail(app, by, { job: 'registration.tell-owner', action: 'registration.refused', also }, email)
  return null
}
