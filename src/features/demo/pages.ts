import type { Context } from 'koa'
import { z } from 'zod'

import { constantTimeEqual } from '../../platform/crypto/index.ts'
import { Problem } from '../../platform/errors.ts'
import { page, type PageReply, type PageRoute } from '../../platform/http/index.ts'
import type { Parts } from './parts.ts'
import { decode, type Refusal, refusalIn } from './relying-party.ts'
import { addresses, sampleApps } from './sample-apps.ts'
import type { SignedIn, Visit } from './visits.ts'

const Form = z.object({ csrf: z.string().max(200).default('') })

const AppParams = z.object({ app: z.enum(['demo', 'partner']) })

/** Everything else in it is read by the library, from the address itself. */
const Callback = z.object({ state: z.string().max(200).default('') })

/** The whole demo. Its own forms carry the visit's token; the provider's pages are somebody else's to it. */
export const pages = (parts: Parts): PageRoute[] => [
  page({
    method: 'get',
    path: '/demo',
    summary: 'Show the sample applications, or what one of them received',
    handle: async ({ ctx }) => {
      const visit = parts.visits.of(ctx)
      return visit?.signedIn ? showSignedIn(parts, ctx, visit, visit.signedIn) : showHome(parts)
    },
  }),

  page({
    method: 'get',
    path: '/demo/sign-in/:app',
    summary: 'Begin a sign-in to a sample application',
    params: AppParams,
    handle: ({ ctx, params }) =>
      tryOut(parts, async () => {
        const app = sampleApps.find(({ id }) => id === params.app)
        if (!app) throw new Error('the list of applications and the schema of this path differ')
        const { url, pending } = await parts.relyingParty.begin(app)
        parts.visits.begin(ctx, { pending, signedIn: null })
        return { redirect: url }
      }),
  }),

  page({
    method: 'get',
    path: '/demo/callback',
    summary: 'Receive the answer to a sign-in',
    query: Callback,
    handle: ({ ctx, query }) =>
      tryOut(parts, async () => {
        const pending = parts.visits.of(ctx)?.pending
        // Compared before anything else is read, so that a stranger's link can neither end a sign-in nor show a text here.
        if (!pending || !constantTimeEqual(pending.state, query.state))
          return refused(parts, stateMismatch, 400)
        const { app, clientId } = pending
        parts.visits.begin(ctx, { pending: null, signedIn: null })
        const tokens = await parts.relyingParty.finish(pending, new URL(ctx.url, parts.config.issuer))
        parts.visits.begin(ctx, {
          pending: null,
          signedIn: { app, clientId, tokens, reply: null, notice: null },
        })
        return toHome(parts)
      }),
  }),

  page({
    method: 'post',
    path: '/demo/call',
    summary: 'Call /users/me with the access token',
    form: Form,
    handle: ({ ctx, form }) =>
      whenSignedIn(parts, ctx, form.csrf, async (visit, signedIn) => {
        const reply = await parts.relyingParty.callApi(signedIn.tokens, '/users/me')
        parts.visits.update(ctx, { ...visit, signedIn: { ...signedIn, reply } })
        return toHome(parts)
      }),
  }),

  page({
    method: 'post',
    path: '/demo/refresh',
    summary: 'Refresh the tokens',
    form: Form,
    handle: ({ ctx, form }) =>
      whenSignedIn(parts, ctx, form.csrf, async (visit, { app, clientId, ...before }) => {
        const tokens = await parts.relyingParty.refresh(clientId, before.tokens)
        const notice = 'demo.refreshed'
        parts.visits.update(ctx, { ...visit, signedIn: { app, clientId, tokens, reply: null, notice } })
        return toHome(parts)
      }),
  }),

  page({
    method: 'post',
    path: '/demo/sign-out',
    summary: 'Sign out here and at the provider',
    form: Form,
    handle: ({ ctx, form }) =>
      whenSignedIn(parts, ctx, form.csrf, async (_visit, { clientId, tokens }) => {
        const redirect = await parts.relyingParty.signOutUrl(clientId, tokens)
        parts.visits.end(ctx)
        return { redirect }
      }),
  }),
]

/** Absolute, because the cookie and the issuer must agree on the host whichever name the person came by. */
const toHome = (parts: Parts): PageReply => ({ redirect: addresses(parts).home })

function showHome(parts: Parts): PageReply {
  const { home } = addresses(parts)
  const clients = sampleApps.map((app) => ({ ...app, startUrl: `${home}/sign-in/${app.id}` }))
  return { view: 'demo/home', locals: { clients, goDarkUrl: addresses(parts).goDark } }
}

function showSignedIn(parts: Parts, ctx: Context, visit: Visit, signedIn: SignedIn): PageReply {
  const { app, tokens, reply, notice } = signedIn
  if (notice !== null) parts.visits.update(ctx, { ...visit, signedIn: { ...signedIn, notice: null } })
  const { home } = addresses(parts)
  return {
    view: 'demo/signed-in',
    locals: {
      client: { name: app.name },
      idToken: decode(tokens.id),
      accessToken: decode(tokens.access),
      expiresAt: tokens.expiresAt,
      reply,
      notice,
      csrf: visit.csrf,
      callUrl: `${home}/call`,
      refreshUrl: `${home}/refresh`,
      logoutUrl: `${home}/sign-out`,
    },
  }
}

export const stateMismatch: Refusal = { code: 'state_mismatch', description: null }
export const sessionExpired: Refusal = { code: 'session_expired', description: null }
export const formExpired: Refusal = { code: 'form_expired', description: null }
const unavailable: Refusal = { code: 'temporarily_unavailable', description: null }

export function refused(parts: Parts, { code, description }: Refusal, status: number): PageReply {
  return { view: 'demo/error', status, locals: { code, description, homeUrl: addresses(parts).home } }
}

/** Runs a form of somebody who is signed in here. A refresh token that is worth nothing any more ends the visit. */
function whenSignedIn(
  parts: Parts,
  ctx: Context,
  csrf: string,
  act: (visit: Visit, signedIn: SignedIn) => Promise<PageReply>,
): Promise<PageReply> {
  return tryOut(parts, async () => {
    const visit = parts.visits.of(ctx)
    if (!visit?.signedIn) return refused(parts, sessionExpired, 400)
    if (!constantTimeEqual(visit.csrf, csrf)) return refused(parts, formExpired, 403)
    try {
      return await act(visit, visit.signedIn)
    } catch (error) {
      if ((await refusalIn(error))?.code === 'invalid_grant') parts.visits.end(ctx)
      throw error
    }
  })
}

/** Shows what the issuer refused in place of a bare problem. Faults are logged: an issuer that does not answer is ours. */
export async function tryOut(parts: Parts, act: () => Promise<PageReply>): Promise<PageReply> {
  try {
    return await act()
  } catch (error) {
    if (error instanceof Problem) throw error
    const refusal = await refusalIn(error)
    if (refusal) return refused(parts, refusal, 400)
    parts.log.warn({ err: error }, 'the demo could not speak with the issuer')
    return refused(parts, unavailable, 503)
  }
}
