import type { App } from '../../../platform/app.ts'
import { openList } from '../../../platform/http/index.ts'
import { type HolderRecord, holdersOfRole } from '../../authorization/index.ts'
import { assignmentShown } from '../assignments/schema.ts'
import { findRole } from './find-roles.ts'
import type { HolderPage } from './schema.ts'

/**
 * A page of the people and service accounts that hold a role anywhere, now or later. Nobody is listed for `user`, which needs
 * no assignment.
 *
 * @throws role_not_found (404)
 * @throws invalid_input (400): `after` was not given out for this very list.
 */
export async function listHolders(
  app: Pick<App, 'config' | 'db' | 'clock'>,
  name: string,
  asked: { limit: number; after?: string | undefined },
): Promise<HolderPage> {
  const now = app.clock.now()
  const role = await findRole(app.db, name)
  const list = openList(app, ['GET /admin/roles/:name/holders', role.name], asked)
  const found = await holdersOfRole(app.db, role.name, list, now)
  return list.page(found, positionOf, (one) => ({ ...assignmentShown(one, now), holder: one.principal }))
}

const positionOf = ({ createdAt, id }: HolderRecord) => ({ key: createdAt.toISOString(), id })
