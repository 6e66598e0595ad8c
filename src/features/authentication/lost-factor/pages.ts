import type { Context } from 'koa'
import { z } from 'zod'

import { Problem } from '../../../platform/errors.ts'
import { page, type PageReply, type PageRoute } from '../../../platform/http/index.ts'
import { cancelByLink, cancelPath, mayCancelBy } from '../../factor-resets/index.ts'
import { languageLinks } from '../../presentation/index.ts'
import { attemptId } from '../attempt.ts'
import { csrfToken, demandCsrfToken } from '../csrf.ts'
import { type FormProblem, formProblem } from '../form-problem.ts'
import { TokenParams } from '../mail-pages.ts'
import type { Parts } from '../parts.ts'
import { resume } from '../resume.ts'
import { atSecondFactor, type ProvenStanding } from '../second-factor/at-second-factor.ts'
import { Csrf, InteractionParams, type StepCall, stepPage } from '../step.ts'
import { askForReset, carryOutReset, lossOf } from './lost-factor.ts'

const path = '/interaction/:uid/lost-factor'

const Form = z.object({ csrf: Csrf, act: z.enum(['ask', 'remove']) })

const CancelForm = z.object({ csrf: Csrf })

/** Somebody's first factor is proven, and they have lost all that could come second. */
export const pages = (parts: Parts): PageRoute[] => [
  page({
    method: 'get',
    path,
    summary: 'Say what somebody does who lost all second factors',
    leadsAnywhere: true,
    params: InteractionParams,
    handle: ({ ctx, params }) =>
      atSecondFactor(parts, ctx, params.uid, (call, standing) => showLoss(parts, ctx, call, standing)),
  }),

  page({
    method: 'post',
    path,
    summary: 'Ask for my second factors to be removed, or remove them once I have waited',
    limit: 'second-factor',
    leadsAnywhere: true,
    params: InteractionParams,
    form: Form,
    handle: ({ ctx, by, params, form }) =>
      atSecondFactor(parts, ctx, params.uid, async (call, standing) => {
        const losing = losingIn(call, standing)
        try {
          demandCsrfToken(parts, params.uid, form.csrf)
          if (form.act === 'ask') await askForReset(parts, by, losing)
          else await carryOutReset(parts, by, losing)
        } catch (error) {
          return showLoss(parts, ctx, call, standing, formProblem(ctx, error))
        }
        return form.act === 'ask'
          ? { redirect: `/interaction/${params.uid}/lost-factor` }
          : resume(parts, ctx, call.interaction)
      }),
  }),

  ...cancelPages(parts),
]

const losingIn = ({ interaction }: StepCall, { userId }: ProvenStanding) => ({
  attemptId: attemptId(interaction),
  userId,
})

async function showLoss(
  parts: Parts,
  ctx: Context,
  call: StepCall,
  standing: ProvenStanding,
  problem: FormProblem | null = null,
): Promise<PageReply> {
  const { uid } = call.interaction
  const loss = await lossOf(parts, losingIn(call, standing))
  return stepPage(parts, ctx, call, {
    view: 'authentication/lost-factor',
    status: problem?.status ?? 200,
    locals: {
      action: `/interaction/${uid}/lost-factor`,
      state: loss.state,
      readyAt: 'reset' in loss ? loss.reset.readyAt : null,
      hours: await parts.settings.get('mfa.recovery_wait_hours'),
      problem: problem?.key ?? null,
      backUrl: `/interaction/${uid}/second-factor`,
      cancelAction: `/interaction/${uid}/cancel`,
    },
  })
}

/** What the link in the letters opens: nobody need be signed in. Looking changes nothing, so that a mail scanner may. */
const cancelPages = (parts: Parts): PageRoute[] => [
  page({
    method: 'get',
    path: `${cancelPath}/:token`,
    summary: 'Show what the link does that keeps my second factors',
    params: TokenParams,
    handle: async ({ params: { token } }) => {
      if (!(await mayCancelBy(parts, token))) return showEnded(parts)
      return {
        view: 'authentication/lost-factor-cancel',
        locals: {
          action: `${cancelPath}/${token}`,
          csrf: csrfToken(parts, token),
          languageLinks: languageLinks(parts),
        },
      }
    },
  }),

  page({
    method: 'post',
    path: `${cancelPath}/:token`,
    summary: 'Call the removal of my second factors off',
    params: TokenParams,
    form: CancelForm,
    handle: async ({ by, params: { token }, form }) => {
      demandCsrfToken(parts, token, form.csrf)
      try {
        await cancelByLink(parts, by, token)
      } catch (error) {
        if (error instanceof Problem && error.code === 'link_invalid') return showEnded(parts)
        throw error
      }
      return {
        view: 'authentication/lost-factor-cancelled',
        locals: { recoveryUrl: '/recovery', languageLinks: languageLinks(parts) },
      }
    },
  }),
]

const showEnded = (parts: Parts): PageReply => ({
  view: 'authentication/link-ended',
  status: 403,
  locals: { againUrl: '/account', again: 'account.to_account', languageLinks: languageLinks(parts) },
})
