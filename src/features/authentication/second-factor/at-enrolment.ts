import type { Context } from 'koa'

import type { PageReply } from '../../../platform/http/index.ts'
import { findUser } from '../../accounts/index.ts'
import { byOf } from '../by-of.ts'
import type { FormProblem } from '../form-problem.ts'
import type { Parts } from '../parts.ts'
import { resume } from '../resume.ts'
import { type Standing, standingOf } from '../standing.ts'
import { atInteraction, type StepCall, stepPage } from '../step.ts'
import type { ProvenStanding } from './at-second-factor.ts'
import { mayAddKey, mayAddPhone } from './may-add.ts'

/** Where something is to be set up; else the sign-in goes on where it stands. */
export const atEnrolment = (
  parts: Parts,
  ctx: Context,
  uid: string,
  show: (call: StepCall, standing: ProvenStanding) => Promise<PageReply>,
): Promise<PageReply> =>
  atInteraction(parts, ctx, uid, async (call) => {
    const standing = await standingOf(parts, ctx, byOf(ctx), call.interaction)
    const { userId, provenAt, step } = standing
    if (step !== 'enrol' || userId === null || provenAt === null) return resume(parts, ctx, call.interaction)
    return show(call, { ...standing, userId, provenAt })
  })

export const mayDecline = ({ demand }: Standing): boolean => demand.because === null

export async function showEnrol(
  parts: Parts,
  ctx: Context,
  call: StepCall,
  standing: Standing,
  problem: FormProblem | null = null,
): Promise<PageReply> {
  const { uid } = call.interaction
  const action = `/interaction/${uid}/enrol`
  return stepPage(parts, ctx, call, {
    view: 'authentication/enrol',
    status: problem?.status ?? 200,
    locals: {
      ...{ action, keyAction: mayAddKey(standing) ? `${action}/key` : null },
      phoneUrl: (await mayAddPhone(parts, standing)) ? `${action}/phone` : null,
      why: standing.demand.because ?? 'offered',
      mayDecline: mayDecline(standing),
      cancelAction: `/interaction/${uid}/cancel`,
      problem: problem?.key ?? null,
    },
  })
}

export async function showCodes(
  parts: Parts,
  ctx: Context,
  call: StepCall,
  userId: string,
  codes: readonly string[],
): Promise<PageReply> {
  const user = await findUser(parts.db, userId)
  const { uid } = call.interaction
  return stepPage(parts, ctx, call, {
    view: 'authentication/enrol-codes',
    locals: { codes, login: user?.email ?? user?.username ?? '', continueUrl: `/interaction/${uid}` },
  })
}
