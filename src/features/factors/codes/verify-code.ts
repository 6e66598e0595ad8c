import type { App } from '../../../platform/app.ts'
import { Problem } from '../../../platform/errors.ts'
import type { WithSettings } from '../../settings/index.ts'
import type { ProvenCode, UnprovenCode } from '../factor.ts'
import { countTry } from '../tries/count-try.ts'
import { boundHash, isCode, wentTo } from './code.ts'
import { destinationOf } from './destination.ts'
import * as codes from './repository.ts'
import type { Asking } from './send-code.ts'
import { demandTarget, factorOf } from './target.ts'

type Machinery = Pick<App, 'config' | 'db' | 'clock'> & WithSettings

/**
 * Looks at a code that was sent. It counts as a try, whatever comes of it and whatever other codes there are, and is used up by
 * `useFactor`, where of several at one moment one wins. It is good for the person, factor, purpose and sign-in or session that it
 * was asked for, for ten minutes, until a newer one is sent, and while codes may still be sent there.
 */
export async function verifyCode(
  app: Machinery,
  { code, ...asking }: Asking & { code: string },
): Promise<ProvenCode | UnprovenCode> {
  const { userId, purpose, bound } = asking
  const factorId = factorOf(asking)
  if (!(await countTry(app, userId))) return 'too_many_codes'
  const at = app.clock.now()
  const sent = await codes.findCode(
    app.db,
    { userId, factorId, purpose, boundHash: boundHash(purpose, bound) },
    at,
  )
  if (!sent || !isCode(app, sent.id, sent.codeHash, code)) return 'wrong_code'
  const to = await destinationNow(app, asking)
  if (to === null || !wentTo(app, to, sent.destinationHash)) return 'wrong_code'
  return { kind: 'sent', userId, factorId, codeId: sent.id }
}

/** Null when nothing may be sent there any more. */
async function destinationNow(app: Machinery, asking: Asking): Promise<string | null> {
  try {
    const factor = await demandTarget(app.db, asking, app.clock.now())
    return (await destinationOf(app, app.db, factor)).to
  } catch (error) {
    if (error instanceof Problem) return null
    throw error
  }
}
