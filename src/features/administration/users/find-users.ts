import type { App, Db } from '../../../platform/app.ts'
import { etagOf, openList, type Page } from '../../../platform/http/index.ts'
import {
  accountErrors,
  canonicalEmail,
  canonicalUsername,
  emptyProfile,
  findCustomFields,
  findProfile,
} from '../../accounts/index.ts'
import { highestRole, impliedRole } from '../../authorization/index.ts'
import * as people from './repository.ts'
import type { PersonRecord } from './repository.ts'
import type { ListUsers, UserView, WholeUser } from './schema.ts'

const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i

export const isId = (text: string): boolean => uuid.test(text)

/** @throws user_not_found (404) */
export async function findPerson(db: Db, id: string, now: Date): Promise<PersonRecord> {
  const person = isId(id) ? await people.find(db, id, now) : null
  if (!person) throw accountErrors.user_not_found()
  return person
}

/**
 * A page of people. An address or name is compared in its canonical form; one that has none is nobody's.
 *
 * @throws invalid_input (400): `after` was not given out for this very list.
 */
export async function listUsers(
  app: Pick<App, 'config' | 'db' | 'clock'>,
  { sort, limit, after, ...asked }: ListUsers,
): Promise<Page<UserView>> {
  const filters = {
    ...asked,
    ...(asked.email !== undefined && { email: canonicalEmail(asked.email) ?? '' }),
    ...(asked.username !== undefined && { username: canonicalUsername(asked.username) ?? '' }),
  }
  const list = openList(app, ['GET /admin/users', filters, sort], { limit, after })
  const found = await people.list(
    app.db,
    { filters, sort, from: list.from, rows: list.rows },
    app.clock.now(),
  )
  return list.page(found, (person) => ({ key: people.sortKeyOf(sort, person), id: person.id }), shown)
}

export function shown(person: PersonRecord): UserView {
  const { id, status, email, username, name, locale } = person
  const roles = [...new Set([...person.roles, impliedRole])]
  return {
    id,
    status,
    status_reason: person.statusReason,
    email,
    email_verified: person.emailVerified,
    username,
    name,
    locale,
    roles,
    role: highestRole(roles),
    created_at: person.createdAt,
    updated_at: person.updatedAt,
    last_sign_in_at: person.lastSignInAt,
    delete_at: person.deleteAt,
  }
}

/** A person with what they and the operator tell of them. @throws user_not_found (404) */
export async function findWhole(db: Db, id: string, now: Date): Promise<WholeUser> {
  const person = await findPerson(db, id, now)
  const told = await findProfile(db, person.id)
  const profile = { ...emptyProfile, phone_number_verified: false, ...told }
  return { ...shown(person), profile, custom: { ...(await findCustomFields(db, person.id)) } }
}

/** Changes with whatever an administrator can change of a person; not with their signing in. */
export const versionOf = (person: WholeUser): string => etagOf({ ...person, last_sign_in_at: null })
