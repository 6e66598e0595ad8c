import type { Context } from 'koa'

import type { PageReply } from '../../platform/http/index.ts'
import { subjectOf } from '../accounts/index.ts'
import type { Interaction } from '../oidc/index.ts'
import { type LoadedAttempt, loadAttempt } from './attempt.ts'
import { acrOf, amrOf } from './factors.ts'
import { nextStep, type Step } from './next-step.ts'
import type { Parts } from './parts.ts'

/** Where each step has its page, below the interaction's own URL: its cookie goes nowhere else. */
const pathOf: Record<Exclude<Step, 'done'>, (interaction: Interaction) => string> = {
  identify: ({ wantsRegistration }) => (wantsRegistration ? 'register' : 'login'),
  connect: () => 'connect',
  consent: () => 'consent',
}

/** After every step: looks at what is proven by now and goes where that leads. */
export async function resume(parts: Parts, ctx: Context, interaction: Interaction): Promise<PageReply> {
  const attempt = await loadAttempt(parts, interaction)
  const step = nextStep(attempt)
  if (step !== 'done') return { redirect: `/interaction/${interaction.uid}/${pathOf[step](interaction)}` }
  return { redirect: await finishLogin(parts, ctx, attempt) }
}

async function finishLogin(parts: Parts, ctx: Context, attempt: LoadedAttempt): Promise<string> {
  const { userId, proven, provenAt, connection } = attempt
  if (userId === null || provenAt === null) throw new Error('a sign-in was finished that proved nobody')
  const subject = await subjectOf(parts.db, userId)
  const login = { subject, at: provenAt, acr: acrOf(proven), amr: amrOf(proven), connection }
  return parts.oidc.interactions.finish(ctx, { login })
}
