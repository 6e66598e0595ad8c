import type { Context } from 'koa'

import { secondsAfter } from '../../../lib/clock.ts'
import type { By } from '../../../platform/app.ts'
import type { PageReply } from '../../../platform/http/index.ts'
import { findSelf, type Self } from '../../accounts/index.ts'
import { isFactorPostponed } from '../../admission/index.ts'
import { csrfToken, demandCsrfToken } from '../../authentication/index.ts'
import { recentSignInSeconds } from '../../authorization/index.ts'
import type { BrowserSession } from '../../oidc/index.ts'
import { hasPasskey, ownerSignal } from '../../passkeys/index.ts'
import { languageLinks, present } from '../../presentation/index.ts'
import { type Place, places, placesShown } from './places.ts'
import { type Portal, signIn } from './sign-in.ts'

/** Somebody at the pages of their own account. */
export interface Visit extends Self {
  place: Place
  session: BrowserSession
  by: By
  /** In each form. */
  csrf: string
}

/** Seconds left to fill in a form that will ask for a recent sign-in when it is sent. */
const timeForForms = 5 * 60

/** How recent a sign-in has to be, which is then to be as sure as the person can make it: none; enough to begin a form that will ask for it; enough now. Seconds. */
const demanded = { any: null, begin: recentSignInSeconds - timeForForms, act: recentSignInSeconds }

interface Asked {
  place: Place
  by: By
  recent?: keyof typeof demanded
}

/** Shows a page to who is signed in; everybody else signs in first, and so does whose sign-in is too old or too weak for it. */
export async function atAccount(
  portal: Portal,
  ctx: Context,
  { place, by, recent = 'any' }: Asked,
  show: (visit: Visit) => Promise<PageReply>,
): Promise<PageReply> {
  const session = await portal.oidc.browserSession(ctx)
  if (!session) return signIn(portal, place)
  const within = demanded[recent]
  const tooOld = within !== null && session.authenticatedAt < secondsAfter(portal.clock.now(), -within)
  const acr = within === null ? null : session.missingAcr
  if (tooOld || acr !== null) return signIn(portal, place, tooOld, acr)
  const self = await findSelf(portal.db, session.userId)
  const own: By = { ...by, actor: { type: 'user', id: session.userId } }
  return show({ ...self, place, session, by: own, csrf: csrfToken(portal, tokenScope(session)) })
}

/** @throws form_expired (403): the form was made for another session, or by somebody else. */
export const demandOwnForm = (portal: Portal, { session }: Visit, csrf: string): void => {
  demandCsrfToken(portal, tokenScope(session), csrf)
}

/** Tokens of these forms are good for no other kind of form, though some names could be made to look alike. */
const tokenScope = ({ uid }: BrowserSession): string => `account:${uid}`

export interface Shown {
  view: string
  status?: number
  /** Text key of what has just been done. */
  notice?: string | null
  /** Text key of why it was not. */
  problem?: string | null
  locals?: Record<string, unknown>
}

/** A page of the account, in its frame. In the language clicked, else the person's own. */
export async function accountPage(
  portal: Portal,
  ctx: Context,
  visit: Visit,
  shown: Shown,
): Promise<PageReply> {
  const { user, place, csrf } = visit
  const { language } = await present(portal, ctx, { uiLocales: user.locale ?? undefined })
  return {
    view: shown.view,
    status: shown.status ?? 200,
    language,
    locals: {
      csrf,
      action: places[place],
      titleKey: `account.${place}.title`,
      overview: place === 'overview',
      overviewUrl: places.overview,
      places: placesShown(place),
      person: { name: user.name ?? '', login: user.email ?? user.username ?? user.name ?? '' },
      passkeyOwner: ownerSignal(portal, user),
      signOutUrl: '/logout',
      notice: shown.notice ?? null,
      problem: shown.problem ?? null,
      factorUrl: (await lacksFactor(portal, user.id)) ? places.security : null,
      languageLinks: languageLinks(portal),
      ...shown.locals,
    },
  }
}

/** An administrator who would not get in anywhere but on a developer's machine is told so on every page. */
const lacksFactor = async (portal: Portal, userId: string): Promise<boolean> =>
  (await isFactorPostponed(portal, userId)) && !(await hasPasskey(portal.db, userId))

/** After a form: the same page, freshly fetched, saying what was done. */
export const done = (place: Place, what: string): PageReply => ({ redirect: `${places[place]}?done=${what}` })
