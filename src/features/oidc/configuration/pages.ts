import type { ErrorOut, errors, FindAccount, KoaContextWithOIDC } from 'oidc-provider'

import type { App } from '../../../platform/app.ts'
import { displayHost } from '../../clients/index.ts'
import { languageLinks, present } from '../../presentation/index.ts'
import type { WithSettings } from '../../settings/index.ts'
import { cookies, sessionCookie } from './cookies.ts'
import type { CodeEnding, DevicePages } from './device-flow.ts'
import { interactionSeconds } from './lifetimes.ts'
import { personOf, subjectShown } from '../account.ts'
import type { FrontChannelPage } from '../front-channel.ts'

/** An answer that waits for a person who wants to go there. */
export interface Returning {
  redirectUri: string
  error: errors.OIDCProviderError
  url?: string
  /** Where the answer is sent as a form. */
  fields?: Partial<Record<string, string>>
}

export interface Pages extends DevicePages {
  /** Asks whether an error may lead back to a client that nobody here vouches for. */
  askToReturn(ctx: KoaContextWithOIDC, returning: Returning): Promise<void>
  renderError(ctx: KoaContextWithOIDC, out: ErrorOut): Promise<void>
  confirmLogout(ctx: KoaContextWithOIDC): Promise<void>
  loggedOut(ctx: KoaContextWithOIDC): Promise<void>
  signingOut(ctx: KoaContextWithOIDC, page: FrontChannelPage): Promise<void>
}

type Machinery = Pick<App, 'config' | 'views'> & WithSettings

/** The pages that the provider shows by itself, in place of the library's own. */
export function pages(app: Machinery, findAccount: FindAccount): Pages {
  return {
    async renderError(ctx, out) {
      await show(app, ctx, 'error', {
        status: ctx.status,
        code: out.error,
        detail: out.error_description ?? null,
        requestId: ctx.state.origin?.requestId ?? null,
        client: clientOf(ctx),
        backUrl: null,
      })
    },

    async askToReturn(ctx, { redirectUri, error, url, fields }) {
      await show(app, ctx, 'authentication/return', {
        client: clientOf(ctx),
        host: displayHost(redirectUri),
        code: error.error,
        declined: error.error === 'access_denied',
        detail: error.error === 'access_denied' ? null : (error.error_description ?? null),
        url: url ?? null,
        form: fields ? { action: redirectUri, description: fields.error_description, ...fields } : null,
      })
    },

    async confirmLogout(ctx) {
      const { session } = ctx.oidc
      const person = await shownPerson(ctx, findAccount)
      if (!isTheirs(ctx)) forgetWayBack(ctx)
      const shown = {
        action: ctx.oidc.urlFor('end_session_confirm'),
        xsrf: String(session?.state?.secret),
        client: clientOf(ctx),
        person,
      }
      await show(app, ctx, 'authentication/logout', shown, linksWithin(app, ctx))
    },

    async loggedOut(ctx) {
      await show(app, ctx, 'authentication/logged-out', { client: clientOf(ctx) })
    },

    async enterCode(ctx, { code, problem }) {
      if (problem !== null) await keepNewSession(app, ctx)
      const { session } = ctx.oidc
      const action = ctx.oidc.urlFor('code_verification')
      await show(app, ctx, 'device/enter', { action, xsrf: String(session?.state?.secret), code, problem })
    },

    async codeEnded(ctx, outcome) {
      await keepNewSession(app, ctx)
      await showEnded(app, ctx, { outcome, client: null, againUrl: ctx.oidc.urlFor('code_verification') })
    },

    async deviceApproved(ctx) {
      await showEnded(app, ctx, { outcome: 'approved', client: clientOf(ctx), againUrl: null })
    },

    async signingOut(ctx, page) {
      const isBack = !page.continueUrl.startsWith(ctx.oidc.urlFor('end_session_success'))
      // Without links to other languages: this answer to a form has no address to come back to.
      await show(
        app,
        ctx,
        'authentication/signing-out',
        { ...page, client: isBack ? clientOf(ctx) : null },
        [],
      )
    },
  }
}

async function show(
  app: Machinery,
  ctx: KoaContextWithOIDC,
  view: string,
  locals: Record<string, unknown>,
  links = languageLinks(app),
): Promise<void> {
  const { client, params } = aboutOf(ctx)
  const uiLocales = typeof params?.ui_locales === 'string' ? params.ui_locales : undefined
  const shown = await present(app, ctx, { clientId: client?.clientId, uiLocales })
  ctx.type = 'html'
  ctx.body = await app.views.render(view, {
    ...shown,
    locals: { ...locals, ...(links.length > 0 && { languageLinks: links }) },
  })
}

/**
 * A page that says what went wrong has a form, whose secret stands in the session. The library takes it for granted that there
 * is one, and fails at a browser without its cookie.
 */
async function keepNewSession({ config }: Pick<App, 'config'>, ctx: KoaContextWithOIDC): Promise<void> {
  const { session } = ctx.oidc
  if (!session || Number.isFinite(session.exp)) return
  await session.save(interactionSeconds)
  ctx.oidc.cookies.set(sessionCookie(config), session.jti, cookies(config).long)
}

/** No page to come back to: links to other languages would lead nowhere. */
const showEnded = (
  app: Machinery,
  ctx: KoaContextWithOIDC,
  locals: { outcome: CodeEnding | 'approved'; client: ReturnType<typeof clientOf>; againUrl: string | null },
): Promise<void> => show(app, ctx, 'device/ended', locals, [])

/** Empty where a request was refused before the library had seen it. */
const aboutOf = (ctx: { oidc?: KoaContextWithOIDC['oidc'] }): Partial<KoaContextWithOIDC['oidc']> =>
  ctx.oidc ?? {}

/** The same request in each language: what the client asked for stays in it. */
const linksWithin = (app: Machinery, ctx: KoaContextWithOIDC): ReturnType<typeof languageLinks> =>
  languageLinks(app).map(({ language }) => {
    const query = new URLSearchParams({ ...asked(ctx), ui_locales: language })
    return { language, href: `?${query.toString()}` }
  })

const asked = ({ query }: KoaContextWithOIDC): Record<string, string> =>
  Object.fromEntries(
    Object.entries(query).flatMap(([name, value]) => (typeof value === 'string' ? [[name, value]] : [])),
  )

/**
 * Whether the hint, where there is one, names whoever is signed in here. The person is asked in any case; but one who signs out
 * by a stranger's link is not sent on to where that stranger wants them (OpenID Connect RP-Initiated Logout 1.0, sections 2 and 6).
 */
function isTheirs(ctx: KoaContextWithOIDC): boolean {
  const { session, client, entities } = ctx.oidc
  const { sub } = Object(entities.IdTokenHint?.payload) as { sub?: unknown } // unknown by its type
  if (sub === undefined || !client || session?.accountId === undefined) return true
  return sub === subjectShown(ctx, session.accountId, client)
}

function forgetWayBack({ oidc: { session } }: KoaContextWithOIDC): void {
  if (session?.state) session.state.postLogoutRedirectUri = undefined
}

function clientOf(ctx: KoaContextWithOIDC): { name: string; clientUri: string | null } | null {
  const { client } = aboutOf(ctx)
  return client ? { name: client.clientName ?? client.clientId, clientUri: client.clientUri ?? null } : null
}

async function shownPerson(
  ctx: KoaContextWithOIDC,
  findAccount: FindAccount,
): Promise<{ name: string; login: string }> {
  const { session } = ctx.oidc
  const account = session?.accountId === undefined ? undefined : await findAccount(ctx, session.accountId)
  const person = account && personOf(account)
  return { name: person?.name ?? '', login: person?.email ?? person?.username ?? '' }
}
