import type { Context } from 'koa'
import { z } from 'zod'

import { constantTimeEqual } from '../../../platform/crypto/index.ts'
import { page, type PageReply, type PageRoute } from '../../../platform/http/index.ts'
import type { Console } from '../parts.ts'
import { demandOwnForm } from './at-console.ts'
import { forget, keepSignedIn, type Pending, readPending, readSignedIn } from './cookies.ts'
import { finishSignIn, isRefusal, signOutUrl } from './relying-party.ts'

/** Everything else in it is read by the library, from the address itself. */
const Answer = z.object({ state: z.string().max(200).catch('') })

const Form = z.object({ csrf: z.string().max(200).default('') })

export const pages = (desk: Console): PageRoute[] => [
  page({
    method: 'get',
    path: '/console/callback',
    summary: 'Come back to the console from a sign-in',
    query: Answer,
    handle: async ({ ctx, by, query }) => {
      const pending = readPending(desk, ctx)
      // Compared before anything else is read, so that a stranger's link neither ends a sign-in nor begins another.
      if (!pending || !constantTimeEqual(pending.state, query.state)) return notSignedIn('/console')
      forget(desk, ctx, 'pending')
      return receive(desk, ctx, pending, by.origin?.ip ?? '')
    },
  }),

  page({
    method: 'post',
    path: '/console/sign-out',
    summary: 'Sign out of the console and at the provider',
    form: Form,
    handle: async ({ ctx, form }) => {
      const session = readSignedIn(desk, ctx)
      if (!session) return { redirect: '/console/signed-out' }
      demandOwnForm(desk, { session }, form.csrf)
      forget(desk, ctx, 'signedIn')
      return { redirect: signOutUrl(desk, session) }
    },
  }),

  page({
    method: 'get',
    path: '/console/signed-out',
    summary: 'Say that nobody is signed in to the console',
    handle: async () => notSignedIn('/console', 200),
  }),
]

async function receive(desk: Console, ctx: Context, pending: Pending, ip: string): Promise<PageReply> {
  try {
    const address = new URL(ctx.url, desk.config.issuer)
    keepSignedIn(desk, ctx, await finishSignIn(desk, pending, { address, ip }))
    return { redirect: pending.returnTo }
  } catch (error) {
    if (!(await isRefusal(error))) throw error
    return notSignedIn(pending.returnTo)
  }
}

const notSignedIn = (returnTo: string, status = 401): PageReply => ({
  view: 'console/not-signed-in',
  status,
  locals: { place: returnTo },
})
