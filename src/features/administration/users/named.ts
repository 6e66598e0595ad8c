import type { App } from '../../../platform/app.ts'
import { accountErrors, findUserByLogin } from '../../accounts/index.ts'
import { findPerson, isId } from './find-users.ts'

/**
 * Whom a command names: by id first, since somebody's user name may look like another's id.
 *
 * @throws user_not_found (404)
 */
export async function named({ db, clock }: Pick<App, 'db' | 'clock'>, who: string): Promise<{ id: string }> {
  const person = isId(who) ? await findPerson(db, who, clock.now()) : await findUserByLogin(db, who)
  if (!person || person.status === 'deleted') throw accountErrors.user_not_found()
  return person
}
