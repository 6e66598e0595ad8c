import type { By } from '../../platform/app.ts'
import { defineErrors, type Problem } from '../../platform/errors.ts'
import { admitClient } from '../admission/index.ts'
import { type ServiceScope, serviceScopesOf, type WithClients } from '../clients/index.ts'
import { type AccessTokenClaims, verifyAccessToken } from './access-token.ts'
import { tokenErrors } from './identify.ts'

/** A client that presented a live access token of its own. */
export interface CallingClient extends By {
  clientId: string
}

const errors = defineErrors({
  insufficient_scope: { status: 403, title: 'This access token is not good for that.' },
})

type Parts = Parameters<typeof verifyAccessToken>[0] & WithClients

/**
 * Which client presents an access token that it got for itself (RFC 6749, section 4.4) and that has one of these scopes. What
 * the client may do is looked up at each call, so that a scope taken from it is gone at once. A token that is bound to a key
 * is not taken: nothing here proves it.
 *
 * @throws invalid_token (401): none, or not good, or somebody's who is no client acting for itself.
 * @throws insufficient_scope (403)
 */
export async function callingClient(
  parts: Parts,
  header: string,
  { origin }: Pick<By, 'origin'>,
  anyOf: readonly ServiceScope[],
): Promise<CallingClient> {
  if (header === '') throw tokenErrors.invalid_token({ challenge: 'Bearer' })
  const [, token] = /^bearer ([^ ]+)$/i.exec(header) ?? []
  const claims = token === undefined ? null : await verifyAccessToken(parts, token, parts.config.issuer)
  if (!claims || !isOfItself(claims)) throw invalidToken()
  const client = await parts.clients.get(claims.client_id)
  if (!client || admitClient(parts, client) !== null) throw invalidToken()
  const granted = claims.scope.split(' ')
  const may = serviceScopesOf(client).filter((scope) => granted.includes(scope))
  if (!anyOf.some((scope) => may.includes(scope)))
    throw errors.insufficient_scope({
      challenge: `Bearer error="insufficient_scope", scope="${anyOf.join(' ')}"`,
    })
  return { actor: { type: 'client', id: client.id }, origin, clientId: client.id }
}

/** Nobody's but the client's: no person, no session, nobody who acts, and bound to no key. */
const isOfItself = ({ sub, client_id, sid, act, via, cnf }: AccessTokenClaims): boolean =>
  sub === client_id && sid === undefined && act === undefined && via === undefined && cnf === undefined

const invalidToken = (): Problem => tokenErrors.invalid_token({ challenge: 'Bearer error="invalid_token"' })
