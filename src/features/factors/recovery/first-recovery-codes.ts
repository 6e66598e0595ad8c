import type { App, By, Db } from '../../../platform/app.ts'
import { makeRecoveryCodes } from './make-recovery-codes.ts'
import * as codes from './repository.ts'

/** Recovery codes for who has none left, to be shown this once; null for who has some. For whoever adds a factor, of any kind. */
export async function firstRecoveryCodes(
  app: Pick<App, 'config'>,
  tx: Db,
  at: Date,
  by: By,
  userId: string,
): Promise<string[] | null> {
  return (await codes.countLeft(tx, userId)) > 0 ? null : makeRecoveryCodes(app, tx, at, by, userId)
}
