import type { Context } from 'koa'
import { z } from 'zod'

import { Problem } from '../../../platform/errors.ts'
import { page, type PageReply, type PageRoute } from '../../../platform/http/index.ts'
import { approveRequest, denyRequest, listWaitingRequests, type WaitingRequest } from '../../oidc/index.ts'
import { findProof } from '../../sessions/index.ts'
import { accountPage, atAccount, demandOwnForm, done, type Shown, type Visit } from '../visit/at-account.ts'
import { places } from '../visit/places.ts'
import { type Portal, signIn } from '../visit/sign-in.ts'

/** What the forms of the page do, by what the page then says. */
const notices = { approved: 'account.requests.approved', denied: 'account.requests.denied' }

const Query = z.object({ done: z.enum(['approved', 'denied']).optional().catch(undefined) })

const Form = z.object({
  csrf: z.string().max(200),
  id: z.uuid(),
  decision: z.enum(['approve', 'deny']),
})
type Form = z.infer<typeof Form>

/** Whoever finds an open browser may say no there. */
const recent = { approve: 'act', deny: 'any' } as const

export const pages = (portal: Portal): PageRoute[] => [
  page({
    method: 'get',
    path: places.requests,
    summary: 'Show what applications ask me for',
    query: Query,
    handle: ({ ctx, by, query }) =>
      atAccount(portal, ctx, { place: 'requests', by }, (visit) =>
        show(portal, ctx, visit, { notice: query.done === undefined ? null : notices[query.done] }),
      ),
  }),

  page({
    method: 'post',
    path: places.requests,
    summary: 'Approve or deny what an application asks me for',
    form: Form,
    handle: ({ ctx, by, form }) =>
      atAccount(portal, ctx, { place: 'requests', by, recent: recent[form.decision] }, async (visit) => {
        demandOwnForm(portal, visit, form.csrf)
        return (
          (await decide(portal, visit, form)) ??
          show(portal, ctx, visit, { status: 404, problem: 'account.requests.gone' })
        )
      }),
  }),
]

async function show(
  portal: Portal,
  ctx: Context,
  visit: Visit,
  said: Pick<Shown, 'status' | 'notice' | 'problem'>,
): Promise<PageReply> {
  const requests = await listWaitingRequests(portal, visit.user.id)
  const locals = { zone: visit.profile?.zoneinfo ?? 'UTC', requests: requests.map(requestShown) }
  return accountPage(portal, ctx, visit, { view: 'account/requests', ...said, locals })
}

/** Null when there is nothing to decide any more. */
async function decide(portal: Portal, visit: Visit, form: Form): Promise<PageReply | null> {
  try {
    return await (form.decision === 'deny' ? deny(portal, visit, form) : approve(portal, visit, form))
  } catch (error) {
    if (error instanceof Problem && error.code === 'authentication_request_not_found') return null
    throw error
  }
}

async function deny(portal: Portal, { by, user }: Visit, { id }: Form): Promise<PageReply> {
  await denyRequest(portal, by, { id, userId: user.id })
  return done('requests', 'denied')
}

/** Where the sign-in is not as sure as is asked for, it is asked for there; the person then decides once more. */
async function approve(portal: Portal, { by, user, session }: Visit, { id }: Form): Promise<PageReply> {
  if ((await findProof(portal.db, session.uid)) === null) return signIn(portal, 'requests') // it has reached no client yet
  const missing = await approveRequest(portal, by, { id, userId: user.id, session: session.uid })
  return missing === null ? done('requests', 'approved') : signIn(portal, 'requests', false, missing)
}

const requestShown = ({ scopes, ...request }: WaitingRequest) => ({
  ...request,
  scopes: scopes.map((name) => ({ name, titleKey: `scopes.${name}.title` })),
})
