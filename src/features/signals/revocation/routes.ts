import { z } from 'zod'

import type { App } from '../../../platform/app.ts'
import { endpoint, type Route } from '../../../platform/http/index.ts'
import type { WithOidc } from '../../oidc/index.ts'
import { SubjectId } from '../streams/schema.ts'
import { revokePerson } from './revoke-person.ts'

const Revocation = z.object({ sub_id: SubjectId })

/** Who calls is a client that was let do this, by a token of its own. */
export const revocationRoutes = (app: Pick<App, 'config' | 'db' | 'clock'> & WithOidc): Route[] => [
  endpoint({
    method: 'post',
    path: '/global-token-revocation',
    summary: 'End all sessions and tokens of a person (Global Token Revocation)',
    access: 'public',
    body: Revocation,
    reply: { 204: z.undefined() },
    async handle({ body, by, authorization }) {
      const client = await app.oidc.callingClient(authorization, by, ['global_token_revocation'])
      await revokePerson(app, client, body.sub_id)
      return { status: 204 }
    },
  }),
]
