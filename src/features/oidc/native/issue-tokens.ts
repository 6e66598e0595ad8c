import {
  type Client,
  errors,
  type KoaContextWithOIDC,
  type Provider,
  type ResourceServer,
} from 'oidc-provider'

import type { App } from '../../../platform/app.ts'
import { randomMark } from '../../../platform/crypto/index.ts'
import { recordSignIn } from '../../sessions/index.ts'
import type { WithSettings } from '../../settings/index.ts'
import { type AdmittedAccount, personOf } from '../account.ts'
import { isScope } from '../configuration/grants.ts'
import type { Issue, OwnGrant } from '../grants/register-grant.ts'
import { mayStayConnected } from '../offline-access.ts'
import type { UnitOfWork } from '../storage/unit-of-work.ts'
import { lackingScopes } from './demand-scope.ts'
import type { Inside, Insides, Login } from './inside.ts'

type Parts = Pick<App, 'config' | 'clock'> & WithSettings

export interface Issuing {
  /** A name that only this process knows. */
  grantType: string
  insides: Insides
  unitOf(ctx: object): UnitOfWork | undefined
  /** The API that tokens are for: our own. */
  resourceOf(ctx: KoaContextWithOIDC): ResourceServer
}

/** Scopes that are granted when none are asked for. */
const usual = 'openid profile email'

/**
 * A grant of our own at the token endpoint: tokens for somebody who has just signed in at one of our own applications
 * (OAuth 2.0 for First-Party Applications). Its name is a secret of this process, and what it grants is handed over in
 * memory: from the network it is a grant type that does not exist.
 */
export function nativeGrant(parts: Parts, issuing: Issuing): OwnGrant<HandOff> {
  const { grantType, insides } = issuing
  return {
    name: grantType,
    parameters: [],
    prove: async (ctx) => {
      const inside = insides.get(ctx.req)
      if (!inside?.handOff) throw new errors.UnsupportedGrantType()
      const { handOff } = inside
      delete inside.handOff
      return { person: { subject: handOff.login.subject }, facts: handOff }
    },
    refusal: (reason) => new errors.InvalidGrant(reason),
    issue: async (ctx, { account, facts }) => issueTokens(parts, issuing, ctx, account, facts),
  }
}

type HandOff = NonNullable<Inside['handOff']>

/** Lets our own applications use the grant; no client is registered for it. */
export function allowNativeGrant(provider: Provider, grantType: string): void {
  const clients = provider.Client.prototype as Grantee // see Grantee
  const { grantTypeAllowed } = clients
  clients.grantTypeAllowed = function (type) {
    return type === grantType ? this.first_party === true : grantTypeAllowed.call(this, type)
  }
}

/** What the library asks a client for; typed there without what it is asked on. */
interface Grantee {
  first_party?: unknown
  grantTypeAllowed(this: Grantee, type: string): boolean
}

/** As the library does for a code, with what a code would say; the code itself is never stored. */
async function issueTokens(
  parts: Parts,
  issuing: Issuing,
  ctx: KoaContextWithOIDC,
  account: AdmittedAccount,
  { login, scope: asked }: HandOff,
): Promise<Issue> {
  const { provider, client } = ctx.oidc
  if (!client) throw new Error('a grant was asked for by no client')
  const scope = await grantedScope(parts, client, asked)
  const grant = new provider.Grant({ accountId: account.accountId, clientId: client.clientId })
  grant.addOIDCScope(scope)
  grant.addResourceScope(parts.config.issuer, scope)
  const facts = {
    client,
    accountId: account.accountId,
    acr: login.acr,
    amr: [...login.amr],
    authTime: Math.floor(login.at.getTime() / 1000),
    scope,
    resource: parts.config.issuer,
    sid: randomMark(),
    sessionUid: randomMark(),
    expiresWithSession: false, // no browser holds this session: it stands in our own table alone
    grantId: await grant.save(),
    gty: 'native',
  }
  ctx.oidc.entity('Grant', grant)
  ctx.oidc.entity('AuthorizationCode', new provider.AuthorizationCode(facts)) // where claims of tokens come from
  const accessToken = await signAccessToken(ctx, facts, issuing.resourceOf(ctx))
  const body = {
    ...accessToken,
    ...(client.grantTypeAllowed('refresh_token') && { refresh_token: await storeRefreshToken(ctx, facts) }),
    ...(scope.split(' ').includes('openid') && { id_token: await signIdToken(ctx, facts) }),
  }
  recordSession(parts, issuing, ctx, facts, login)
  return {
    body,
    entry: { action: 'token.issued', details: { sid: facts.sid, scope: accessToken.scope ?? '' } },
  }
}

type Facts = ConstructorParameters<Provider['RefreshToken']>[0] & { sid: string; sessionUid: string }

async function signAccessToken(ctx: KoaContextWithOIDC, facts: Facts, resource: ResourceServer) {
  const { provider } = ctx.oidc
  const { audience = provider.issuer } = resource
  const scopes = new Set(resource.scope.split(' '))
  const token = new provider.AccessToken({
    ...facts,
    scope: facts.scope
      .split(' ')
      .filter((one) => scopes.has(one))
      .join(' '),
    resourceServer: { ...resource, scopes, identifier: () => audience },
  })
  ctx.oidc.entity('AccessToken', token)
  return {
    access_token: await token.save(),
    token_type: token.tokenType,
    expires_in: token.expiration,
    scope: token.scope,
  }
}

function storeRefreshToken(ctx: KoaContextWithOIDC, facts: Facts): Promise<string> {
  const token = new ctx.oidc.provider.RefreshToken({ ...facts, rotations: 0 })
  ctx.oidc.entity('RefreshToken', token)
  return token.save()
}

async function signIdToken(ctx: KoaContextWithOIDC, facts: Facts): Promise<string> {
  const { account, provider } = ctx.oidc
  const known = await account?.claims('id_token', facts.scope, {}, [])
  const { acr, amr, authTime } = facts
  const token = new provider.IdToken({ ...known, acr, amr, auth_time: authTime }, { ctx })
  Object.assign(token, { scope: facts.scope }) // the library's types leave it out
  token.set('sid', facts.sid)
  return token.issue({ use: 'idtoken' })
}

/** Last, since a refusal after it would keep it. Offline or not: no sign-out but the application's own reaches this session. */
function recordSession(
  { clock }: Parts,
  { unitOf }: Issuing,
  ctx: KoaContextWithOIDC,
  { sessionUid: uid, sid, grantId }: Facts,
  { acr, amr, at, deviceId, connection }: Login,
): void {
  const { account, client } = ctx.oidc
  const unit = unitOf(ctx)
  if (!account || !client || !unit) throw new Error('tokens were issued to nobody')
  const { userId } = personOf(account)
  const by = { actor: { type: 'user', id: userId }, origin: ctx.state.origin ?? null } as const
  const session = { uid, userId, authenticatedAt: at, acr, amr: [...amr], deviceId, connection }
  const atClient = { sid, grantId, clientId: client.clientId, offline: false }
  unit.also.push((tx) => recordSignIn(tx, clock.now(), by, session, atClient))
}

/** What is asked for and known here; without asking, what is usual and the client may hold. */
async function grantedScope(parts: Parts, client: Client, asked: string | undefined): Promise<string> {
  const wanted = [...new Set((asked ?? usual).split(' '))].filter(isScope)
  const lacking = lackingScopes(client, wanted)
  if (asked !== undefined && lacking.length > 0)
    throw new errors.InvalidScope('requested scope is not allowed', lacking.join(' '))
  const stays = await mayStayConnected(parts, client)
  return wanted.filter((scope) => !lacking.includes(scope) && (scope !== 'offline_access' || stays)).join(' ')
}
