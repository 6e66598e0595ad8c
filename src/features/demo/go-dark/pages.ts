import type { Context } from 'koa'
import { z } from 'zod'

import { secondsAfter } from '../../../lib/clock.ts'
import { constantTimeEqual } from '../../../platform/crypto/index.ts'
import { page, type PageReply, type PageRoute } from '../../../platform/http/index.ts'
import { formExpired, refused, sessionExpired, stateMismatch, tryOut } from '../pages.ts'
import type { Parts } from '../parts.ts'
import { decode, type Pending, type Tokens } from '../relying-party.ts'
import { addresses, darkApps, type DarkAppId } from '../sample-apps.ts'
import { type Kept, openVisits, type Visits } from '../visits.ts'
import type { DarkSessions } from './sessions.ts'

/** A browser that is signed in to the three applications, or on the way. */
interface DarkVisit extends Kept {
  pending: Pending | null
  signedIn: SignedInTo[]
  /** When the person asked for everything to end. */
  pressedAt: Date | null
}

interface SignedInTo {
  app: DarkAppId
  sid: string
  tokens: Tokens
}

type DarkParts = Parts & { dark: DarkSessions }

const Form = z.object({ csrf: z.string().max(200).default('') })
const AppParams = z.object({ app: z.enum(['calendar', 'notes', 'shop']) })
const LogoutForm = z.object({ logout_token: z.string().max(10_000).default('') })
const Callback = z.object({ state: z.string().max(200).default('') })

/** Seconds the page looks again by itself for applications that have not heard yet. */
const patienceSeconds = 60

/** Three applications, one click, and how long each took to hear that everything is over. */
export function darkPages(parts: DarkParts): PageRoute[] {
  const visits = openVisits<DarkVisit>(parts, 'go_dark')
  return [
    page({
      method: 'get',
      path: '/demo/go-dark',
      summary: 'Show three applications, and how fast a sign-out reaches them',
      handle: async ({ ctx }) => show(parts, ctx, visits.of(ctx)),
    }),

    page({
      method: 'get',
      path: '/demo/go-dark/sign-in',
      summary: 'Sign in to the three applications, one after the other',
      handle: ({ ctx }) => tryOut(parts, () => goOn(parts, visits, ctx, [])),
    }),

    page({
      method: 'get',
      path: '/demo/go-dark/callback',
      summary: 'Receive the answer of one sign-in and go on to the next',
      query: Callback,
      handle: ({ ctx, query }) =>
        tryOut(parts, async () => {
          const visit = visits.of(ctx)
          if (!visit?.pending || !constantTimeEqual(visit.pending.state, query.state))
            return refused(parts, stateMismatch, 400)
          const { pending } = visit
          visits.update(ctx, { ...visit, pending: null })
          const tokens = await parts.relyingParty.finish(pending, new URL(ctx.url, parts.config.issuer))
          const { app } = AppParams.parse({ app: pending.app.id })
          const sid = String(decode(tokens.id).claims.sid)
          parts.dark.begin({ app, clientId: pending.clientId, sid })
          return goOn(parts, visits, ctx, [...visit.signedIn, { app, sid, tokens }])
        }),
    }),

    page({
      method: 'post',
      path: '/demo/go-dark',
      summary: 'End everything the person is signed in to',
      form: Form,
      handle: ({ ctx, form }) =>
        tryOut(parts, async () => {
          const visit = visits.of(ctx)
          const [first] = visit?.signedIn ?? []
          if (!visit || !first) return refused(parts, sessionExpired, 400)
          if (!constantTimeEqual(visit.csrf, form.csrf)) return refused(parts, formExpired, 403)
          if (visit.pressedAt === null) {
            visits.update(ctx, { ...visit, pressedAt: parts.clock.now() })
            await parts.relyingParty.signOutEverywhere(first.tokens)
          }
          return { redirect: addresses(parts).goDark }
        }),
    }),

    page({
      method: 'post',
      path: '/demo/go-dark/:app/logout',
      summary: 'Hear from the issuer that somebody’s session is over (Back-Channel Logout)',
      fromOtherSites: true, // the issuer calls, no browser; the token is what proves it
      params: AppParams,
      form: LogoutForm,
      async handle({ params, form }) {
        await parts.dark.hear(params.app, form.logout_token)
        return { done: true }
      },
    }),
  ]
}

/** Begins the next sign-in, or shows that all are done. The first asks who it is; the others find the session. */
async function goOn(
  parts: DarkParts,
  visits: Visits<DarkVisit>,
  ctx: Context,
  signedIn: SignedInTo[],
): Promise<PageReply> {
  const next = darkApps[signedIn.length]
  if (!next) {
    visits.begin(ctx, { pending: null, signedIn, pressedAt: null })
    return { redirect: addresses(parts).goDark }
  }
  const { url, pending } = await parts.relyingParty.begin(next)
  visits.begin(ctx, { pending, signedIn, pressedAt: null })
  return { redirect: url }
}

function show(parts: DarkParts, ctx: Context, visit: DarkVisit | null): PageReply {
  const { signedIn = [], pressedAt = null, csrf = '' } = visit ?? {}
  const apps = darkApps.map(({ id, name }) => ({
    name,
    ...stateOf(
      parts,
      signedIn.find(({ app }) => app === id),
      pressedAt,
    ),
  }))
  const isReady = apps.every(({ state }) => state !== 'signed-out')
  const isDark = apps.every(({ state }) => state === 'dark')
  const isWaiting = pressedAt !== null && !isDark
  if (isWaiting && parts.clock.now() < secondsAfter(pressedAt, patienceSeconds)) ctx.set('refresh', '1')
  const { home: homeUrl, goDark: goDarkUrl } = addresses(parts)
  const urls = { signInUrl: `${goDarkUrl}/sign-in`, goDarkUrl, homeUrl }
  return { view: 'demo/go-dark', locals: { apps, isReady, isDark, isWaiting, csrf, ...urls } }
}

interface Shown {
  state: 'signed-out' | 'signed-in' | 'dark'
  /** From the click to the word of the issuer. */
  ms: number | null
}

function stateOf({ dark }: DarkParts, session: SignedInTo | undefined, pressedAt: Date | null): Shown {
  const darkAt = session && dark.darkAt(session.sid)
  if (!session || darkAt === undefined) return { state: 'signed-out', ms: null }
  if (darkAt === null) return { state: 'signed-in', ms: null }
  return { state: 'dark', ms: pressedAt && Math.max(0, darkAt.getTime() - pressedAt.getTime()) }
}
