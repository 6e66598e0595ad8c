import type { Context } from 'koa'
import { z } from 'zod'

import { page, type PageReply, type PageRoute } from '../../../platform/http/index.ts'
import type { Sent } from '../../factors/index.ts'
import { beginSecondAssertion, readJson, SecondAssertionResponse } from '../../passkeys/index.ts'
import { attemptId } from '../attempt.ts'
import { demandCsrfToken } from '../csrf.ts'
import { type FormProblem, formProblem } from '../form-problem.ts'
import { askProblem } from '../mail-pages.ts'
import type { Parts } from '../parts.ts'
import { resume } from '../resume.ts'
import type { Standing } from '../standing.ts'
import { Csrf, InteractionParams, Proof, type StepCall, stepPage } from '../step.ts'
import { atSecondFactor, type ProvenStanding } from './at-second-factor.ts'
import type { Available } from './available.ts'
import { mayRemember } from './may-remember.ts'
import { proveSecond } from './prove-second.ts'
import { sendSecond } from './send-second.ts'
import { type Shown, typed } from './shown.ts'
import { wrongWith } from './wrong-with.ts'

const path = '/interaction/:uid/second-factor'

const Choice = z.object({
  with: z.string().max(20).optional().catch(undefined),
  id: z.string().max(60).optional().catch(undefined),
})

const Remember = z.string().max(10).default('')

const CodeForm = z.object({
  csrf: Csrf,
  factor: z.enum(['totp', 'recovery-code', 'sms-code', 'mail-code', 'address-code']),
  /** Which, of those that codes are sent to. */
  id: z.string().max(60).default(''),
  code: z.string().max(60).default(''),
  remember: Remember,
})

const KeyForm = z.object({ csrf: Csrf, credential: z.string().max(20_000).default(''), remember: Remember })

const SendForm = z.object({ csrf: Csrf, id: z.uuid(), proof: Proof })

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
        showSecondFactor(parts, ctx, call, standing, {
          chosen: { factor: query.with, id: query.id },
        }),
      ),
  }),

  page({
    method: 'post',
    path,
    summary: 'Prove a second factor by a code',
    limit: 'second-factor',
    leadsAnywhere: true,
    params: InteractionParams,
    form: CodeForm,
    handle: ({ ctx, by, params, form: { csrf, remember, ...form } }) =>
      atSecondFactor(parts, ctx, params.uid, async (call, standing) => {
        try {
          demandCsrfToken(parts, params.uid, csrf)
          await proveSecond(parts, by, showing(call, standing, { shown: typed(form), remember }))
        } catch (error) {
          const problem = formProblem(ctx, error)
          return showSecondFactor(parts, ctx, call, standing, { chosen: form, problem, sent: form.id !== '' })
        }
        return resume(parts, ctx, call.interaction)
      }),
  }),

  page({
    method: 'post',
    path: `${path}/send`,
    summary: 'Have a code sent that proves a second factor',
    limit: 'second-factor',
    leadsAnywhere: true,
    params: InteractionParams,
    form: SendForm,
    handle: ({ ctx, by, params, form: { csrf, id, proof } }) =>
      atSecondFactor(parts, ctx, params.uid, async (call, standing) => {
        const chosen = standing.available.find((one) => one.id === id)
        try {
          demandCsrfToken(parts, params.uid, csrf)
          const { userId, available } = standing
          const sending = { attemptId: attemptId(call.interaction), userId, available, id, proof }
          const sent = await sendSecond(parts, by, sending)
          return await showSecondFactor(parts, ctx, call, standing, { chosen, sent })
        } catch (error) {
          return showSecondFactor(parts, ctx, call, standing, { chosen, problem: askProblem(ctx, error) })
        }
      }),
  }),

  ...keyPages(parts),
]

/** The script of the form asks for something to sign, and sends what was signed. */
const keyPages = (parts: Parts): PageRoute[] => [
  page({
    method: 'post',
    path: `${path}/key/options`,
    summary: 'Get what a security key is to sign for this sign-in',
    limit: 'passkey',
    params: InteractionParams,
    form: z.object({ csrf: Csrf }),
    handle: ({ ctx, params, form }) =>
      atSecondFactor(parts, ctx, params.uid, async ({ interaction }, { userId }) => {
        demandCsrfToken(parts, params.uid, form.csrf)
        return { json: await beginSecondAssertion(parts, { userId, bound: attemptId(interaction) }) }
      }),
  }),

  page({
    method: 'post',
    path: `${path}/key`,
    summary: 'Prove a second factor by a security key or passkey',
    limit: 'passkey',
    leadsAnywhere: true,
    params: InteractionParams,
    form: KeyForm,
    handle: ({ ctx, by, params, form: { csrf, credential, remember } }) =>
      atSecondFactor(parts, ctx, params.uid, async (call, standing) => {
        const response = readJson(SecondAssertionResponse, credential)
        const shown = { factor: 'security-key', response, place: 'page' } as const
        try {
          demandCsrfToken(parts, params.uid, csrf)
          await proveSecond(parts, by, showing(call, standing, { shown, remember }))
        } catch (error) {
          const problem = formProblem(ctx, error)
          return showSecondFactor(parts, ctx, call, standing, { chosen: shown, problem })
        }
        return resume(parts, ctx, call.interaction)
      }),
  }),
]

const showing = (
  { interaction }: StepCall,
  standing: ProvenStanding,
  { shown, remember }: { shown: Shown; remember: string },
) => ({
  attemptId: attemptId(interaction),
  userId: standing.userId,
  provenAt: standing.provenAt,
  clientId: interaction.clientId,
  shown,
  remember: remember !== '' && mayRemember(standing),
})

interface Showing {
  /** What the person would like to prove; the strongest where they have not said. */
  chosen?: { factor?: string | undefined; id?: string | null | undefined } | undefined
  problem?: FormProblem
  /** A code is under way: where to, where that was just done. */
  sent?: Sent | boolean
}

async function showSecondFactor(
  parts: Parts,
  ctx: Context,
  call: StepCall,
  standing: Standing,
  { chosen, problem, sent = false }: Showing,
): Promise<PageReply> {
  const { available } = standing
  const days = await parts.settings.get('mfa.remember_days')
  const shown = available.find((one) => isChosen(one, chosen)) ?? available[0]
  const { uid } = call.interaction
  return stepPage(parts, ctx, call, {
    view: 'authentication/second-factor',
    status: problem?.status ?? 200,
    locals: {
      ...waysShown(`/interaction/${uid}/second-factor`, available, shown),
      ...underWay(sent),
      ...wrongWith(problem),
      because: standing.demand.because ?? 'own',
      rememberDays: days > 0 && mayRemember(standing) ? days : null,
      lostUrl: lostUrl(uid, shown),
      cancelAction: `/interaction/${uid}/cancel`,
    },
  })
}

/** Nobody has lost the code that is to be mailed to them. */
const lostUrl = (uid: string, shown: Available | undefined): string | null =>
  shown?.factor === 'address-code' ? null : `/interaction/${uid}/lost-factor`

const underWay = (sent: Sent | boolean) => ({
  sent: sent !== false,
  hint: typeof sent === 'object' ? sent.hint : null,
})

const waysShown = (action: string, available: readonly Available[], shown: Available | undefined) => ({
  action,
  factor: shown?.factor ?? null,
  factorId: shown?.id ?? null,
  label: shown?.label ?? null,
  others: available.filter((one) => one !== shown).map((one) => wayShown(action, one)),
})

const isChosen = ({ factor, id }: Available, chosen: Showing['chosen']): boolean =>
  factor === chosen?.factor && (id === null || id === chosen.id)

const wayShown = (action: string, { factor, id, label }: Available) => {
  const query = new URLSearchParams({ with: factor, ...(id !== null && { id }) })
  return { url: `${action}?${query.toString()}`, factor, label }
}
