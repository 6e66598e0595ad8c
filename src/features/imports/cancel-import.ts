import type { App, By } from '../../platform/app.ts'
import { transaction } from '../../platform/db/index.ts'
import { errors } from './errors.ts'
import { findImport } from './find-import.ts'
import type { Import } from './repository.ts'
import { end } from './run-import.ts'

/**
 * Ends an import where it stands: a batch that is under way is finished, what waits is gone, and whoever was brought in stays.
 *
 * @throws import_not_found (404)
 * @throws import_over (409): it was done, or ended, before.
 */
export async function cancelImport(app: Pick<App, 'db' | 'clock'>, by: By, id: string): Promise<Import> {
  const found = await findImport(app, id)
  const ended = await transaction(app.db, (tx) => end(app, tx, by, found, 'cancelled'))
  if (!ended) throw errors.import_over()
  return findImport(app, id)
}
