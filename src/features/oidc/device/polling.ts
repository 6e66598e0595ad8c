import { errors, Provider } from 'oidc-provider'

import type { App } from '../../../platform/app.ts'
import { sha256 } from '../../../platform/crypto/index.ts'
import * as codes from './repository.ts'

/** Seconds a device waits between two questions (RFC 8628, section 3.2), and by how much longer each time it does not. */
export const intervalSeconds = 5

/** Seconds: a device that ran wild once gets its answer all the same, before its code is over. */
const longestInterval = 60

/** Seconds that a network may bring two questions closer together than they were sent. */
const leewaySeconds = 0.5

interface Codes {
  find(id: string, options?: object): Promise<InstanceType<Provider['DeviceCode']> | undefined>
}

/**
 * Holds a device that asks for its tokens to its interval: "the client MUST wait at least the number of seconds specified",
 * and `slow_down` raises it by five for good (RFC 8628, section 3.5). The library knows neither. The database counts, so that
 * it does not matter which replica is asked; only who presents a code of its own is counted.
 */
export function holdToInterval(provider: Provider, app: Pick<App, 'db' | 'clock'>): void {
  const model = provider.DeviceCode as unknown as Codes // its types leave out what every model has
  const { find } = model
  model.find = async function (id, options) {
    const code = await find.call(this, id, options)
    const { ctx } = Provider
    if (ctx?.oidc.route !== 'token' || !code) return code
    if (code.clientId !== ctx.oidc.client?.clientId || code.consumed || code.isExpired) return code
    await demandPatience(app, sha256(id))
    return code
  }
}

/** @throws slow_down: the device asked again too soon. */
async function demandPatience(app: Pick<App, 'db' | 'clock'>, id: Buffer): Promise<void> {
  const now = app.clock.now()
  if (await codes.pollInTime(app.db, id, { now, leewaySeconds })) return
  await codes.slowDown(app.db, id, { now, bySeconds: intervalSeconds, atMostSeconds: longestInterval })
  throw new errors.SlowDown(`ask again in ${intervalSeconds} seconds more than before`)
}
