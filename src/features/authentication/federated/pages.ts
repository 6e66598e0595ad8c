import type { Context } from 'koa'
import { z } from 'zod'

import type { By } from '../../../platform/app.ts'
import { newId } from '../../../platform/crypto/index.ts'
import { transaction } from '../../../platform/db/index.ts'
import { Problem } from '../../../platform/errors.ts'
import { page, type PageReply, type PageRoute } from '../../../platform/http/index.ts'
import {
  beginRequest,
  browserOf,
  federationErrors,
  makeOffer,
  type Outcome,
  type ProviderRecord,
  type RequestRecord,
  useRequest,
} from '../../federation/index.ts'
import { present } from '../../presentation/index.ts'
import { attemptId, loadProven, recordProof } from '../attempt.ts'
import { markMaker, markOnward } from '../browser-marks.ts'
import { demandCsrfToken } from '../csrf.ts'
import { type FormProblem, formProblem } from '../form-problem.ts'
import { showLogin } from '../login/show-login.ts'
import type { Parts } from '../parts.ts'
import { resume } from '../resume.ts'
import { atInteraction, Csrf, InteractionParams, type StepCall } from '../step.ts'
import { showVerificationSent } from '../verification/pages.ts'
import type { Arrival, Together } from './arrival.ts'
import { arrive } from './arrive.ts'

const StartForm = z.object({ csrf: Csrf, provider: z.string().max(50) })
const ReturnParams = InteractionParams.extend({ request: z.uuid() })

/** Signing in through somebody else, at the pages of a sign-in. */
export const pages = (parts: Parts): PageRoute[] => [
  page({
    method: 'post',
    path: '/interaction/:uid/federation',
    summary: 'Go to another provider to sign in there',
    limit: 'upstream',
    leadsAnywhere: true,
    params: InteractionParams,
    form: StartForm,
    handle: ({ ctx, by, params, form }) =>
      atInteraction(parts, ctx, params.uid, async (call) => {
        try {
          demandCsrfToken(parts, params.uid, form.csrf)
          return { redirect: await start(parts, ctx, by, call, form.provider) }
        } catch (error) {
          return showLogin(parts, ctx, call, { login: '', problem: formProblem(ctx, error) })
        }
      }),
  }),

  page({
    method: 'get',
    path: '/interaction/:uid/federated/:request',
    summary: 'Come back from another provider to a sign-in',
    leadsAnywhere: true,
    params: ReturnParams,
    handle: ({ ctx, by, params }) =>
      atInteraction(parts, ctx, params.uid, async (call) => {
        try {
          return await comeBack(parts, ctx, by, call, params.request)
        } catch (error) {
          return afterProblem(parts, ctx, call, error)
        }
      }),
  }),
]

async function start(
  parts: Parts,
  ctx: Context,
  by: By,
  { interaction }: StepCall,
  slug: string,
  fresh = interaction.mustBeFresh,
): Promise<string> {
  const provider = await parts.federation.providers.bySlug(slug)
  if (!provider?.enabled || interaction.prompt !== 'login') throw federationErrors.upstream_request_ended()
  return beginRequest(parts, ctx, by, {
    purpose: 'sign-in',
    provider,
    waiting: `/interaction/${interaction.uid}/federated/`,
    fresh,
    attemptId: attemptId(interaction),
  })
}

/** What a provider said about somebody, used up for this sign-in. */
async function comeBack(parts: Parts, ctx: Context, by: By, call: StepCall, id: string): Promise<PageReply> {
  const { interaction } = call
  const bound = { purpose: 'sign-in', attemptId: attemptId(interaction) } as const
  const used = await transaction(parts.db, (tx) =>
    useRequest(parts, tx, parts.clock.now(), { id, ...browserOf(parts, ctx) }, bound),
  )
  const provider = await parts.federation.providers.byId(used.request.providerId)
  if (!provider?.enabled) throw federationErrors.upstream_request_ended()
  return arriveHere(parts, ctx, by, call, { ...used, provider })
}

/** As the errors of the same names. */
const statuses = { denied: 403, refused: 403, unavailable: 502, answer_invalid: 502 } as const

interface CameBack {
  request: RequestRecord
  outcome: Outcome
  provider: ProviderRecord
}

async function arriveHere(
  parts: Parts,
  ctx: Context,
  by: By,
  call: StepCall,
  { request, outcome, provider }: CameBack,
): Promise<PageReply> {
  if ('failed' in outcome) {
    const { failed } = outcome
    return showFailure(parts, ctx, call, { code: `upstream_${failed}`, status: statuses[failed] })
  }
  const { interaction } = call
  const { answer } = outcome
  const { language } = await present(parts, ctx, interaction)
  const arriving = { provider, answer, clientId: interaction.clientId, language }
  const together: Together = (tx, at, proof) =>
    recordProof(tx, at, attemptId(interaction), { factor: 'federated', ...proof })
  const arrival = await arrive(parts, by, arriving, together)
  if (arrival.kind === 'stale') return { redirect: await start(parts, ctx, by, call, provider.slug, true) }
  if (arrival.kind === 'account-exists') {
    const { issuer, subject } = answer
    await makeOffer(parts.db, parts.clock.now(), { id: request.id, issuer, subject })
  }
  return afterArrival(parts, ctx, call, arrival)
}

async function afterArrival(
  parts: Parts,
  ctx: Context,
  call: StepCall,
  arrival: Exclude<Arrival, { kind: 'stale' }>,
): Promise<PageReply> {
  switch (arrival.kind) {
    case 'entered':
      if (!arrival.user.emailVerified) markMaker(parts, ctx, arrival.user.id) // there may be no password to prove it by
      return resume(parts, ctx, call.interaction)
    case 'account-exists':
      return showLogin(parts, ctx, call, {
        login: arrival.email,
        problem: { key: 'problems.account_exists', status: 409 },
      })
    case 'pending':
    case 'address-unproven':
      markOnward(parts, ctx, call.interaction.uid)
      markMaker(parts, ctx, arrival.userId ?? newId(parts.clock.now())) // nobody, where the address was taken
      return showVerificationSent(parts, ctx, arrival.email, call)
    case 'refused':
      return showFailure(parts, ctx, call, { code: `newcomer_${arrival.code}`, status: 403 })
  }
}

const showFailure = (
  parts: Parts,
  ctx: Context,
  call: StepCall,
  { code, status }: { code: string; status: number },
): Promise<PageReply> =>
  showLogin(parts, ctx, call, { login: '', problem: { key: `problems.${code}`, status } })

/** A link that was followed twice leads on to where its sign-in stands. */
async function afterProblem(parts: Parts, ctx: Context, call: StepCall, error: unknown): Promise<PageReply> {
  if (error instanceof Problem && error.code === 'upstream_request_ended') {
    const { proven } = await loadProven(parts, attemptId(call.interaction))
    if (proven.length > 0) return resume(parts, ctx, call.interaction)
  }
  const problem: FormProblem = formProblem(ctx, error)
  return showLogin(parts, ctx, call, { login: '', problem })
}
