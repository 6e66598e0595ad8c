import type { App } from '../../platform/app.ts'
import { highestRole } from '../authorization/index.ts'
import { type Asked, findFacts, type PersonRecord } from './repository.ts'
import { refusalOf, type Refusal } from './refusal.ts'

/** A person who may have it, as the database knows them now. */
export interface Admitted extends PersonRecord {
  roles: string[]
  /** The role named in tokens: the highest one held. */
  role: string
}

export type Admission = { refused: Refusal } | { refused: null; person: Admitted }

/** Asks once, with one statement; nothing is cached, so a disabled person is refused at the next request everywhere. */
export async function admit(app: Pick<App, 'db' | 'clock'>, asked: Asked): Promise<Admission> {
  const found = await findFacts(app.db, asked, app.clock.now())
  const refused = refusalOf(found?.facts ?? null)
  if (refused !== null) return { refused }
  if (!found) throw new Error('a person without facts was admitted')
  return { refused: null, person: { ...found.person, roles: found.roles, role: highestRole(found.roles) } }
}
