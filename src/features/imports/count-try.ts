import type { App, By } from '../../platform/app.ts'
import { sqlState, transaction, violatedUnique } from '../../platform/db/index.ts'
import { Problem } from '../../platform/errors.ts'
import * as imports from './repository.ts'
import { tellEnd } from './tell-end.ts'

/** Tries of one batch after which an import waits for somebody to look at it. */
const mostTries = 5

/** Counts a batch that failed; the last time it may ends the import, with its rows kept so that it can go on. */
export async function countTry(
  app: Pick<App, 'db' | 'clock'>,
  by: By,
  one: imports.Import,
  error: unknown,
): Promise<void> {
  await transaction(app.db, async (tx) => {
    const at = app.clock.now()
    const what = { id: one.id, number: one.nextBatch, detail: reasonOf(error), most: mostTries, at }
    if (await imports.failTry(tx, what)) await tellEnd(tx, at, by, one, imports.gaveUp)
  })
}

/** A code: messages of the database repeat what stood in a row. */
function reasonOf(error: unknown): string {
  if (error instanceof Problem) return error.code
  const state = sqlState(error)
  if (state !== undefined) return ['database', state, violatedUnique(error)].filter(Boolean).join(' ')
  return error instanceof Error ? error.name : 'unknown'
}
