import type { App, By } from '../../platform/app.ts'
import { transaction } from '../../platform/db/index.ts'
import { changeUserStatus, createUser } from '../accounts/index.ts'
import { createApi } from '../apis/index.ts'
import * as audit from '../audit/index.ts'
import { assignRole } from '../authorization/index.ts'
import { type ClientRecord, createClient } from '../clients/index.ts'
import { type PasswordHash, setPassword, type WithPasswords } from '../credentials/index.ts'
import { apis, applications, type Made } from './applications.ts'
import { chanceOf } from './chance.ts'
import { writeVisits } from './history/write-visits.ts'
import { since, visitsOf } from './history/visits.ts'
import { type SamplePerson, samplePeople, visitor } from './people/people.ts'

export type Parts = Pick<App, 'config' | 'db' | 'clock' | 'metrics' | 'outbound'> & WithPasswords

/** Weeks of history; the log of single attempts to sign in is kept for longer unless a setting says otherwise. */
export const historyDays = 56

/** Who does what nobody did themselves. */
export const bySamples: By = {
  actor: { type: 'system', id: 'sample-data' },
  origin: { requestId: 'sample-data', ip: '', userAgent: 'gatehouse' },
}

export interface Filled {
  people: number
  clients: number
  apis: number
  signIns: number
}

/**
 * Makes it all, or nothing: in one transaction, each thing by its own use case at the time at which it is said to have happened.
 * The audit log chains records in the order in which they were written, whatever they say of when: so the oldest come first,
 * and the chain is as whole as any.
 *
 * @throws email_taken (409): somebody has the address of a sample.
 */
export async function fill(app: Parts, made: Made, password: PasswordHash): Promise<Filled> {
  const now = app.clock.now()
  const chance = chanceOf(made.seed)
  const people = samplePeople(chance, made.count, historyDays)
  const visits = visitsOf(chance, people, { now, days: historyDays })
  return transaction(app.db, async (db) => {
    const then = (days: number): Parts => ({ ...app, db, clock: { now: () => since(now, days) } })
    const start = then(historyDays + 1)
    await audit.openPartitions(db, start.clock.now()) // its months have some of their own, which retention can drop
    const clients = await makeClients(start)
    const registered = apis(
      made,
      clients.map(({ id }) => id),
    )
    for (const api of registered) await createApi(start, bySamples, api)
    const ids = await makePeople(then, people)
    await setPassword(app, db, bySamples, ids.get(visitor) ?? '', password)
    const signIns = await writeVisits({ ...app, db }, visits, { ids, clients: clients.filter(takesPeople) })
    await decideFates(then, people, ids)
    return { people: people.length, clients: clients.length, apis: registered.length, signIns }
  })
}

type Then = (days: number) => Parts

async function makeClients(app: Parts): Promise<ClientRecord[]> {
  const made: ClientRecord[] = []
  for (const described of applications) {
    const { client } = await createClient(app, bySamples, described)
    made.push(client)
  }
  return made
}

const takesPeople = ({ metadata }: ClientRecord): boolean => metadata.redirect_uris.length > 0

/** The oldest first, as they came. Their ids by address. */
async function makePeople(then: Then, people: readonly SamplePerson[]): Promise<Map<string, string>> {
  const ids = new Map<string, string>()
  for (const person of people.toSorted((one, other) => other.daysOld - one.daysOld)) {
    const { email, name, locale, emailVerified, status } = person
    const app = then(person.daysOld)
    const at = app.clock.now()
    const account = { email, name, locale, emailVerified, status: status === 'pending' ? status : undefined }
    const { id } = await createUser(app, app.db, bySamples, account)
    ids.set(email, id)
    if (person.registeredThemselves)
      await audit.record(app.db, at, byPerson(person, id), {
        action: 'registration.succeeded',
        target: { type: 'user', id },
      })
    if (person.role !== null) await give(app, id, person.role)
  }
  return ids
}

const byPerson = ({ networks: [ip = ''], userAgent }: SamplePerson, id: string): By => ({
  actor: { type: 'user', id },
  origin: { requestId: 'sample-data', ip, userAgent },
})

async function give(app: Parts, id: string, role: string): Promise<void> {
  const reason = 'sample data'
  await assignRole(app, app.db, bySamples, { principal: { type: 'user', id }, role, reason })
}

const reasons = { disabled: 'left the company', locked: 'lost their phone; to be called back' } as const

/** Yesterday and before, after all that they did. */
async function decideFates(
  then: Then,
  people: readonly SamplePerson[],
  ids: ReadonlyMap<string, string>,
): Promise<void> {
  for (const { email, status } of people) {
    if (status !== 'disabled' && status !== 'locked') continue
    const { db, clock } = then(0)
    const change = { userId: ids.get(email) ?? '', status, reason: reasons[status] }
    await changeUserStatus(db, clock.now(), bySamples, change)
  }
}
