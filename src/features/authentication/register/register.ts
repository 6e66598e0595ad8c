import type { By, Db } from '../../../platform/app.ts'
import { transaction } from '../../../platform/db/index.ts'
import { createUser, type User } from '../../accounts/index.ts'
import * as audit from '../../audit/index.ts'
import { checkPassword, setPassword } from '../../credentials/index.ts'
import type { Parts } from '../parts.ts'
import { type FieldTexts, refusedFields } from './refused-fields.ts'
import { errors } from '../errors.ts'
import type { RegisterForm } from './schema.ts'

type Machinery = Pick<Parts, 'db' | 'clock' | 'passwords' | 'settings'>

/** What somebody says about themselves. */
export interface Newcomer extends Omit<RegisterForm, 'csrf'> {
  /** Language tag (RFC 5646). */
  locale?: string | undefined
}

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

/**
 * Makes an account for somebody who is not known yet. The account, its password and `together` commit as one. What is
 * wrong with single fields is returned, not thrown. Whether accounts may be made at all is the caller's question.
 *
 * @throws busy (503): too many at once.
 */
export async function register(
  app: Machinery,
  by: By,
  form: Newcomer,
  together: Together,
): Promise<FieldTexts | null> {
  const context = [form.email, form.username ?? '', form.name ?? ''].filter((word) => word !== '')
  const weak = await checkPassword(app, form.password, context)
  const empty = form.email.trim() === '' ? 'fields.required' : null
  const unprintable = holdsControls.test(form.name ?? '') ? 'fields.name_invalid' : null
  if (weak !== null || empty !== null || unprintable !== null)
    return refusedFields({ email: empty, name: unprintable, password: weak })
  const hashed = await app.passwords.hash(form.password)
  try {
    await transaction(app.db, async (tx) => {
      const at = app.clock.now()
      const { email, username, name, locale } = form
      const user = await createUser(app, tx, by, { email, username, name, locale })
      const self: By = { ...by, actor: { type: 'user', id: user.id } }
      await setPassword(app, tx, self, user.id, hashed)
      await together(tx, at, self, user)
      await audit.record(tx, at, self, {
        action: 'registration.succeeded',
        target: { type: 'user', id: user.id },
      })
    })
    return null
  } catch (error) {
    return refusedFields({ thrown: error })
  }
}
