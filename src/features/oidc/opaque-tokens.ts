import type { KoaContextWithOIDC } from 'oidc-provider'

import { sha256Hex } from '../../platform/crypto/index.ts'
import type { WithApis } from '../apis/index.ts'
import type { WithRevocations } from '../revocations/index.ts'

export type OpaqueParts = WithApis & WithRevocations

/** A token as the library makes it of its row. */
interface OpaqueToken {
  accountId?: string
  clientId: string
  grantId?: string
  sid?: string
  aud?: unknown
  iat: number
}

/** Finds rows of one model. */
interface Finding {
  find(value: string): Promise<object | undefined>
}

/** As the library makes them: no JWT, which has dots, and no stand-in for one, which has a colon. */
export const isOpaque = (value: string): boolean => /^[\w-]{20,64}$/.test(value)

/**
 * Finds an opaque access token of a registered API: its row, as the library does, and then what ends a JWT ends it as well, on
 * the same news. It opens nothing of ours: userinfo does not find it. Revoking it alone leaves its grant as it is, like a JWT.
 */
export function findOpaque(
  { apis, revocations }: OpaqueParts,
  model: Finding,
  ctx: () => KoaContextWithOIDC | undefined,
): (value: string) => Promise<object | undefined> {
  const { find } = model
  return async (value) => {
    const route = ctx()?.oidc.route
    if (route === 'userinfo') return undefined
    const token = (await find.call(model, value)) as OpaqueToken | undefined // both models have these fields
    if (!token || typeof token.aud !== 'string' || !(await apis.byIdentifier(token.aud))) return undefined
    const { accountId, clientId, sid = null, iat } = token
    const ended = await revocations.isRevoked({
      jti: sha256Hex(value), // a name that no revocation has: what revokes this token removes its row
      sid,
      subject: accountId ?? clientId,
      clientId,
      issuedAt: new Date(iat * 1000),
    })
    if (ended) return undefined
    if (route === 'revocation') delete token.grantId
    return token
  }
}
