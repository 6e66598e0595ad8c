import {
  type BackchannelAuthenticationRequest,
  errors,
  type KoaContextWithOIDC,
  Provider,
} from 'oidc-provider'

import { epochSeconds } from '../../../lib/clock.ts'
import type { App } from '../../../platform/app.ts'
import { sha256 } from '../../../platform/crypto/index.ts'
import { polledTooSoon } from '../polling.ts'
import type { UnitOfWork } from '../storage/unit-of-work.ts'
import * as requests from './repository.ts'
import type { AuthenticationRequest } from './repository.ts'

type Parts = Pick<App, 'config' | 'db' | 'clock' | 'log'>
type Found = BackchannelAuthenticationRequest

/** What of the library's class its types leave out. */
interface Model {
  find(value: string, options?: object): Promise<Found | undefined>
}

/**
 * Tells the token endpoint what a person has said: the library's own row of a request is never touched once it is there, so
 * that it can be used up once and nothing else. Its `find` is replaced where a request is redeemed.
 *
 * One that was redeemed before is not found. The library would end the grant, as for a code that comes twice; but who presents
 * it has proven to be the client it belongs to, and two of its processes that ask at the same moment are no theft.
 */
export function redeemRequests(
  provider: Provider,
  parts: Parts,
  unitOf: (ctx: object) => UnitOfWork | undefined,
): void {
  const model = provider.BackchannelAuthenticationRequest as unknown as Model // see Model
  const { find } = model
  model.find = async function (value, options) {
    const { ctx } = Provider
    if (ctx?.oidc.route !== 'token') return find.call(this, value, options)
    const key = sha256(value)
    const known = await requests.findByKey(parts.db, key)
    if (!known || known.clientId !== ctx.oidc.client?.clientId) return undefined
    if (known.expiresAt <= parts.clock.now()) throw new errors.ExpiredToken('the request has expired')
    const found = await find.call(this, value, options)
    if (!found || found.consumed !== undefined) return undefined
    await answerOf[known.state](found, known, { parts, ctx, key })
    return found
  }
  provider.on('grant.success', (ctx) => {
    const redeemed = ctx.oidc.entities.BackchannelAuthenticationRequest
    if (redeemed === undefined) return
    unitOf(ctx)?.also.push((tx) => requests.redeem(tx, sha256(redeemed.jti), parts.clock.now()))
  })
}

interface Redeeming {
  parts: Parts
  ctx: KoaContextWithOIDC
  key: Buffer
}

type Answer = (found: Found, known: AuthenticationRequest, redeeming: Redeeming) => Promise<void>

const expired: Answer = async () => {
  throw new errors.ExpiredToken('the request has expired')
}

/** CIBA Core 1.0, section 11. */
const answerOf: Record<requests.RequestState, Answer> = {
  /** The library answers authorization_pending to a request that nobody has decided. */
  pending: async (_found, { expiresAt }, { parts, key }) => {
    if (await polledTooSoon(parts, { kind: 'authentication-request', id: key, expiresAt }))
      throw new errors.SlowDown('wait five seconds more from now on')
  },
  denied: async (found) => {
    Object.assign(found, { error: 'access_denied', errorDescription: 'the End-User did not agree' })
  },
  approved: entitle,
  expired,
  unused: expired,
}

/** Makes the request what the library's own would be: it names the session that approving began, and a grant of what was approved. */
async function entitle(found: Found, known: AuthenticationRequest, { parts, ctx }: Redeeming): Promise<void> {
  const { approval, clientId, scopes } = known
  if (!approval) throw new Error('a request was approved by nobody')
  const { grantId, sid, sessionUid, acr, amr, authenticatedAt } = approval
  const grant = new ctx.oidc.provider.Grant({ accountId: found.accountId ?? known.subject, clientId })
  grant.jti = grantId
  grant.addOIDCScope(scopes.join(' '))
  grant.addResourceScope(parts.config.issuer, scopes.join(' '))
  await grant.save()
  Object.assign(found, {
    ...{ grantId, sid, sessionUid, amr: [...amr], scope: scopes.join(' ') },
    ...(acr !== null && { acr }),
    authTime: epochSeconds(authenticatedAt),
    expiresWithSession: false, // no browser holds this session: it stands in our own table alone
  })
}
