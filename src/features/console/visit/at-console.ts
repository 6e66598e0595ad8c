import type { Context } from 'koa'

import { secondsAfter } from '../../../lib/clock.ts'
import type { By, Caller } from '../../../platform/app.ts'
import type { PageReply } from '../../../platform/http/index.ts'
import { findSelf } from '../../accounts/index.ts'
import { isFactorPostponed } from '../../admission/index.ts'
import { csrfToken, demandCsrfToken } from '../../authentication/index.ts'
import { languageLinks, present } from '../../presentation/index.ts'
import { allowsAny, type Console } from '../parts.ts'
import { everyOperation, screensShown } from '../screens.ts'
import { forget, keepPending, readSignedIn, type SignedIn } from './cookies.ts'
import { beginSignIn, type Demand } from './relying-party.ts'

/** Somebody at the console, who may have what they asked for. */
export interface Visit {
  caller: Caller
  session: SignedIn
  ctx: Context
  /** In each form. */
  csrf: string
  language: string
  person: { name: string; login: string }
  /** The time zone that moments are told in. */
  zone: string
}

interface Asked {
  by: By
  /** Operations of the management API; one that the person may do lets them in. */
  needs: readonly string[]
  /** Ask for a recent sign-in where the first operation does. */
  act?: boolean
}

/**
 * Shows a page of the console to whoever is signed in there and may see it. Everything is asked anew at each request: whether
 * the provider's session lives, whether the person is let in, and what they may do.
 */
export async function atConsole(
  desk: Console,
  ctx: Context,
  { by, needs, act = false }: Asked,
  show: (visit: Visit) => Promise<PageReply>,
): Promise<PageReply> {
  const session = readSignedIn(desk, ctx)
  const caller = session && (await callerOf(desk, session, by))
  if (!session || !caller) {
    forget(desk, ctx, 'signedIn')
    return signIn(desk, ctx, { again: false, acr: null })
  }
  const demand = demandOf(desk, caller, needs, act)
  if (demand !== null && !isInVain(desk, session, caller, demand)) return signIn(desk, ctx, demand)
  if (demand !== null || !allowsAny(desk, caller, needs)) return refuse(desk, ctx, caller, demand)
  return show(await visitOf(desk, ctx, caller, session))
}

const callerOf = (desk: Console, session: SignedIn, by: By): Promise<Caller | null> =>
  desk.oidc.callerInSession(
    {
      sub: session.subject,
      client_id: session.clientId,
      sid: session.sid,
      auth_time: session.authTime,
      ...(session.acr !== null && { acr: session.acr }),
    },
    by.origin,
  )

/** The sign-in that is missing, if one is: a surer one, or one not so long ago. */
function demandOf(
  { operations }: Console,
  caller: Caller,
  needs: readonly string[],
  act: boolean,
): Demand | null {
  const { stepUp } = caller
  if (stepUp && needs.some((name) => operations.allows({ ...caller, permissions: stepUp.permissions }, name)))
    return { again: true, acr: stepUp.acr }
  const wanted = act && needs[0] !== undefined ? operations.signInWanted(caller, needs[0]) : null
  return wanted && { again: true, acr: wanted.acr }
}

/** Seconds after which a sign-in is not the one that was just asked for. */
const justNow = 60

/** Whether this was asked for a moment ago already, and could not be reached. */
function isInVain(
  { clock }: Console,
  { askedAcr }: SignedIn,
  { authenticatedAt }: Caller,
  { acr }: Demand,
): boolean {
  const fresh = authenticatedAt !== null && authenticatedAt > secondsAfter(clock.now(), -justNow)
  return fresh && acr !== null && askedAcr === acr
}

async function signIn(desk: Console, ctx: Context, demand: Demand): Promise<PageReply> {
  if (ctx.get('hx-request') === 'true') {
    ctx.set('hx-refresh', 'true') // the page as a whole signs in, not a piece of it
    return { done: true }
  }
  const returnTo = ctx.method === 'GET' ? ctx.url.slice(0, 1500) : ctx.path
  const { url, pending } = await beginSignIn(desk, returnTo, demand)
  keepPending(desk, ctx, pending)
  return { redirect: url }
}

async function refuse(
  desk: Console,
  ctx: Context,
  caller: Caller,
  demand: Demand | null,
): Promise<PageReply> {
  const anything = allowsAny(desk, caller, everyOperation)
  const { user } = await findSelf(desk.db, caller.userId)
  const { language } = await present(desk, ctx, { uiLocales: user.locale ?? undefined })
  return {
    view: 'console/forbidden',
    status: 403,
    language,
    locals: {
      login: user.email ?? user.username ?? '',
      factorUrl: demand === null ? null : '/account/security',
      consoleUrl: anything ? '/console' : null,
      csrf: csrfToken(desk, tokenScope(caller.sessionId)),
      languageLinks: languageLinks(desk),
    },
  }
}

async function visitOf(desk: Console, ctx: Context, caller: Caller, session: SignedIn): Promise<Visit> {
  const { user, profile } = await findSelf(desk.db, caller.userId)
  const { language } = await present(desk, ctx, { uiLocales: user.locale ?? undefined })
  return {
    caller,
    session,
    ctx,
    csrf: csrfToken(desk, tokenScope(session.sid)),
    language,
    person: { name: user.name ?? '', login: user.email ?? user.username ?? user.name ?? '' },
    zone: profile?.zoneinfo ?? 'UTC',
  }
}

/** @throws form_expired (403): the form was made for another session, or by somebody else. */
export const demandOwnForm = (desk: Console, { session }: Pick<Visit, 'session'>, csrf: string): void => {
  demandCsrfToken(desk, tokenScope(session.sid), csrf)
}

/** Tokens of these forms are good for no other kind of form. */
const tokenScope = (sid: string): string => `console:${sid}`

export interface Shown {
  view: string
  /** The screen that is marked in the list of them. */
  screen: string
  status?: number
  locals: Record<string, unknown>
}

/** A page of the console, in its frame. */
export async function consolePage(desk: Console, visit: Visit, shown: Shown): Promise<PageReply> {
  const { caller, csrf, language, person, zone } = visit
  return {
    view: shown.view,
    status: shown.status ?? 200,
    language,
    locals: {
      csrf,
      person,
      zone,
      screens: screensShown(desk, caller, shown.screen),
      factorUrl: (await isFactorPostponed(desk, caller.userId)) ? '/account/security' : null,
      languageLinks: languageLinks(desk),
      notice: null,
      problem: null,
      ...shown.locals,
    },
  }
}
