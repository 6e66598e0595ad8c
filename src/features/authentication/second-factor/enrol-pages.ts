import type { Context } from 'koa'
import { z } from 'zod'

import { Problem } from '../../../platform/errors.ts'
import { page, type PageReply, type PageRoute } from '../../../platform/http/index.ts'
import { type Enrolment, findEnrolment } from '../../factors/index.ts'
import { attemptId } from '../attempt.ts'
import { demandCsrfToken } from '../csrf.ts'
import { type FormProblem, formProblem } from '../form-problem.ts'
import type { Parts } from '../parts.ts'
import * as attempts from '../repository.ts'
import { resume } from '../resume.ts'
import { Csrf, InteractionParams, type StepCall, stepPage } from '../step.ts'
import { atEnrolment, mayDecline, showCodes, showEnrol } from './at-enrolment.ts'
import type { ProvenStanding } from './at-second-factor.ts'
import { beginEnrolment, confirmEnrolment } from './enrol.ts'
import { pages as keyPages } from './enrol-key-pages.ts'
import { pages as phonePages } from './enrol-phone-pages.ts'

const path = '/interaction/:uid/enrol'

const Decision = z.object({ csrf: Csrf, decision: z.enum(['begin', 'decline']) })

const AppParams = InteractionParams.extend({ id: z.uuid() })

const CodeForm = z.object({ csrf: Csrf, code: z.string().max(40).default('') })

/** Somebody has no second factor that is enough, and needs one to go on; or is asked whether they want one. */
export const pages = (parts: Parts): PageRoute[] => [
  page({
    method: 'get',
    path,
    summary: 'Ask to set up a second factor',
    leadsAnywhere: true,
    params: InteractionParams,
    handle: ({ ctx, params }) =>
      atEnrolment(parts, ctx, params.uid, (call, standing) => showEnrol(parts, ctx, call, standing)),
  }),

  page({
    method: 'post',
    path,
    summary: 'Begin to set up an authenticator app, or do not',
    limit: 'second-factor',
    leadsAnywhere: true,
    params: InteractionParams,
    form: Decision,
    handle: ({ ctx, params, form }) =>
      atEnrolment(parts, ctx, params.uid, async (call, standing) => {
        try {
          demandCsrfToken(parts, params.uid, form.csrf)
        } catch (error) {
          return showEnrol(parts, ctx, call, standing, formProblem(ctx, error))
        }
        if (form.decision === 'begin')
          return showApp(parts, ctx, call, await beginEnrolment(parts, standing.userId), null)
        if (mayDecline(standing)) await attempts.declineOffer(parts.db, standing.userId, parts.clock.now())
        return resume(parts, ctx, call.interaction)
      }),
  }),

  page({
    method: 'post',
    path: `${path}/app/:id`,
    summary: 'Turn the authenticator app on by a first code of it, and go on',
    limit: 'second-factor',
    leadsAnywhere: true,
    params: AppParams,
    form: CodeForm,
    handle: ({ ctx, by, params: { uid, id }, form: { csrf, code } }) =>
      atEnrolment(parts, ctx, uid, async (call, standing) => {
        const { userId, provenAt } = standing
        try {
          demandCsrfToken(parts, uid, csrf)
          const confirming = { attemptId: attemptId(call.interaction), userId, provenAt, id, code }
          const codes = await confirmEnrolment(parts, by, confirming)
          return codes === null
            ? await resume(parts, ctx, call.interaction)
            : await showCodes(parts, ctx, call, userId, codes)
        } catch (error) {
          return afterProblem(parts, ctx, call, standing, id, error)
        }
      }),
  }),

  ...keyPages(parts),
  ...phonePages(parts),
]

const showApp = (
  parts: Parts,
  ctx: Context,
  call: StepCall,
  { id, qr, uri, key }: Enrolment,
  problem: FormProblem | null,
): Promise<PageReply> => {
  const { uid } = call.interaction
  return stepPage(parts, ctx, call, {
    view: 'authentication/enrol-app',
    status: problem?.status ?? 200,
    locals: {
      action: `/interaction/${uid}/enrol/app/${id}`,
      ...{ qr, uri, keyGroups: key.match(/.{1,4}/g) ?? [] },
      codeProblem: problem?.key ?? null,
      backUrl: `/interaction/${uid}/enrol`,
    },
  })
}

/** A code that is not right leaves the picture where it is; what was begun too long ago is begun anew. */
async function afterProblem(
  parts: Parts,
  ctx: Context,
  call: StepCall,
  standing: ProvenStanding,
  id: string,
  error: unknown,
): Promise<PageReply> {
  const problem = formProblem(ctx, error)
  if (error instanceof Problem && error.code === 'factor_code_refused')
    return showApp(parts, ctx, call, await findEnrolment(parts, { userId: standing.userId, id }), problem)
  return showEnrol(parts, ctx, call, standing, problem)
}
