import type { Context } from 'koa'
import { z } from 'zod'

import type { By } from '../../../platform/app.ts'
import { Problem } from '../../../platform/errors.ts'
import { page, type PageReply, type PageRoute } from '../../../platform/http/index.ts'
import { beginSms, factorErrors, findBegun, sendCode } from '../../factors/index.ts'
import { demandProof } from '../../lockout/index.ts'
import { attemptId } from '../attempt.ts'
import { demandCsrfToken } from '../csrf.ts'
import { type FormProblem, sentTexts } from '../form-problem.ts'
import { askProblem } from '../mail-pages.ts'
import type { Parts } from '../parts.ts'
import { resume } from '../resume.ts'
import { Csrf, InteractionParams, Proof, type StepCall, stepPage } from '../step.ts'
import { atEnrolment, showCodes } from './at-enrolment.ts'
import type { ProvenStanding } from './at-second-factor.ts'
import { confirmPhone } from './enrol-phone.ts'
import { mayAddPhone } from './may-add.ts'
import { boundTo } from './shown.ts'
import { wrongWith } from './wrong-with.ts'

const path = '/interaction/:uid/enrol/phone'

/** One of three: `begin` with a number, `again` to have another code sent, or `confirm` with the code. */
const Form = z.object({
  csrf: Csrf,
  act: z.enum(['begin', 'again', 'confirm']).catch('begin'),
  phone_number: z.string().max(50).default(''),
  code: z.string().max(40).default(''),
  proof: Proof,
})
type Form = z.infer<typeof Form>

const Query = z.object({ other: z.string().max(5).optional().catch(undefined) })

/** Setting up a phone on the way in: first where to send a code, then the code that went there. */
export const pages = (parts: Parts): PageRoute[] => [
  page({
    method: 'get',
    path,
    summary: 'Ask for a phone that codes are sent to, or for the code that went there',
    leadsAnywhere: true,
    params: InteractionParams,
    query: Query,
    handle: ({ ctx, params, query }) =>
      atPhone(parts, ctx, params.uid, (call, standing) =>
        showNext(parts, ctx, call, standing, { other: query.other !== undefined }),
      ),
  }),

  page({
    method: 'post',
    path,
    summary: 'Have a code sent to a phone, or turn the phone on by it and go on',
    limit: 'second-factor',
    leadsAnywhere: true,
    params: InteractionParams,
    form: Form,
    handle: ({ ctx, by, params: { uid }, form }) =>
      atPhone(parts, ctx, uid, async (call, standing) => {
        try {
          demandCsrfToken(parts, uid, form.csrf)
          return await act(parts, ctx, by, call, standing, form)
        } catch (error) {
          const wrong = {
            other: form.act === 'begin',
            typed: form.phone_number,
            problem: askProblem(ctx, error, sentTexts),
          }
          return showNext(parts, ctx, call, standing, wrong)
        }
      }),
  }),
]

const atPhone: typeof atEnrolment = (parts, ctx, uid, show) =>
  atEnrolment(parts, ctx, uid, async (call, standing) =>
    (await mayAddPhone(parts, standing))
      ? show(call, standing)
      : { redirect: `/interaction/${call.interaction.uid}/enrol` },
  )

async function act(
  parts: Parts,
  ctx: Context,
  by: By,
  call: StepCall,
  standing: ProvenStanding,
  form: Form,
): Promise<PageReply> {
  const { userId, provenAt } = standing
  const id = attemptId(call.interaction)
  if (form.act === 'confirm') {
    const codes = await confirmPhone(parts, by, { attemptId: id, userId, provenAt, code: form.code })
    return codes === null ? resume(parts, ctx, call.interaction) : showCodes(parts, ctx, call, userId, codes)
  }
  await demandProof(parts, by, { path: 'code', name: userId, proof: form.proof })
  const session = boundTo(id)
  if (form.act === 'begin') await beginSms(parts, by, { userId, session, number: form.phone_number })
  else await again(parts, by, { userId, session })
  return { redirect: `/interaction/${call.interaction.uid}/enrol/phone` }
}

async function again(
  parts: Parts,
  by: By,
  { userId, session }: { userId: string; session: string },
): Promise<void> {
  const begun = await findBegun(parts, { userId, kind: 'sms' })
  if (!begun) throw factorErrors.factor_not_found()
  await sendCode(parts, by, { userId, factorId: begun.id, purpose: 'enrol', bound: session })
}

interface Next {
  /** Another number is wanted, although a code is on its way. */
  other: boolean
  typed?: string
  problem?: FormProblem
}

async function showNext(
  parts: Parts,
  ctx: Context,
  call: StepCall,
  { userId }: ProvenStanding,
  { other, typed = '', problem }: Next,
): Promise<PageReply> {
  const begun = other ? null : await begunNow(parts, userId)
  const enrol = `/interaction/${call.interaction.uid}/enrol`
  return stepPage(parts, ctx, call, {
    view: 'authentication/enrol-phone',
    status: problem?.status ?? 200,
    locals: {
      ...{ action: `${enrol}/phone`, hint: begun?.hint ?? null, number: typed },
      ...wrongWith(problem),
      ...{ otherUrl: `${enrol}/phone?other=1`, backUrl: enrol },
    },
  })
}

/** What nothing may be sent to any more is not shown as under way. */
async function begunNow(parts: Parts, userId: string): Promise<{ hint: string } | null> {
  try {
    return await findBegun(parts, { userId, kind: 'sms' })
  } catch (error) {
    if (error instanceof Problem) return null
    throw error
  }
}
