import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Context, Middleware } from 'koa'
import { type Adapter, type KoaContextWithOIDC, Provider } from 'oidc-provider'

import type { App, By, Caller } from '../../platform/app.ts'
import { randomToken } from '../../platform/crypto/index.ts'
import {
  allowForeignFormTargets,
  anonymous,
  requestContext,
  securityHeaders,
} from '../../platform/http/index.ts'
import type { ServiceScope } from '../clients/index.ts'
import { openSessionUses } from '../sessions/index.ts'
import { type AccessTokenClaims, verifyAccessToken } from './access-token.ts'
import { announce, refusalRecord } from './announce.ts'
import { bindAccessTokens } from './at-hash.ts'
import { atomicRequests, type Requests } from './atomic-requests.ts'
import { askBeforeReturning, rememberRefusals } from './ask-before-returning.ts'
import { type BrowserSession, browserSession } from './browser-session.ts'
import { pages } from './configuration/pages.ts'
import { ownResource } from './configuration/resources.ts'
import { findAccount } from './account.ts'
import { countTokens } from './count-tokens.ts'
import { crossOrigin } from './cross-origin.ts'
import { guardUserCodes } from './device/enter-code.ts'
import { deviceFront } from './device/front.ts'
import { holdToInterval } from './device/polling.ts'
import { showOperatorClaims } from './custom-claims.ts'
import { openDocuments } from './documents.ts'
import { failures } from './failures.ts'
import { formPages } from './form-pages.ts'
import { jwtBearer } from './grants/jwt-bearer.ts'
import { openIssuerKeys } from './grants/jwt-bearer/issuer-keys.ts'
import { registerGrant } from './grants/register-grant.ts'
import { targetsLike } from './grants/targets.ts'
import { tokenExchange } from './grants/token-exchange.ts'
import { redeemRequests } from './ciba/redeem.ts'
import { frontChannelLogout } from './front-channel.ts'
import { callerInSession, callerOf, identify, type InSession } from './identify.ts'
import { fetchInside, type InsideRequest } from './fetch-inside.ts'
import { callingClient, type CallingClient } from './calling-client.ts'
import { type Interactions, openInteractions } from './interaction.ts'
import { openMachineIssues } from './machine-issues.ts'
import { arrivals, type Insides } from './native/inside.ts'
import { allowNativeGrant, nativeGrant as nativeGrantOf } from './native/issue-tokens.ts'
import { type Native, openNative } from './native/open.ts'
import { ownDeviceOnly } from './native/own-device-only.ts'
import { prepareProofs } from './possession/demand-nonce.ts'
import { holderOf } from './possession/holder.ts'
import { isOfProof } from './possession/marks.ts'
import { rotation } from './possession/rotation.ts'
import { postedRequests } from './posted-requests.ts'
import { postedLogout } from './posted-logout.ts'
import { protocolLimits } from './protocol-limits.ts'
import { buildProvider, type ProviderParts, routes } from './provider.ts'
import { refuseSession } from './refuse-session.ts'
import { bindSessions } from './session-binding.ts'
import { keepFacts } from './session-facts.ts'
import { keepBuiltClients } from './built-clients.ts'
import { checkSessionPage, checkSessionPath, manageSessions } from './session-management.ts'
import { openSeenTokens } from './seen-tokens.ts'
import { openSigningProfile } from './signing-profile.ts'
import { type Allowance, refusalBudget } from './refusal-budget.ts'
import { findStatelessTokens } from './stateless-tokens.ts'
import { openAdapters, prolongRefreshToken, type StorageParts } from './storage/adapter.ts'
import { openCacheStore } from './storage/cache-store.ts'
import { openIds } from './storage/ids.ts'
import type { UnitOfWork } from './storage/unit-of-work.ts'
import { structuredTokens } from './structured-tokens.ts'

/** The protocol, ready to answer. */
export interface Oidc {
  /** Whether a path is the provider's to answer. */
  answers(path: string): boolean
  handle(request: IncomingMessage, response: ServerResponse): void
  interactions: Interactions
  native: Native
  /** How far a refusal of this kind may still be recorded in this minute. */
  allowance(kind: string): Allowance
  identify(ctx: Context): Promise<Caller | null>
  /** Who is signed in in the browser that asks, for pages outside of a sign-in. */
  browserSession(ctx: Context): Promise<BrowserSession | null>
  /** Who presents the access token of this header, where one may be absent. @throws invalid_token (401) */
  callerOf(authorization: string, origin: Caller['origin']): Promise<Caller>
  /** Who signed in to an application of our own; null when that sign-in is worth nothing any more. */
  callerInSession(session: InSession, origin: Caller['origin']): Promise<Caller | null>
  /** Asks this provider over HTTP without a network, as an application that runs in this process does. */
  fetchInside(url: string, request: InsideRequest): Promise<Response>
  /** Which client presents a token of its own with one of these scopes. @throws invalid_token (401), insufficient_scope (403) */
  callingClient(
    authorization: string,
    by: Pick<By, 'origin'>,
    anyOf: readonly ServiceScope[],
  ): Promise<CallingClient>
  close(): Promise<void>
}

export interface WithOidc {
  oidc: Oidc
}

type Parts = ProviderParts & Pick<App, 'bus' | 'cache' | 'limits' | 'metrics' | 'tracing'>

/**
 * Opens the provider. It is built anew whenever the signing keys change: requests under way finish on the one they
 * began with.
 */
export async function openOidc(parts: Parts): Promise<Oidc> {
  const requests: Requests = new WeakMap()
  const current = {
    ctx: () => Provider.ctx,
    unit: () => unitOf(Provider.ctx) ?? null,
  }
  const unitOf = (ctx: object | undefined): UnitOfWork | undefined =>
    ctx ? requests.get(ctx)?.unit : undefined
  const profile = await openSigningProfile(parts, rebuild)
  const storage: StorageParts = {
    ...parts,
    profile,
    ids: openIds(),
    cacheStore: openCacheStore(parts),
    currentUnit: current.unit,
    redeemingClientId: () => {
      const oidc = current.ctx()?.oidc
      return oidc?.route === 'token' ? oidc.client?.clientId : undefined
    },
    redeemingKey: async () => {
      const ctx = current.ctx()
      return ctx ? holderOf(ctx) : ''
    },
    isOfProof: (id) => isOfProof(current.ctx(), id),
  }
  const refuseCopied: Parameters<typeof bindSessions>[2] = async (ctx, session, presented) => {
    if (!ctx.state.origin) throw new Error('requestContext() must run before the provider')
    const writeDown = await refuseSession(parts, anonymous(ctx.state.origin), session, presented)
    if (!writeDown) return
    unitOf(ctx)?.also.push(async (tx) => {
      await writeDown(tx)
      return true
    })
  }
  let builds = 0
  const issuerKeys = openIssuerKeys(parts)
  const adapters = openAdapters(storage)
  const machineIssues = openMachineIssues(parts)
  const sessionUses = openSessionUses(parts)
  const verifying = { ...parts, profile, seenTokens: openSeenTokens<AccessTokenClaims>() }
  const verify = (token: string) => verifyAccessToken(verifying, token)
  const insides: Insides = new WeakMap()
  const nativeGrant = `urn:gatehouse:native:${randomToken()}`
  const postedAdapter = adapters('PostedRequest')
  const wiring = {
    postedAdapter,
    requests,
    storage,
    verify,
    unitOf,
    insides,
    nativeGrant,
  }
  const found = ownDeviceOnly(parts, { insides, unitOf, findAccount: findAccount(parts) })
  const documents = openDocuments(parts, {
    builds: () => builds,
    unadvertised: nativeGrant,
    certificates: parts.config.clientCertificates !== null,
  })
  const before = middlewares(parts, { ...wiring, documents: documents.middleware })
  const issuing = {
    grantType: nativeGrant,
    insides,
    unitOf,
    resourceOf: ownResource(parts, () => lifetimesOf(requests), profile.accessTokenAlgorithm),
  }

  const targets = targetsLike(issuing.resourceOf)

  function build(): Provider {
    builds++
    const built = buildProvider(parts, {
      adapters,
      lifetimes: () => lifetimesOf(requests),
      profile,
      findAccount: found,
      unitOf,
      rotates: rotation({
        clock: parts.clock,
        lifetimes: () => lifetimesOf(requests),
        unit: current.unit,
        prolong: (unit, id, exp) => {
          prolongRefreshToken(storage, unit, id, exp)
        },
      }),
    })
    built.proxy = true // forwarded headers are ours: requestContext() has written them
    extend(built, parts, storage)
    bindSessions(built, parts, refuseCopied)
    keepBuiltClients(built)
    guardUserCodes(built, parts)
    holdToInterval(built, parts)
    findStatelessTokens(built, parts, verify, current)
    rememberRefusals(built)
    bindAccessTokens(built)
    announce(built, { ...parts, machineIssues, sessionUses }, unitOf)
    registerGrant(built, parts, { unitOf }, nativeGrantOf(parts, issuing))
    allowNativeGrant(built, nativeGrant)
    registerGrant(built, parts, { unitOf }, tokenExchange({ ...verifying, targets }))
    registerGrant(built, parts, { unitOf }, jwtBearer({ ...parts, unitOf, issuerKeys, targets }))
    redeemRequests(built, parts, unitOf)
    manageSessions(built, parts)
    for (const middleware of before) built.use(middleware)
    return built
  }

  function rebuild(): void {
    provider = build()
    callback = provider.callback()
  }

  let provider = build()
  let callback = provider.callback()
  parts.keys.onChange(rebuild)
  parts.apis.onDetailTypes(rebuild)

  const handle: Oidc['handle'] = (request, response) => {
    if (!documents.serveMade(request, response)) void callback(request, response)
  }
  return {
    answers,
    handle,
    interactions: openInteractions(parts, () => provider),
    native: openNative(parts, { insides, grantType: nativeGrant, handle }),
    allowance: refusalBudget(parts),
    identify: (ctx) => identify(verifying, ctx),
    browserSession: (ctx) => browserSession(parts, provider, ctx),
    close: async () => {
      await Promise.all([machineIssues.close(), sessionUses.close()])
    },
    callerOf: (authorization, origin) => callerOf(verifying, authorization, origin),
    callerInSession: (session, origin) => callerInSession(verifying, session, origin),
    fetchInside: (url, request) => fetchInside(handle, url, request),
    callingClient: (authorization, by, anyOf) => callingClient(verifying, authorization, by, anyOf),
  }
}

interface Wiring {
  postedAdapter: Adapter
  requests: Requests
  storage: StorageParts
  verify: (token: string) => ReturnType<typeof verifyAccessToken>
  unitOf(ctx: object): UnitOfWork | undefined
  insides: Insides
  /** A grant type that nobody outside may hear of. */
  nativeGrant: string
  documents: Middleware
}

/** What every request of the provider passes, in this order. */
function middlewares(parts: Parts, wiring: Wiring): Middleware[] {
  const { requests, storage, verify, unitOf, documents, nativeGrant } = wiring
  const { renderError, askToReturn, signingOut } = pages(parts, findAccount(parts))
  const unitDuring = (ctx: Context): UnitOfWork => {
    const unit = unitOf(ctx)
    if (!unit) throw new Error('a request without a unit of work')
    return unit
  }
  const useUp = (ctx: Context, id: string): void => {
    unitDuring(ctx).used.push({ model: 'PostedRequest', key: storage.ids.toKey(id) })
  }
  return [
    arrivals(parts, wiring, requestContext(parts)),
    securityHeaders(parts.config.issuer),
    async (ctx, next) => {
      allowForeignFormTargets(ctx)
      await next()
      ctx.state.route ??= (ctx as KoaContextWithOIDC)._matchedRoute // the provider's own context
    },
    countTokens(parts, nativeGrant),
    failures(parts),
    checkSessionPage(parts),
    documents,
    protocolLimits(parts),
    deviceFront(parts),
    postedLogout(parts),
    crossOrigin(parts),
    askBeforeReturning({ askToReturn }),
    prepareProofs(parts),
    atomicRequests(
      { ...parts, storage, renderError, refusalRecord: (ctx, out) => refusalRecord(parts.clock, ctx, out) },
      requests,
    ),
    frontChannelLogout(parts, signingOut),
    structuredTokens(verify, unitDuring),
    formPages(parts),
    postedRequests({ ...parts, adapter: wiring.postedAdapter, renderError, useUp }),
  ]
}

const paths: readonly string[] = Object.values(routes)

/** The library takes `/token/` for `/token`, but what counts and prepares requests here goes by the exact path. */
function answers(path: string): boolean {
  if (path.endsWith('/')) return false
  if (path.startsWith('/.well-known/o') || path === checkSessionPath) return true
  return paths.some((route) => path === route || path.startsWith(`${route}/`))
}

function lifetimesOf(requests: Requests) {
  const state = Provider.ctx && requests.get(Provider.ctx)
  if (!state) throw new Error('the provider asks for a lifetime outside of a request')
  return state.lifetimes
}

/** Where the library names a token; its types leave it out. */
interface Naming {
  generateTokenId(this: Naming): string
}

/** What the library leaves to its users to replace. */
function extend(provider: Provider, parts: Parts, storage: StorageParts): void {
  provider.Client.prototype.compareClientSecret = async function (presented) {
    const client = await parts.clients.get(this.clientId)
    return client !== null && parts.clients.secretMatches(client, presented)
  }
  // Kept to the millisecond, so that it is known whether all sessions were ended before or after; tokens get whole seconds.
  provider.Session.prototype.authTime = function () {
    return this.loginTs === undefined ? undefined : Math.floor(this.loginTs)
  }
  // The library asks what a client knows a person by only where that differs from client to client, as after a merge it may.
  // Registered and advertised they are `public`: the getter stands in for what the constructor would write.
  Object.defineProperty(provider.Client.prototype, 'subjectType', {
    get: () => 'pairwise',
    set: () => undefined,
  })
  keepFacts(provider)
  showOperatorClaims(provider)
  provider.Client.prototype.includeSid = () => true // every code, refresh, ID and access token carries the session's name
  const tokens = provider.RefreshToken.prototype as unknown as Naming // see Naming
  const { generateTokenId } = tokens
  tokens.generateTokenId = function () {
    return storage.currentUnit()?.retry?.successor ?? generateTokenId.call(this)
  }
}
