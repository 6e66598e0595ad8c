import type { App } from '../../platform/app.ts'
import { openList, type Page } from '../../platform/http/index.ts'
import { errors } from './errors.ts'
import * as imports from './repository.ts'
import type { ImportView } from './schema.ts'

const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i

/** @throws import_not_found (404) */
export async function findImport({ db }: Pick<App, 'db'>, id: string): Promise<imports.Import> {
  const found = uuid.test(id) ? await imports.find(db, id) : null
  if (!found) throw errors.import_not_found()
  return found
}

export function shown(one: imports.Import): ImportView {
  const { created, updated, skipped, failed } = one.counts
  return {
    id: one.id,
    state: one.state,
    failure: one.failure,
    failure_detail: one.failureDetail,
    format: one.format,
    on_conflict: one.onConflict,
    dry_run: one.dryRun,
    rows: one.rows,
    done: created + updated + skipped + failed,
    ...{ created, updated, skipped, failed },
    created_by: one.by,
    created_at: one.createdAt,
    finished_at: one.finishedAt,
  }
}

type Asked = { limit: number; after?: string | undefined }

/** @throws invalid_input (400): `after` was not given out for this list. */
export async function listImports(app: Pick<App, 'config' | 'db'>, asked: Asked): Promise<Page<ImportView>> {
  const list = openList(app, ['GET /admin/imports'], asked)
  const found = await imports.list(app.db, list)
  return list.page(found, ({ createdAt, id }) => ({ key: createdAt.toISOString(), id }), shown)
}

/**
 * What became of the rows of a file, in their order.
 *
 * @throws import_not_found (404)
 * @throws invalid_input (400): `after` was not given out for this list.
 */
export async function listReport(
  app: Pick<App, 'config' | 'db'>,
  id: string,
  { outcome, ...asked }: Asked & { outcome?: imports.Outcome | undefined },
) {
  const { id: known } = await findImport(app, id)
  const list = openList(app, ['GET /admin/imports/:id/report', known, outcome ?? null], asked)
  const found = await imports.listReport(app.db, known, { outcome, from: list.from, rows: list.rows })
  return list.page(
    found,
    ({ line }) => ({ key: String(line), id: known }),
    ({ userId: user_id, problems, ...row }) => ({ ...row, user_id, problems: [...problems] }),
  )
}
