import type { Context } from 'koa'

import { type App, type Caller, nobody } from '../../platform/app.ts'
import { defineErrors, Problem } from '../../platform/errors.ts'
import { acrNamed, admit, isEnoughFor, missingAcr } from '../admission/index.ts'
import { type Access, accessOf, othersOnly, ownOnly } from '../authorization/index.ts'
import { admitClient } from '../admission/index.ts'
import type { ClientRecord, WithClients } from '../clients/index.ts'
import type { WithSettings } from '../settings/index.ts'
import {
  type AccessTokenClaims,
  chainOf,
  isOfClient,
  sessionClientOf,
  type Verifying,
  verifyAccessToken,
} from './access-token.ts'
import { demandPossession, dpopChallenge } from './possession/demand-possession.ts'

export const tokenErrors = defineErrors({
  invalid_token: { status: 401, title: 'The access token is missing, expired or not valid any more.' },
  invalid_request: { status: 400, title: 'Send the access token once, in the Authorization header.' },
})

type Parts = Pick<App, 'db'> & Verifying & WithClients & WithSettings

/**
 * Who presents the access token of a request to our own APIs; null when there is none. Role and permissions are read
 * live: a token's `role` is a hint for others.
 *
 * @throws invalid_token (401): not ours, expired, ended, or its person or client may not have it any more.
 * @throws invalid_request (400): sent in the query or the body (RFC 9700, section 4.3.2).
 */
export async function identify(parts: Parts, ctx: Context): Promise<Caller | null> {
  if (ctx.query.access_token !== undefined) throw tokenErrors.invalid_request()
  const header = ctx.get('authorization')
  if (header === '') return null
  const [, scheme = '', token] = /^(bearer|dpop) ([^ ]+)$/i.exec(header) ?? []
  const named = scheme.toLowerCase() === 'dpop' ? 'dpop' : 'bearer'
  const claims = token === undefined ? null : await verifyAccessToken(parts, token, parts.config.issuer)
  if (!claims || token === undefined) throw invalidToken(named)
  await demandPossession(parts, ctx, { scheme: named, token, claims })
  return toCaller(parts, ctx.state.origin ?? null, claims)
}

/**
 * Which person presents the access token of an Authorization header. One that is bound to a key is not taken: nothing here
 * proves it; nor is a client's own.
 *
 * @throws invalid_token (401): see `identify`.
 */
export async function callerOf(parts: Parts, header: string, origin: Caller['origin']): Promise<Caller> {
  const [, token] = /^bearer ([^ ]+)$/i.exec(header) ?? []
  const claims = token === undefined ? null : await verifyAccessToken(parts, token, parts.config.issuer)
  if (!claims || claims.cnf || isOfClient(claims)) throw invalidToken()
  return toCaller(parts, origin, claims)
}

/** What an ID token of ours says of somebody who signed in to an application of our own, and at which of them. */
export type InSession = Pick<AccessTokenClaims, 'sub' | 'client_id' | 'auth_time' | 'acr'> & { sid: string }

/**
 * Who signed in, as a request with an access token of that sign-in would find them; null where it would be refused: signed out,
 * disabled, or at a client that is not let in any more.
 */
export async function callerInSession(
  parts: Parts,
  session: InSession,
  origin: Caller['origin'],
): Promise<Caller | null> {
  try {
    const client = await letInClients(parts, session)
    return client ? await toPerson(parts, origin, { ...session, scope: 'openid' }, client) : null
  } catch (error) {
    if (error instanceof Problem && error.code === 'invalid_token') return null
    throw error
  }
}

async function toCaller(parts: Parts, origin: Caller['origin'], claims: AccessTokenClaims): Promise<Caller> {
  const client = await letInClients(parts, claims)
  if (!client) throw invalidToken()
  if (isOfClient(claims)) return toServiceAccount(parts, origin, claims)
  return toPerson(parts, origin, claims, client)
}

/** Of a token, what a person's caller is made of. */
type OfPerson = Pick<
  AccessTokenClaims,
  'sub' | 'client_id' | 'sid' | 'scope' | 'acr' | 'auth_time' | 'via' | 'act'
>

async function toPerson(
  parts: Parts,
  origin: Caller['origin'],
  claims: OfPerson,
  client: ClientRecord,
): Promise<Caller> {
  const { sid } = claims
  if (sid === undefined) throw invalidToken()
  const asked = {
    subject: claims.sub,
    clientId: claims.client_id,
    sid,
    sessionClientId: sessionClientOf(claims),
  }
  const admission = await admit(parts, asked)
  if (admission.refused !== null) throw invalidToken()
  const { person } = admission
  const actor = await actorOf(parts, claims)
  const access = await accessOf(parts.db, { type: 'user', id: person.userId }, parts.clock.now())
  const ours = { firstParty: client.firstParty && claims.via === undefined }
  return {
    actor: actor ?? { type: 'user', id: person.userId },
    ...(actor && { onBehalfOf: person.userId }),
    origin,
    userId: person.userId,
    sessionId: sid,
    clientId: claims.client_id,
    ...ours,
    scopes: new Set(claims.scope.split(' ')),
    authenticatedAt: claims.auth_time === undefined ? null : new Date(claims.auth_time * 1000),
    acr: claims.acr ?? null,
    missingAcr: missingAcr(person, claims.acr),
    role: access.role,
    ...permittedTo(parts, ours, claims, access),
  }
}

/**
 * A client that acts for itself, with the rights that were assigned to it, as they are now. It proved itself with its
 * credential to get this very token and has none that renews it (RFC 6749, sections 4.4.2 and 4.4.3), so the token's age is
 * the age of its sign-in, and there is no second factor to ask for.
 */
async function toServiceAccount(
  parts: Parts,
  origin: Caller['origin'],
  { client_id: id, scope, iat }: AccessTokenClaims,
): Promise<Caller> {
  const actor = { type: 'client', id } as const
  const access = await accessOf(parts.db, actor, parts.clock.now())
  return {
    ...{
      actor,
      origin,
      userId: nobody,
      sessionId: '',
      serviceAccount: true,
      clientId: id,
      firstParty: false,
    },
    scopes: new Set(scope.split(' ')),
    authenticatedAt: new Date(iat * 1000),
    ...{ acr: null, missingAcr: null, stepUp: null },
    role: access.role,
    permissions: othersOnly(access.permissions),
  }
}

/** The token's client, when it and all that the token came from may have anything. */
async function letInClients(
  parts: Parts,
  { client_id, via = [] }: Pick<OfPerson, 'client_id'> & Partial<Pick<OfPerson, 'via'>>,
) {
  const [client, ...others] = await Promise.all([client_id, ...via].map((id) => parts.clients.get(id)))
  const barred = [client, ...others].some((one) => !one || admitClient(parts, one) !== null)
  return barred ? null : client
}

/**
 * Who acts for the person, where somebody does: a client, or another person. Everybody in the chain must be let in still.
 *
 * @throws invalid_token (401): one of them may not have it any more.
 */
async function actorOf(
  parts: Parts,
  { act }: Pick<AccessTokenClaims, 'act'>,
): Promise<Caller['actor'] | null> {
  const actors: Caller['actor'][] = []
  for (const one of chainOf(act)) {
    const clientId = one.client_id ?? one.sub
    const client = await parts.clients.get(clientId)
    if (!client || admitClient(parts, client) !== null) throw invalidToken()
    if (clientId === one.sub) {
      actors.push({ type: 'client', id: clientId })
      continue
    }
    const admission = await admit(parts, { subject: one.sub, clientId, sid: one.sid })
    if (admission.refused !== null) throw invalidToken()
    actors.push({ type: 'user', id: admission.person.userId })
  }
  return actors[0] ?? null
}

/**
 * A person signs in at many clients; what they may do here is not lent to all of them with it. Who was not recognised surely
 * enough does no more than with their own account, whatever rights they have, or were given since.
 */
function permittedTo(
  parts: Pick<App, 'config'>,
  { firstParty }: { firstParty: boolean },
  { acr }: Pick<AccessTokenClaims, 'acr'>,
  { permissions }: Access,
): Pick<Caller, 'permissions' | 'stepUp'> {
  if (!firstParty) return { permissions: new Set(), stepUp: null }
  if (isEnoughFor(parts, acr)) return { permissions, stepUp: null }
  return { permissions: ownOnly(permissions), stepUp: { acr: acrNamed('mfa'), permissions } }
}

const challenges = {
  bearer: 'Bearer error="invalid_token"',
  dpop: dpopChallenge('invalid_token'),
}

const invalidToken = (scheme: keyof typeof challenges = 'bearer'): Problem =>
  tokenErrors.invalid_token({ challenge: challenges[scheme] })
