import type { Context } from 'koa'

import { page, type PageReply, type PageRoute } from '../../../platform/http/index.ts'
import { minimumLength } from '../../credentials/index.ts'
import { newId } from '../../../platform/crypto/index.ts'
import { demandProof, nextChallenge } from '../../lockout/index.ts'
import { present } from '../../presentation/index.ts'
import { attemptId, recordProof } from '../attempt.ts'
import { markMaker, markOnward } from '../browser-marks.ts'
import { demandCsrfToken } from '../csrf.ts'
import { providersShown } from '../federated/providers-shown.ts'
import { type FormProblem, formProblem } from '../form-problem.ts'
import type { Parts } from '../parts.ts'
import { resume } from '../resume.ts'
import { atInteraction, InteractionParams, type StepCall, stepPage } from '../step.ts'
import { showVerificationSent } from '../verification/pages.ts'
import type { FieldTexts } from './refused-fields.ts'
import { demandOpenRegistration, register, verificationDemanded } from './register.ts'
import { RegisterForm } from './schema.ts'

const path = '/interaction/:uid/register'

export const pages = (parts: Parts): PageRoute[] => [
  page({
    method: 'get',
    path,
    summary: 'Show the registration form',
    leadsAnywhere: true,
    params: InteractionParams,
    handle: ({ ctx, params }) =>
      atInteraction(parts, ctx, params.uid, async (call) => {
        if (call.interaction.prompt !== 'login') return resume(parts, ctx, call.interaction)
        const mode = await parts.settings.get('registration.mode')
        const email = call.interaction.loginHint?.slice(0, 320) ?? ''
        const values = { email, username: '', name: '' }
        if (mode === 'open') return showRegister(parts, ctx, call, { values })
        return { redirect: `/interaction/${params.uid}/login` }
      }),
  }),

  page({
    method: 'post',
    path,
    summary: 'Create an account and sign in with it',
    limit: 'register',
    leadsAnywhere: true,
    params: InteractionParams,
    form: RegisterForm,
    handle: ({ ctx, by, params, form }) =>
      atInteraction(parts, ctx, params.uid, async (call) => {
        const values = { email: form.email, username: form.username ?? '', name: form.name ?? '' }
        const { interaction } = call
        try {
          demandCsrfToken(parts, params.uid, form.csrf)
          await demandOpenRegistration(parts)
          await demandProof(parts, by, { path: 'register', name: form.email, proof: form.proof })
          const { language } = await present(parts, ctx, interaction)
          const made: { userId: string } = { userId: newId(parts.clock.now()) } // nobody, where the address was taken
          const fieldProblems = await register(
            parts,
            by,
            { ...form, language },
            async (tx, at, _self, user) => {
              made.userId = user.id
              if (user.status === 'pending') return
              await recordProof(tx, at, attemptId(interaction), { userId: user.id, factor: 'password' })
            },
          )
          if (fieldProblems) {
            const proof = await nextChallenge(parts, by, { path: 'register', name: form.email })
            return await showRegister(parts, ctx, call, { values, fieldProblems, proof })
          }
          markMaker(parts, ctx, made.userId)
          markOnward(parts, ctx, params.uid)
        } catch (error) {
          const problem = formProblem(ctx, error)
          const { members: proof = null } = problem
          return showRegister(parts, ctx, call, { values, problem, proof })
        }
        if (await verificationDemanded(parts)) return showVerificationSent(parts, ctx, form.email, call)
        return resume(parts, ctx, interaction)
      }),
  }),
]

interface Shown {
  values: { email: string; username: string; name: string }
  fieldProblems?: FieldTexts
  problem?: FormProblem
  proof?: FormProblem['members'] | null
}

async function showRegister(parts: Parts, ctx: Context, call: StepCall, shown: Shown): Promise<PageReply> {
  const { uid } = call.interaction
  return stepPage(parts, ctx, call, {
    view: 'authentication/register',
    status: shown.problem?.status ?? (shown.fieldProblems ? 422 : 200),
    locals: {
      action: `/interaction/${uid}/register`,
      values: shown.values,
      problem: shown.proof && shown.problem ? 'problems.proof_to_register' : (shown.problem?.key ?? null),
      proof: shown.proof ?? null,
      fieldProblems: shown.fieldProblems ?? {},
      loginUrl: `/interaction/${uid}/login`,
      passwordMinimum: await minimumLength(parts),
      invitation: false,
      askUsername: !(await verificationDemanded(parts)),
      providers: await providersShown(parts),
      federationAction: `/interaction/${uid}/federation`,
    },
  })
}
