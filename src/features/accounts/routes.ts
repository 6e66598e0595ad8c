import { z } from 'zod'

import type { App, Caller } from '../../platform/app.ts'
import { endpoint, type Route } from '../../platform/http/index.ts'
import { errors } from './errors.ts'
import { findUser } from './find-user.ts'
import type { User } from './user.ts'

/**
 * A person as they see themselves. To another party's client only what its scopes say is shown (OpenID Connect Core 1.0,
 * section 5.4); the rest is left out.
 */
const Me = z.object({
  id: z.uuid(),
  email: z.string().nullable().optional(),
  email_verified: z.boolean().optional(),
  username: z.string().nullable().optional(),
  name: z.string().nullable().optional(),
  locale: z.string().nullable().optional(),
  created_at: z.date().optional(),
  updated_at: z.date().optional(),
  role: z.string().optional(),
  status: z.enum(['pending', 'active', 'locked', 'disabled', 'deleted']).optional(),
  session_id: z.string().optional(),
})
type Me = z.infer<typeof Me>

function shownTo({ firstParty, scopes, role, sessionId }: Caller, user: User): Me {
  const { id, email, username, name, locale, status } = user
  const may = (scope: string) => firstParty || scopes.has(scope)
  return {
    id,
    ...(may('email') && { email, email_verified: user.emailVerified }),
    ...(may('profile') && { username, name, locale, created_at: user.createdAt, updated_at: user.updatedAt }),
    ...(firstParty && { role, status, session_id: sessionId }),
  }
}

export const routes = (app: Pick<App, 'db'>): Route[] => [
  endpoint({
    method: 'get',
    path: '/users/me',
    summary: 'Show my account',
    access: 'signed-in',
    reply: { 200: Me },
    async handle({ caller }) {
      const user = await findUser(app.db, caller.userId)
      if (!user) throw errors.user_not_found()
      return { status: 200, body: shownTo(caller, user) }
    },
  }),
]
