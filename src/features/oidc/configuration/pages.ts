import type { ErrorOut, FindAccount, KoaContextWithOIDC } from 'oidc-provider'

import type { App } from '../../../platform/app.ts'
import { languageLinks, present } from '../../presentation/index.ts'
import type { WithSettings } from '../../settings/index.ts'
import { personOf, subjectShown } from '../account.ts'
import type { FrontChannelPage } from '../front-channel.ts'

export interface Pages {
  renderError(ctx: KoaContextWithOIDC, out: ErrorOut): Promise<void>
  confirmLogout(ctx: KoaContextWithOIDC): Promise<void>
  loggedOut(ctx: KoaContextWithOIDC): Promise<void>
  signingOut(ctx: KoaContextWithOIDC, page: FrontChannelPage): Promise<void>
}

type Machinery = Pick<App, 'views'> & WithSettings

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
  const { client } = ctx.oidc
  const shown = await present(app, ctx, { clientId: client?.clientId })
  ctx.type = 'html'
  ctx.body = await app.views.render(view, {
    ...shown,
    locals: { ...locals, ...(links.length > 0 && { languageLinks: links }) },
  })
}

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

function clientOf({
  oidc: { client },
}: KoaContextWithOIDC): { name: string; clientUri: string | null } | null {
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
