import type { Context } from 'koa'

import type { PageReply } from '../../platform/http/index.ts'
import { subjectOf } from '../accounts/index.ts'
import { keepDevice, presentedDevice } from '../devices/index.ts'
import type { Interaction } from '../oidc/index.ts'
import { attemptId } from './attempt.ts'
import { byOf } from './by-of.ts'
import { completeSignIn } from './complete-sign-in.ts'
import { acrOf, amrOf } from './factors.ts'
import type { Step } from './next-step.ts'
import { noteDemand } from './note-demand.ts'
import type { Parts } from './parts.ts'
import { type Standing, standingOf } from './standing.ts'

/** Where each step has its page, below the interaction's own URL: its cookie goes nowhere else. */
const pathOf: Record<Exclude<Step, 'done'>, (interaction: Interaction) => string> = {
  identify: ({ wantsRegistration }) => (wantsRegistration ? 'register' : 'login'),
  'second-factor': () => 'second-factor',
  enrol: () => 'enrol',
  connect: () => 'connect',
  consent: () => 'consent',
  'select-account': () => 'account',
}

/** After every step: looks at what is proven by now and goes where that leads. */
export async function resume(parts: Parts, ctx: Context, interaction: Interaction): Promise<PageReply> {
  const standing = await standingOf(parts, ctx, byOf(ctx), interaction)
  const { step } = standing
  if (step === 'done') return { redirect: await finishLogin(parts, ctx, interaction, standing) }
  if (step === 'second-factor' || step === 'enrol') {
    const { clientId } = interaction
    await noteDemand(parts, byOf(ctx), { id: attemptId(interaction), standing, clientId })
  }
  return { redirect: `/interaction/${interaction.uid}/${pathOf[step](interaction)}` }
}

async function finishLogin(
  parts: Parts,
  ctx: Context,
  interaction: Interaction,
  { userId, proofs, proven, provenAt, connection, remember, demand, excused, risk }: Standing,
): Promise<string> {
  if (userId === null || provenAt === null || risk === null)
    throw new Error('a sign-in was finished that proved nobody')
  const device = await completeSignIn(parts, byOf(ctx), {
    attemptId: attemptId(interaction),
    userId,
    clientId: interaction.clientId,
    device: presentedDevice(parts, ctx),
    proofs,
    risk,
    remember: remember && demand.because !== 'administrator',
  })
  if (device !== null) keepDevice(parts, ctx, device.value)
  const subject = await subjectOf(parts.db, userId)
  const login = { subject, at: provenAt, acr: acrOf(proven), amr: amrOf(proven), connection, excused }
  return parts.oidc.interactions.finish(ctx, { login })
}
