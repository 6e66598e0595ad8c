import type { Context } from 'koa'

import type { PageReply } from '../../../platform/http/index.ts'
import { byOf } from '../by-of.ts'
import type { Parts } from '../parts.ts'
import { resume } from '../resume.ts'
import { type Standing, standingOf } from '../standing.ts'
import { atInteraction, type StepCall } from '../step.ts'

export type ProvenStanding = Standing & { userId: string; provenAt: Date }

/** Where a second factor is owed; else the sign-in goes on where it stands. */
export const atSecondFactor = (
  parts: Parts,
  ctx: Context,
  uid: string,
  show: (call: StepCall, standing: ProvenStanding) => Promise<PageReply>,
): Promise<PageReply> =>
  atInteraction(parts, ctx, uid, async (call) => {
    const standing = await standingOf(parts, ctx, byOf(ctx), call.interaction)
    const { userId, provenAt, step } = standing
    if (step !== 'second-factor' || userId === null || provenAt === null)
      return resume(parts, ctx, call.interaction)
    return show(call, { ...standing, userId, provenAt })
  })
