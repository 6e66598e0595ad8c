import { type ErrorOut, type errors, type KoaContextWithOIDC, Provider } from 'oidc-provider'

import type { App, By } from '../../platform/app.ts'
import { anonymous } from '../../platform/http/index.ts'
import { type Action, type AuditEntry, type AuditRecord, toRecord } from '../audit/index.ts'
import { presentedDevice, recogniseDevice } from '../devices/index.ts'
import * as outbox from '../outbox/index.ts'
import { recordSignIn, signOut, type SessionUses, type SignedIn } from '../sessions/index.ts'
import { personOf } from './account.ts'
import { askingDevice } from './device/device-code.ts'
import { isAway } from './failures.ts'
import type { MachineIssues } from './machine-issues.ts'
import { type Allowance, refusalBudget } from './refusal-budget.ts'
import { connectionOf } from './session-facts.ts'
import type { UnitOfWork } from './storage/unit-of-work.ts'

type Parts = Pick<App, 'config' | 'clock' | 'log'> & {
  machineIssues: MachineIssues
  sessionUses: SessionUses
}
type Recording = Parts & { allowance(kind: string): Allowance }
type OIDCError = errors.OIDCProviderError & { error_detail?: string }
type Listener = (ctx: KoaContextWithOIDC, unit: UnitOfWork, detail: unknown) => void

interface Emitter {
  on(event: string, listener: (ctx: KoaContextWithOIDC, detail: unknown) => void): void
}

/** The library's types know each event by itself; here they are a table. */
const emitterOf = (provider: Provider): Emitter => provider // every event above hands over its ctx first

/**
 * What the provider did becomes audit records, events and session rows, in the same commit as the act itself. Listeners
 * are guarded: the library would turn a throw in one into a failed request whose effects stand.
 */
export function announce(
  provider: Provider,
  machinery: Parts,
  unitOf: (ctx: object) => UnitOfWork | undefined,
): void {
  const parts: Recording = { ...machinery, allowance: refusalBudget(machinery) }
  const refused: Listener = (ctx, unit, error) => {
    recordRefusal(parts, ctx, unit, error as OIDCError) // events that end in `.error` hand over one
  }
  const listeners: Record<string, Listener> = {
    'authorization.success': (ctx, unit) => {
      rememberSignIn(parts, ctx, unit)
      recordApproval(parts, ctx, unit)
    },
    'device_authorization.success': (ctx, unit) => {
      recordRequest(parts, ctx, unit)
    },
    'device_authorization.error': refused,
    'code_verification.error': refusedCode(parts),
    'device_resume.error': refusedCode(parts),
    'grant.success': (ctx, unit) => {
      recordIssue(parts, ctx, unit)
    },
    'grant.error': refused,
    'introspection.error': refused,
    'revocation.error': refused,
    'pushed_authorization_request.error': refused,
    'backchannel_authentication.error': refused,
    'authorization.error': refusedOf(parts, 'authorization.refused'),
    'userinfo.error': refusedOf(parts, 'userinfo.refused'),
    'end_session.error': refusedOf(parts, 'sign_out.refused'),
    'end_session_confirm.error': refusedOf(parts, 'sign_out.refused'),
    'grant.revoked': (ctx, unit, grantId) => {
      recordRevokedGrant(parts, ctx, unit, String(grantId))
    },
    'end_session.success': (ctx, unit) => {
      recordSignOut(parts, ctx, unit)
    },
    server_error: (ctx, _unit, error) => {
      ctx.state.failure = error
      const { requestId } = ctx.state.origin ?? {}
      parts.log[isAway(error) ? 'warn' : 'error'](
        { err: error, requestId, route: ctx.oidc.route },
        'request failed',
      )
    },
  }
  recordRevocations(provider, parts, unitOf)
  for (const [event, listener] of Object.entries(listeners)) {
    emitterOf(provider).on(event, (ctx, detail) => {
      const unit = unitOf(ctx)
      try {
        if (unit) listener(ctx, unit, detail)
      } catch (error) {
        parts.log.error({ err: error, event }, 'a listener failed')
      }
    })
  }
}

const revocable = ['access_token', 'client_credentials', 'refresh_token'] as const

/** The library tells of a token that it destroyed without the request; only at /revoke is that the client's own doing. */
function recordRevocations(
  provider: Provider,
  parts: Parts,
  unitOf: (ctx: object) => UnitOfWork | undefined,
): void {
  for (const kind of revocable) {
    emitterOf(provider).on(`${kind}.destroyed`, () => {
      const { ctx } = Provider
      const unit = ctx && unitOf(ctx)
      if (ctx?.oidc.route !== 'revocation' || !unit || !ctx.oidc.client) return
      const target = { type: 'client', id: ctx.oidc.client.clientId }
      record(parts, ctx, unit, { action: 'token.revoked', target, details: { kind } })
    })
  }
}

/** Who acts: the person whose account was found, else the client, else nobody known. */
function actorOf(ctx: KoaContextWithOIDC): By {
  const { account, client } = ctx.oidc
  const { origin } = ctx.state
  if (account) return { actor: { type: 'user', id: personOf(account).userId }, origin: origin ?? null }
  if (client) return { actor: { type: 'client', id: client.clientId }, origin: origin ?? null }
  if (!origin) throw new Error('requestContext() must run before the provider')
  return anonymous(origin)
}

function record(parts: Parts, ctx: KoaContextWithOIDC, unit: UnitOfWork, entry: AuditEntry): void {
  unit.audit.push(toRecord(parts.clock.now(), actorOf(ctx), entry))
}

/** What the provider keeps of a session at one client, and our note of what of it was written down already. */
interface Authorization {
  sid?: string | undefined
  grantId?: string | undefined
  persistsLogout?: boolean | undefined
  recorded?: string
}

/** A code was issued: the session has reached this client. Written only when that, or how it was proven, is new. */
function rememberSignIn(parts: Parts, ctx: KoaContextWithOIDC, unit: UnitOfWork): void {
  const { session, client, account } = ctx.oidc
  if (!session?.accountId || !client || !account) return
  const authorization: Authorization = session.authorizationFor(client.clientId)
  const { sid, grantId, persistsLogout: offline = false } = authorization
  if (sid === undefined || grantId === undefined) return
  const now = `${session.loginTs ?? 0} ${grantId} ${offline}`
  noteBrowserUse(parts, ctx, session)
  if (authorization.recorded === now) return
  authorization.recorded = now // saved with the session, in the commit that writes it down
  const by = actorOf(ctx)
  const { userId } = personOf(account)
  const signedIn = { ...signedInOf(session, userId), connection: connectionOf(session) }
  const atClient = { sid, grantId, clientId: client.clientId, offline }
  const presented = presentedDevice(parts, ctx) // of this very browser: whoever signed in got it with the answer
  unit.also.push(async (tx) => {
    const deviceId = await recogniseDevice(tx, { id: userId }, presented)
    return recordSignIn(tx, parts.clock.now(), by, { ...signedIn, deviceId }, atClient)
  })
}

/** One that has reached a client before may be in another network by now. */
function noteBrowserUse(
  { sessionUses }: Parts,
  { state }: KoaContextWithOIDC,
  { uid, authorizations = {} }: Session,
): void {
  const clients = Object.values<Authorization>(authorizations)
  const origin = state.origin ?? null
  if (clients.some(({ recorded }) => recorded !== undefined)) sessionUses.note(uid, origin)
  else sessionUses.written(uid, origin)
}

type Session = NonNullable<KoaContextWithOIDC['oidc']['session']>

const signedInOf = (
  { uid, loginTs = 0, acr, amr = [] }: Session,
  userId: string,
): Omit<SignedIn, 'deviceId' | 'connection'> => ({
  uid,
  userId,
  authenticatedAt: new Date(Math.round(loginTs * 1000)),
  acr: acr ?? null,
  amr,
})

function recordIssue(parts: Parts, ctx: KoaContextWithOIDC, unit: UnitOfWork): void {
  const { client, params, entities } = ctx.oidc
  const grantType = String(params?.grant_type)
  if (!client) return
  if (grantType === 'client_credentials') {
    parts.machineIssues.note(client.clientId)
    return
  }
  noteUse(parts, ctx)
  if (ctx.state.issueRecorded) return // a grant of our own: grants/register-grant.ts
  record(parts, ctx, unit, {
    action: grantType === 'refresh_token' ? 'token.refreshed' : 'token.issued',
    target: { type: 'client', id: client.clientId },
    details: { sid: entities.AccessToken?.sid ?? null, scope: entities.AccessToken?.scope ?? '' },
  })
}

/** A confidential client asks from a server of its own, wherever the person may be. */
function noteUse(parts: Parts, { oidc, state }: KoaContextWithOIDC): void {
  const { RefreshToken, AuthorizationCode, DeviceCode, BackchannelAuthenticationRequest } = oidc.entities
  const uid = (RefreshToken ?? AuthorizationCode ?? DeviceCode ?? BackchannelAuthenticationRequest)
    ?.sessionUid
  const isPersons = oidc.client?.clientAuthMethod === 'none'
  if (uid !== undefined) parts.sessionUses.note(uid, isPersons ? (state.origin ?? null) : null)
}

/** Who decides sits elsewhere than the device: the two records are found together by `request`. */
function recordApproval(parts: Parts, ctx: KoaContextWithOIDC, unit: UnitOfWork): void {
  const { deviceCode, client, session } = ctx.oidc
  if (!deviceCode || !client) return
  record(parts, ctx, unit, {
    action: 'device_authorization.approved',
    target: { type: 'client', id: client.clientId },
    details: { request: askingDevice(deviceCode).request, sid: session?.sidFor(client.clientId) ?? null },
  })
}

function recordRequest(parts: Recording, ctx: KoaContextWithOIDC, unit: UnitOfWork): void {
  const { deviceCode, params } = ctx.oidc
  if (!deviceCode) return
  recordBounded(parts, ctx, unit, {
    action: 'device_authorization.requested',
    details: { request: askingDevice(deviceCode).request, scope: textOf(params?.scope) },
  })
}

const textOf = (value: unknown): string => (typeof value === 'string' ? value : '')

/** Codes that were refused by themselves: what a person typed is nobody's request, and is counted for all together. */
const refusedCode =
  (parts: Recording): Listener =>
  (ctx, unit, detail) => {
    const error = detail as OIDCError // events that end in `.error` hand over one
    const reason = error.error_detail ?? error.error
    recordBounded(parts, ctx, unit, { action: 'device_authorization.refused', outcome: 'denied', reason })
  }

/** The library tells a replay apart only by its words for the log. */
const replays: Record<string, 'token.refresh_reused' | 'code.reused'> = {
  'refresh token already used': 'token.refresh_reused',
  'authorization code already consumed': 'code.reused',
  'device code already consumed': 'code.reused',
}

/** What is heard by who asks whether somebody has decided yet (RFC 8628, section 3.5; CIBA Core 1.0, section 11): no refusal. */
const stillWaiting = new Set(['authorization_pending', 'slow_down'])

function recordRefusal(parts: Recording, ctx: KoaContextWithOIDC, unit: UnitOfWork, error: OIDCError): void {
  const reason = error.error_detail ?? error.error
  if (stillWaiting.has(error.error)) return
  if (error.error === 'invalid_client') {
    ctx.state.wrongSecret = reason === 'invalid secret provided'
    recordBounded(parts, ctx, unit, { action: 'client.authentication_failed', outcome: 'failure', reason })
    return
  }
  const replay = replays[reason]
  if (!replay) {
    recordBounded(parts, ctx, unit, { action: 'token.refused', outcome: 'denied', reason })
    return
  }
  // Never bounded: who presents what was used before held it once.
  record(parts, ctx, unit, { action: replay, outcome: 'denied', reason, ...atClient(ctx) })
  if (replay === 'token.refresh_reused') publishReuse(parts, ctx, unit)
}

/** The client of a request; at userinfo, until it is loaded, the one that the access token was issued to. */
const clientIdOf = ({ oidc }: KoaContextWithOIDC): string | undefined =>
  oidc.client?.clientId ?? oidc.entities.AccessToken?.clientId

function atClient(ctx: KoaContextWithOIDC): Pick<AuditEntry, 'target'> {
  const id = clientIdOf(ctx)
  return id === undefined ? {} : { target: { type: 'client', id } }
}

/** Up to a number for each client and minute; all clients that do not exist share one. */
function recordBounded(parts: Recording, ctx: KoaContextWithOIDC, unit: UnitOfWork, entry: AuditEntry): void {
  const allowed = parts.allowance(`${entry.action} ${clientIdOf(ctx) ?? ''}`)
  if (allowed === 'no') return
  const more = allowed === 'last' ? { details: { furtherOnesRecorded: false } } : {}
  record(parts, ctx, unit, { ...entry, ...atClient(ctx), ...more })
}

/** Answers that belong to the protocol's course: the client asked without a page, or the person said no (recorded there). */
const ordinary = new Set([
  'login_required',
  'consent_required',
  'interaction_required',
  'account_selection_required',
  'access_denied',
])

/** Errors where no client proves itself: kept when the client is one of ours, since a wrong redirect URI is worth a look. */
const refusedOf =
  (parts: Recording, action: Action): Listener =>
  (ctx, unit, detail) => {
    const error = detail as OIDCError // events that end in `.error` hand over one
    if (clientIdOf(ctx) === undefined || ordinary.has(error.error)) return
    recordBounded(parts, ctx, unit, { action, outcome: 'denied', reason: error.error_detail ?? error.error })
  }

function recordRevokedGrant(parts: Parts, ctx: KoaContextWithOIDC, unit: UnitOfWork, grantId: string): void {
  record(parts, ctx, unit, { action: 'grant.revoked', details: { grantId }, ...atClient(ctx) })
}

/** What the audit says of a request that another one overtook. */
export function refusalRecord(
  clock: App['clock'],
  ctx: KoaContextWithOIDC,
  { error }: ErrorOut,
): AuditRecord {
  const { client } = ctx.oidc
  const target = client ? { target: { type: 'client', id: client.clientId } } : {}
  const reason = `${error}: another request was faster`
  return toRecord(clock.now(), actorOf(ctx), {
    action: 'token.refused',
    outcome: 'denied',
    reason,
    ...target,
  })
}

function publishReuse(parts: Parts, ctx: KoaContextWithOIDC, unit: UnitOfWork): void {
  const { account, client } = ctx.oidc
  if (!account || !client) return
  const by = actorOf(ctx)
  const { userId } = personOf(account)
  unit.also.push(async (tx) => {
    const data = { clientId: client.clientId }
    await outbox.publish(tx, parts.clock.now(), by, { type: 'auth.refresh.reused', subject: userId, data })
    return true
  })
}

/** Only a confirmed sign-out ends the session; `logout` is absent when the person chose to stay. */
function recordSignOut(parts: Parts, ctx: KoaContextWithOIDC, unit: UnitOfWork): void {
  const { session, params } = ctx.oidc
  if (!session || !params?.logout) return
  const { origin } = ctx.state
  unit.also.push(async (tx) => {
    await signOut(tx, parts.clock.now(), origin ?? null, session.uid)
    return true
  })
}
