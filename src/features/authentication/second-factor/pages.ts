import type { Context } from 'koa'
import { z } from 'zod'

import { page, type PageReply, type PageRoute } from '../../../platform/http/index.ts'
import { attemptId } from '../attempt.ts'
import { demandCsrfToken } from '../csrf.ts'
import type { Factor } from '../factors.ts'
import { type FormProblem, formProblem } from '../form-problem.ts'
import type { Parts } from '../parts.ts'
import { resume } from '../resume.ts'
import type { Standing } from '../standing.ts'
import { Csrf, InteractionParams, type StepCall, stepPage } from '../step.ts'
import { atSecondFactor } from './at-second-factor.ts'
import { mayRemember } from './may-remember.ts'
import { proveSecond } from './prove-second.ts'

const path = '/interaction/:uid/second-factor'

const Choice = z.object({ with: z.string().max(20).optional().catch(undefined) })

const Form = z.object({
  csrf: Csrf,
  factor: z.enum(['totp', 'recovery-code']),
  code: z.string().max(60).default(''),
  remember: z.string().max(10).default(''),
})

/** Somebody's first factor is proven, and another is owed. */
export const pages = (parts: Parts): PageRoute[] => [
  page({
    method: 'get',
    path,
    summary: 'Ask for a second factor',
    leadsAnywhere: true,
    params: InteractionParams,
    query: Choice,
    handle: ({ ctx, params, query }) =>
      atSecondFactor(parts, ctx, params.uid, (call, standing) =>
        showSecondFactor(parts, ctx, call, standing, { chosen: query.with }),
      ),
  }),

  page({
    method: 'post',
    path,
    summary: 'Prove a second factor by a code',
    limit: 'second-factor',
    leadsAnywhere: true,
    params: InteractionParams,
    form: Form,
    handle: ({ ctx, by, params, form }) =>
      atSecondFactor(parts, ctx, params.uid, async (call, standing) => {
        const { factor, code, remember } = form
        try {
          demandCsrfToken(parts, params.uid, form.csrf)
          await proveSecond(parts, by, {
            attemptId: attemptId(call.interaction),
            userId: standing.userId,
            provenAt: standing.provenAt,
            clientId: call.interaction.clientId,
            factor,
            code,
            remember: remember !== '' && mayRemember(standing),
          })
        } catch (error) {
          const problem = formProblem(ctx, error)
          return showSecondFactor(parts, ctx, call, standing, { chosen: factor, problem })
        }
        return resume(parts, ctx, call.interaction)
      }),
  }),
]

async function showSecondFactor(
  parts: Parts,
  ctx: Context,
  call: StepCall,
  standing: Standing,
  { chosen, problem }: { chosen?: string | undefined; problem?: FormProblem },
): Promise<PageReply> {
  const { uid } = call.interaction
  const ways = standing.available.map(({ factor }) => factor)
  const shown = ways.find((factor) => factor === chosen) ?? ways[0]
  const days = await parts.settings.get('mfa.remember_days')
  const action = `/interaction/${uid}/second-factor`
  return stepPage(parts, ctx, call, {
    view: 'authentication/second-factor',
    status: problem?.status ?? 200,
    locals: {
      action,
      passkeyAction: `/interaction/${uid}/passkey`,
      factor: shown ?? null,
      others: ways.filter((factor) => factor !== shown).map((factor) => wayShown(action, factor)),
      problem: problem?.key ?? null,
      because: standing.demand.because ?? 'own',
      rememberDays: days > 0 && mayRemember(standing) ? days : null,
      lostUrl: `/interaction/${uid}/lost-factor`,
      cancelAction: `/interaction/${uid}/cancel`,
    },
  })
}

const wayShown = (action: string, factor: Factor) => ({ url: `${action}?with=${factor}`, factor })
