import type { Context } from 'koa'
import { z } from 'zod'

import type { By } from '../../../../platform/app.ts'
import { page, type PageReply, type PageRoute } from '../../../../platform/http/index.ts'
import { findUser } from '../../../accounts/index.ts'
import {
  beginRequest,
  browserOf,
  federationErrors,
  findOffer,
  type Offer,
  peekRequest,
  type ProviderRecord,
  takeOffer,
  useRequest,
} from '../../../federation/index.ts'
import { attemptId, type ProvenSoFar, recordProof } from '../../attempt.ts'
import { byOf } from '../../by-of.ts'
import { demandCsrfToken } from '../../csrf.ts'
import { type FormProblem, formProblem } from '../../form-problem.ts'
import type { Parts } from '../../parts.ts'
import { resume } from '../../resume.ts'
import { standingOf } from '../../standing.ts'
import { atInteraction, Csrf, InteractionParams, type StepCall, stepPage } from '../../step.ts'
import { connectAndSignIn } from './connect.ts'

const Form = z.object({ csrf: Csrf, decision: z.enum(['connect', 'skip']).catch('skip') })
const ReturnParams = InteractionParams.extend({ request: z.uuid() })

/**
 * An identity was proven that is nobody's, and its person has signed in to an account: whether they want the two to be one
 * is asked, and the identity proven once more, for this account and nobody else (HARD-ITEMS 4: both sides, a single-use
 * intent bound to both).
 */
export const pages = (parts: Parts): PageRoute[] => [
  page({
    method: 'get',
    path: '/interaction/:uid/connect',
    summary: 'Ask whether to connect an identity to the account',
    leadsAnywhere: true,
    params: InteractionParams,
    handle: ({ ctx, params }) =>
      atOffer(parts, ctx, params.uid, (call, offered) => showConnect(parts, ctx, call, offered, null)),
  }),

  page({
    method: 'post',
    path: '/interaction/:uid/connect',
    summary: 'Connect an identity to the account, or do not',
    limit: 'upstream',
    leadsAnywhere: true,
    params: InteractionParams,
    form: Form,
    handle: ({ ctx, by, params, form }) =>
      atOffer(parts, ctx, params.uid, async (call, offered) => {
        try {
          demandCsrfToken(parts, params.uid, form.csrf)
          if (form.decision === 'connect') return { redirect: await start(parts, ctx, by, call, offered) }
        } catch (error) {
          return showConnect(parts, ctx, call, offered, formProblem(ctx, error))
        }
        await takeOffer(parts.db, parts.clock.now(), attemptId(call.interaction))
        return resume(parts, ctx, call.interaction)
      }),
  }),

  page({
    method: 'get',
    path: '/interaction/:uid/connected/:request',
    summary: 'Come back from another provider with the identity to connect',
    leadsAnywhere: true,
    params: ReturnParams,
    handle: ({ ctx, by, params }) =>
      atInteraction(parts, ctx, params.uid, async (call) => {
        const problem = await finish(parts, ctx, by, call, params.request)
        const offered = problem === null ? null : await offeredIn(parts, ctx, call)
        if (!offered) return resume(parts, ctx, call.interaction)
        return showConnect(parts, ctx, call, offered, problem)
      }),
  }),
]

interface Offered {
  offer: Offer
  provider: ProviderRecord
  attempt: ProvenSoFar & { userId: string; provenAt: Date }
}

/** Only at its own step: who owes a second factor still must not connect a way in that owes none. */
async function offeredIn(parts: Parts, ctx: Context, { interaction }: StepCall): Promise<Offered | null> {
  const attempt = await standingOf(parts, ctx, byOf(ctx), interaction)
  if (attempt.step !== 'connect') return null
  const { userId, provenAt } = attempt
  const offer = await findOffer(parts, attemptId(interaction))
  const provider = offer && (await parts.federation.providers.byId(offer.providerId))
  if (userId === null || provenAt === null || !offer) return null
  if (provider?.enabled) return { offer, provider, attempt: { ...attempt, userId, provenAt } }
  await takeOffer(parts.db, parts.clock.now(), attemptId(interaction)) // or the sign-in would be led here again and again
  return null
}

/** Where nothing is offered (any more), or nobody has signed in, the sign-in just goes on. */
const atOffer = (
  parts: Parts,
  ctx: Context,
  uid: string,
  show: (call: StepCall, offered: Offered) => Promise<PageReply>,
): Promise<PageReply> =>
  atInteraction(parts, ctx, uid, async (call) => {
    const offered = await offeredIn(parts, ctx, call)
    return offered ? show(call, offered) : resume(parts, ctx, call.interaction)
  })

async function start(
  parts: Parts,
  ctx: Context,
  by: By,
  { interaction }: StepCall,
  { offer, provider, attempt }: Offered,
): Promise<string> {
  return beginRequest(parts, ctx, by, {
    purpose: 'connect',
    provider,
    waiting: `/interaction/${interaction.uid}/connected/`,
    fresh: true, // the identity is proven once more, by a person
    attemptId: attemptId(interaction),
    userId: attempt.userId,
    expected: offer.identity,
  })
}

/** What went wrong; null when all is done. Who follows the same link twice is led on: nothing is offered any more. */
async function finish(
  parts: Parts,
  ctx: Context,
  by: By,
  call: StepCall,
  id: string,
): Promise<FormProblem | null> {
  try {
    await link(parts, ctx, by, call, id)
    return null
  } catch (error) {
    return formProblem(ctx, error)
  }
}

async function link(parts: Parts, ctx: Context, by: By, call: StepCall, id: string): Promise<void> {
  const { interaction } = call
  const offered = await offeredIn(parts, ctx, call)
  if (!offered) throw federationErrors.upstream_request_ended()
  const { userId, provenAt } = offered.attempt
  const named = { id, ...browserOf(parts, ctx) }
  const bound = { purpose: 'connect', attemptId: attemptId(interaction), userId } as const
  const { request, outcome } = await peekRequest(parts, named, bound)
  const provider = await parts.federation.providers.byId(request.providerId)
  if (!provider?.enabled) throw federationErrors.upstream_request_ended()
  if ('failed' in outcome) throw federationErrors[failedAs[outcome.failed]]()
  const { answer } = outcome
  const { expected } = request
  await connectAndSignIn(
    parts,
    by,
    {
      provider,
      answer,
      userId,
      provenAt,
      expected,
      clientId: interaction.clientId,
    },
    async (tx, at) => {
      await useRequest(parts, tx, at, named, bound)
      if (!(await takeOffer(tx, at, attemptId(interaction)))) throw federationErrors.upstream_request_ended()
    },
    (tx, at, proof) => recordProof(tx, at, attemptId(interaction), { factor: 'federated', ...proof }),
  )
}

const failedAs = {
  denied: 'upstream_refused',
  refused: 'upstream_refused',
  unavailable: 'upstream_unavailable',
  answer_invalid: 'upstream_answer_invalid',
} as const

async function showConnect(
  parts: Parts,
  ctx: Context,
  call: StepCall,
  { provider, attempt }: Offered,
  problem: FormProblem | null,
): Promise<PageReply> {
  const user = await findUser(parts.db, attempt.userId)
  const action = `/interaction/${call.interaction.uid}/connect`
  const shown = { slug: provider.slug, name: provider.name, connector: provider.connector }
  const login = user?.email ?? user?.username ?? ''
  return stepPage(parts, ctx, call, {
    view: 'authentication/connect',
    status: problem?.status ?? 200,
    locals: { action, provider: shown, login, problem: problem?.key ?? null },
  })
}
