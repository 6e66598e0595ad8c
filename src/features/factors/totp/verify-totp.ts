import type { App } from '../../../platform/app.ts'
import type { ProvenCode, UnprovenCode } from '../factor.ts'
import * as factors from '../repository.ts'
import { demandValue } from '../sealed.ts'
import { countTry } from '../tries/count-try.ts'
import { stepOf } from './code.ts'

/**
 * Looks at a code of an authenticator app, of any that a person has. It counts as a try, whatever comes of it, and is used up
 * by `useFactor`, where of several at one moment one wins.
 */
export async function verifyTotp(
  app: Pick<App, 'config' | 'db' | 'clock'>,
  { userId, code }: { userId: string; code: string },
): Promise<ProvenCode | UnprovenCode> {
  if (!(await countTry(app, userId))) return 'too_many_codes'
  const at = app.clock.now()
  for (const { id, sealed, lastStep } of await factors.listTotp(app.db, userId)) {
    const step = stepOf(demandValue(app.config, id, { sealed }), code, { at, after: lastStep })
    if (step !== null) return { kind: 'totp', userId, factorId: id, step }
  }
  return 'wrong_code'
}
