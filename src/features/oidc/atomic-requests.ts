import type { Context, Middleware } from 'koa'
import type { ErrorOut, KoaContextWithOIDC } from 'oidc-provider'

import type { App } from '../../platform/app.ts'
import { toProblem } from '../../platform/http/index.ts'
import type { AuditRecord } from '../audit/index.ts'
import { type Lifetimes, openLifetimes } from './configuration/lifetimes.ts'
import type { WithSettings } from '../settings/index.ts'
import { dpopChallenge } from './possession/demand-possession.ts'
import type { StorageParts } from './storage/adapter.ts'
import { commitUnit, type Outcome } from './storage/commit.ts'
import { presentAgain } from './storage/present-again.ts'
import { keepOnlyMarks, keepOnlyRefusal, openUnit, type UnitOfWork } from './storage/unit-of-work.ts'

/** What a request of the provider carries along. */
export interface RequestState {
  unit: UnitOfWork
  lifetimes: Lifetimes
}

export type Requests = WeakMap<object, RequestState>

interface Parts extends Pick<App, 'log'>, WithSettings {
  storage: StorageParts
  renderError(ctx: KoaContextWithOIDC, out: ErrorOut): Promise<void>
  /** What the audit says of a request that lost a race. */
  refusalRecord(ctx: KoaContextWithOIDC, out: ErrorOut): AuditRecord
}

/**
 * Commits what a request of the provider wrote, all or nothing, before its answer leaves: Koa sends only after this has
 * returned. A crash before the commit leaves everything as it was; a crash after it loses only the answer, which may be
 * asked for again. When another request was faster, the answer that stands ready is replaced.
 */
export function atomicRequests(parts: Parts, requests: Requests): Middleware {
  const lifetimes = openLifetimes(parts)
  return async (ctx, next) => {
    const unit = openUnit()
    requests.set(ctx, { unit, lifetimes: await lifetimes() })
    await next()
    if (ctx.status >= 500) return // the library answered server_error: nothing of it happened
    if (ctx.status >= 400) keepOnlyRefusal(unit)
    const outcome = await tryCommit(parts, ctx, unit)
    if (outcome !== 'written') {
      await answerLoser(parts, ctx as KoaContextWithOIDC, unit, outcome) // the provider's own context
    }
  }
}

async function tryCommit(parts: Parts, ctx: Context, unit: UnitOfWork): Promise<Outcome> {
  try {
    return await commitUnit(parts.storage, unit)
  } catch (error) {
    const { requestId } = ctx.state.origin ?? {}
    const away = toProblem(error).status === 503
    parts.log[away ? 'warn' : 'error']({ err: error, requestId }, 'a request could not be committed')
    takeBack(ctx)
    ctx.status = away ? 503 : 500
    if (away) ctx.set('retry-after', '1')
    ctx.body = { error: away ? 'temporarily_unavailable' : 'server_error' }
    return 'written' // answered: nothing was
  }
}

/** Nothing of the answer that stood ready may leave: it speaks of what was not written. */
function takeBack(ctx: Context): void {
  ctx.remove('set-cookie')
  ctx.remove('location')
}

/**
 * Replaces the answer of a request that was not written. What it leaves behind all the same: an assertion it proved itself
 * by is used up, and the audit says that it was refused.
 */
async function answerLoser(
  parts: Parts,
  ctx: KoaContextWithOIDC,
  unit: UnitOfWork,
  outcome: Exclude<Outcome, 'written'>,
): Promise<void> {
  if (outcome === 'stale' && comeAgain(ctx)) return
  const refusal = refusalOf(outcome, unit, ctx)
  const again = outcome === 'used' && (await presentAgain(parts.storage, ctx, unit))
  keepOnlyMarks(unit)
  if (outcome === 'replayed') unit.once = unit.once.filter((mark) => mark !== unit.replayed)
  if (!again) unit.audit = [parts.refusalRecord(ctx, refusal)]
  const settled = await tryCommit(parts, ctx, unit)
  if (ctx.status >= 500 || (again && settled === 'written')) return
  await refuse(parts, ctx, settled === 'replayed' ? replayedBy(unit) : refusal)
}

/** The same request may come this often while others keep changing the session under it. */
const mostRepeats = 5

/**
 * Nothing was written, so the browser may ask the same again and find the session as it is now. False where it may not: it
 * sent a form, or came too often.
 */
function comeAgain(ctx: Context): boolean {
  const repeats = Number(ctx.query.again ?? 0)
  if (ctx.method !== 'GET' || !(repeats < mostRepeats)) return false
  const query = new URLSearchParams(ctx.state.sentQuery ?? ctx.querystring)
  query.set('again', String(repeats + 1))
  takeBack(ctx)
  ctx.status = 303
  ctx.set('location', `${ctx.path}?${query.toString()}`)
  ctx.body = ''
  return true
}

async function refuse(parts: Parts, ctx: KoaContextWithOIDC, out: ErrorOut): Promise<void> {
  takeBack(ctx)
  const atUserinfo = ctx.oidc.route === 'userinfo' // an API, where every fault of a proof is a 401 (RFC 9449, section 7.1)
  ctx.status = out.error === 'invalid_client' || atUserinfo ? 401 : 400
  if (atUserinfo) ctx.set('www-authenticate', dpopChallenge(out.error))
  if (ctx.accepts('json', 'html') === 'html') await parts.renderError(ctx, out)
  else ctx.body = out
}

const replayed: ErrorOut = {
  error: 'invalid_client',
  error_description: 'client authentication failed: an assertion may be used once',
}

/** A client that proves itself twice with one assertion, or whatever else was presented twice. */
const replayedBy = (unit: UnitOfWork): ErrorOut => unit.replayed?.refusal ?? replayed

const overtaken: ErrorOut = {
  error: 'invalid_request',
  error_description: 'another window of this browser changed the session at the same moment; try again',
}

/** A refresh token that stays was revoked while it was used: its end could not be put off any more. */
const revoked: ErrorOut = { error: 'invalid_grant', error_description: 'grant request is invalid' }

function refusalOf(outcome: Outcome, unit: UnitOfWork, { oidc }: KoaContextWithOIDC): ErrorOut {
  if (outcome === 'replayed') return replayedBy(unit)
  if (outcome === 'stale' && oidc.params?.grant_type === 'refresh_token') return revoked
  return outcome === 'stale' ? overtaken : usedUp(unit)
}

function usedUp({ used }: UnitOfWork): ErrorOut {
  if (used.length === 0)
    return { error: 'invalid_request', error_description: 'this sign-in was finished before' }
  if (used.some(({ model }) => model === 'PostedRequest'))
    return { error: 'invalid_request', error_description: 'this request was used before, or took too long' }
  const pushed = used.some(({ model }) => model === 'PushedAuthorizationRequest')
  if (!pushed) return { error: 'invalid_grant', error_description: 'grant request is invalid' }
  return {
    error: 'invalid_request_uri',
    error_description: 'request_uri is invalid, expired, or was already used',
  }
}
