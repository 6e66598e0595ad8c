import type { By, Caller } from '../../platform/app.ts'
import { transaction } from '../../platform/db/index.ts'
import * as audit from '../audit/index.ts'
import {
  applyConfiguration,
  causeOf,
  demandPermissions,
  type Options,
  type Plan,
  planConfiguration,
  withPatience,
} from './apply-configuration.ts'
import { faultsOf } from './document/fault.ts'
import { type Opened } from './document/open-document.ts'
import { summaryOf } from './plan/show-plan.ts'
import { lockConfiguration } from './repository.ts'
import { readUsers } from './users/declared-user.ts'
import { planUsers } from './users/plan-users.ts'
import { putUsers } from './users/put-users.ts'
import type { UserParts } from './users/user-parts.ts'

/** The documents of one file, from the first on, each time anew: a long list of people is never in memory as a whole. */
export type Documents = () => Iterable<Opened>

/**
 * What all documents of a file would change.
 *
 * @throws configuration_invalid (422) with path and line
 */
export async function planDocuments(app: UserParts, documents: Documents, options: Options): Promise<Plan> {
  const changes: Plan['changes'] = []
  for (const opened of documents()) {
    changes.push(...(await planConfiguration(app, opened, options)).changes)
    const { users, faults } = await readUsers(app, opened.document.users)
    opened.refuse(faults)
    const planned = await planUsers(app, users)
    opened.refuse(planned.faults)
    changes.push(...planned.steps.map(({ change }) => change))
  }
  return { changes }
}

/**
 * Makes everything as the documents of a file say. What is configured is one transaction for each document, people another one for each:
 * a file of very many is applied piece by piece, and goes on where it was when it is applied again.
 *
 * @throws as `applyConfiguration`; role_beyond_own (403); last_root_admin (409)
 */
export async function applyDocuments(
  app: UserParts,
  by: By | Caller,
  documents: Documents,
  { shown, ...options }: Options & { shown: Plan },
): Promise<void> {
  demandPermissions(by, shown)
  const cause = causeOf(app, by)
  const configured = shown.changes.filter(({ section }) => section !== 'users')
  let left = configured
  for (const opened of documents()) {
    const mine = left.filter(({ section }) => Object.hasOwn(opened.document, section))
    left = left.filter((change) => !mine.includes(change))
    await applyConfiguration(app, cause, opened, { ...options, shown: { changes: mine } })
    await applyUsers(app, cause, opened)
  }
}

async function applyUsers(app: UserParts, by: By, { document, refuse }: Opened): Promise<void> {
  const { users, faults } = await readUsers(app, document.users)
  refuse(faults)
  if (users.length === 0) return
  await withPatience(() =>
    transaction(app.db, async (tx) => {
      await lockConfiguration(tx)
      const inside = { ...app, db: tx }
      const { steps, faults: now } = await planUsers(inside, users)
      refuse(now)
      if (steps.length === 0) return
      try {
        await putUsers(inside, by, steps, by.origin?.requestId ?? 'configuration')
      } catch (error) {
        refuse(faultsOf(error, ['users']))
      }
      await audit.record(tx, app.clock.now(), by, {
        action: 'configuration.applied',
        target: { type: 'configuration', id: 'users' },
        details: { ...summaryOf(steps.map(({ change }) => change)) },
      })
    }),
  )
}
