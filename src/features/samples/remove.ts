import type { App } from '../../platform/app.ts'
import { transaction } from '../../platform/db/index.ts'
import { changeUserStatus, findUserByLogin } from '../accounts/index.ts'
import { deleteApi, findApiByIdentifier } from '../apis/index.ts'
import { deleteClient, readClient } from '../clients/index.ts'
import { apiIdentifiers } from './applications.ts'
import { chanceOf } from './chance.ts'
import { bySamples, historyDays } from './fill.ts'
import type { Found } from './find-samples.ts'
import { samplePeople } from './people/people.ts'

/**
 * Takes away what `fill` made, all of it or nothing: people as anybody is deleted (a running service erases what is known about
 * them), applications and APIs. What stands in the audit log stays: nobody can take anything out of that.
 */
export async function remove(app: Pick<App, 'db' | 'clock'>, found: Found): Promise<{ people: number }> {
  const people = samplePeople(chanceOf(found.seed), found.count, historyDays)
  return transaction(app.db, async (db) => {
    const parts = { ...app, db }
    let removed = 0
    for (const { email } of people) {
      const user = await findUserByLogin(db, email)
      if (!user) continue
      const change = { userId: user.id, status: 'deleted', reason: 'sample data' } as const
      await changeUserStatus(db, app.clock.now(), bySamples, change)
      removed++
    }
    for (const id of found.clientIds)
      if (await readClient(parts, id)) await deleteClient(parts, bySamples, id)
    for (const identifier of apiIdentifiers) {
      const api = await findApiByIdentifier(parts, identifier)
      await deleteApi(parts, bySamples, api.id)
    }
    return { people: removed }
  })
}
