import { z } from 'zod'

import type { App } from '../../../platform/app.ts'
import { endpoint, recentSignInSeconds, type Route } from '../../../platform/http/index.ts'
import { demandAuthorityOver, holdAssignments } from '../../authorization/index.ts'
import { liftLockoutByHand, lockoutStandingsOf, lockoutViewOf } from '../../lockout/index.ts'

type Machinery = Pick<App, 'cache' | 'clock' | 'config' | 'db'>

const path = '/admin/lockouts'
const login = z.string().trim().min(1).max(320).meta({ description: 'E-mail address or user name.' })

const Standing = z.object({
  kind: z.string(),
  failures: z.number().int().meta({ description: 'In a row.' }),
  in_window: z.number().int(),
  blocked_until: z.date().nullable(),
  stopped: z.boolean().meta({ description: 'Refused until it is lifted.' }),
  remembered_until: z.date(),
})

/** Wrong passwords that were tried on an account, which need not be anybody's. Names are kept as hashes, so one must be named. */
export const lockoutRoutes = (app: Machinery): Route[] => [
  endpoint({
    method: 'get',
    path,
    summary: 'Show what stands against a name after wrong passwords',
    access: { permission: 'users:read:any' },
    query: z.strictObject({ login }),
    reply: { 200: z.object({ items: z.array(Standing) }) },
    async handle({ query }) {
      const found = await lockoutStandingsOf(app, query.login)
      return { status: 200, body: { items: found.map(lockoutViewOf(app.clock.now())) } }
    },
  }),

  endpoint({
    method: 'post',
    path: `${path}/lift`,
    summary: 'Forget what stands against a name after wrong passwords',
    access: { permission: 'users:recover:any' },
    signedInWithin: recentSignInSeconds,
    body: z.strictObject({ login }),
    reply: { 200: z.object({ lifted: z.number().int() }) },
    async handle({ caller, body }) {
      const lifted = await liftLockoutByHand(app, caller, body.login, async (tx, user) => {
        if (!user) return
        await holdAssignments(tx) // they must not rise above whoever acts between this question and the act
        await demandAuthorityOver(tx, app.clock.now(), caller, { type: 'user', id: user.id })
      })
      return { status: 200, body: { lifted } }
    },
  }),
]
