import type { App } from '../../../platform/app.ts'
import type { ProvenCode, UnprovenCode } from '../factor.ts'
import { countTry } from '../tries/count-try.ts'
import { hashesOf } from './code.ts'
import * as codes from './repository.ts'

/**
 * Looks at a code for the day on which everything else is lost. It counts as a try, whatever comes of it, and is used up by
 * `useFactor`, where of several at one moment one wins.
 */
export async function verifyRecoveryCode(
  app: Pick<App, 'config' | 'db' | 'clock'>,
  { userId, code }: { userId: string; code: string },
): Promise<ProvenCode | UnprovenCode> {
  if (!(await countTry(app, userId))) return 'too_many_codes'
  const hashes = hashesOf(app, userId, code).map(({ hash }) => hash)
  const codeHash = await codes.findUnused(app.db, { userId, hashes })
  return codeHash === null ? 'wrong_code' : { kind: 'recovery-code', userId, codeHash }
}
