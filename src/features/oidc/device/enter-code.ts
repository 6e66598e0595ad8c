import { errors, type KoaContextWithOIDC, Provider } from 'oidc-provider'

import type { App } from '../../../platform/app.ts'
import { type LimitName, networkOf } from '../../../platform/limits/index.ts'
import { toProblem } from '../../../platform/http/index.ts'
import type { DeviceCode } from './device-code.ts'

/** What a device code keeps of who typed its user code. */
interface Claimed {
  /** The browser session that typed it first. */
  claimedBy?: unknown
}

interface Codes {
  IN_PAYLOAD: readonly string[]
  findByUserCode(userCode: string, options?: object): Promise<(DeviceCode & Claimed) | undefined>
}

type Machinery = Pick<App, 'limits'>

/**
 * What happens when a person types a user code. Wrong ones are counted before one is looked at, so that nobody tries them all
 * (RFC 8628, section 5.1); a right one belongs from then on to the browser session that typed it first. The library counts
 * nothing, and lets nobody come back who left a sign-in half done.
 */
export function guardUserCodes(provider: Provider, app: Machinery): void {
  const model = provider.DeviceCode as unknown as Codes // its types leave out what every model has
  const stored = model.IN_PAYLOAD
  Object.defineProperty(model, 'IN_PAYLOAD', { get: () => [...stored, 'claimedBy'] })
  const { findByUserCode } = model
  model.findByUserCode = async function (userCode, options) {
    const { ctx } = Provider
    const session = ctx?.oidc.session
    if (!ctx || !session) throw new Error('a user code was looked for outside of a request')
    const giveBack = await countTry(app, ctx)
    const code = await findByUserCode.call(this, userCode, options)
    if (!code) return undefined
    if (code.claimedBy === session.uid) code.inFlight = false
    if (isFree(code)) await giveBack()
    code.params = withFreshness(code.params)
    code.claimedBy = session.uid // saved with what the library saves, when it lets this session go on
    return code
  }
}

/**
 * The library turns `max_age=0` into `prompt=login` where the device asks, and drops the prompt where the person comes in: they
 * would not be asked for a fresh sign-in at all.
 */
const withFreshness = (params: DeviceCode['params']): DeviceCode['params'] =>
  params?.prompt === 'login' ? { ...params, max_age: '0' } : params

/** One that ran out or is somebody else's is no less of a guess. */
const isFree = ({ isExpired, error, accountId, inFlight }: DeviceCode): boolean =>
  !isExpired && error === undefined && accountId === undefined && inFlight !== true

/**
 * Counts one try, and gives it back when it was none. Who is signed in is counted by person and is not held up by what
 * strangers do; all strangers share one count, so that many networks are no way around.
 *
 * @throws temporarily_unavailable (429)
 */
async function countTry({ limits }: Machinery, ctx: KoaContextWithOIDC): Promise<() => Promise<void>> {
  const { session } = ctx.oidc
  const person = session?.accountId
  const counts: [LimitName, string][] = [
    ['user-code', person === undefined ? `session ${session?.uid ?? ''}` : `person ${person}`],
    ['user-code-network', networkOf(ctx.state.origin?.ip ?? '')],
    ...(person === undefined ? [['user-code-strangers', 'all'] satisfies [LimitName, string]] : []),
  ]
  try {
    for (const [name, key] of counts) await limits.take(name, key)
  } catch (cause) {
    throw refusal(ctx, cause)
  }
  return async () => {
    for (const [name, key] of counts) await limits.giveBack(name, key)
  }
}

function refusal(ctx: KoaContextWithOIDC, cause: unknown): unknown {
  const { status, options } = toProblem(cause)
  if (status !== 429) return cause
  ctx.set('retry-after', String(options.retryAfterSeconds ?? 60))
  const refused = new errors.TemporarilyUnavailable('too many codes were tried')
  return Object.assign(refused, { status, statusCode: status })
}
