import type { Context, Middleware } from 'koa'
import { decodeJwt } from 'jose'

import { type ClientDirectory, type Demands, demandsOf, type WithClients } from '../../clients/index.ts'
import type { WithSettings } from '../../settings/index.ts'

declare module 'koa' {
  interface DefaultState {
    /** What bears on the DPoP proof of a request to the provider, found before the provider runs. */
    proving?: { nonceDemanded: boolean; demands: Demands }
  }
}

/** Whether proofs must carry a nonce: by setting `dpop.require_nonce`, or by the client's profile. */
export async function nonceDemanded(
  { settings }: WithSettings,
  { dpopNonce }: Pick<Demands, 'dpopNonce'>,
): Promise<boolean> {
  return dpopNonce || (await settings.get('dpop.require_nonce'))
}

/**
 * Finds out what a proof must have, since the library asks without waiting. At userinfo it asks before it knows the client:
 * what the token says, not verified yet, is enough to demand more, and one that lies is refused after that.
 */
export function prepareProofs(parts: WithClients & WithSettings): Middleware {
  return async (ctx, next) => {
    if (ctx.get('dpop') !== '') {
      const demands = demandsOf(ctx.path === '/userinfo' ? await profileOf(parts.clients, ctx) : undefined)
      ctx.state.proving = { nonceDemanded: await nonceDemanded(parts, demands), demands }
    }
    await next()
  }
}

async function profileOf(clients: ClientDirectory, ctx: Context): Promise<string | undefined> {
  const [, token = ''] = ctx.get('authorization').split(' ')
  const clientId = clientOf(token)
  return clientId === undefined ? undefined : (await clients.get(clientId))?.metadata.profile
}

function clientOf(token: string): string | undefined {
  try {
    const { client_id: id } = decodeJwt(token)
    return typeof id === 'string' ? id : undefined
  } catch {
    return undefined // no JWT
  }
}
