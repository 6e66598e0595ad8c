import type { App } from '../../../platform/app.ts'
import { endpoint, type Route } from '../../../platform/http/index.ts'
import type { WithClients } from '../../clients/index.ts'
import type { WithOidc } from '../../oidc/index.ts'
import { StreamParams } from '../streams/schema.ts'
import { pollPath } from '../streams/stream-view.ts'
import { poll } from './poll.ts'
import { PollReply, PollRequest } from './schema.ts'
import type { Signing } from './security-event-token.ts'
import { openWaiting } from './waiting.ts'

type Machinery = Pick<App, 'bus' | 'config' | 'db' | 'log'> & Signing & WithClients & WithOidc

/** Events for receivers that fetch them. */
export const eventRoutes = (app: Machinery): Route[] => {
  const waiting = openWaiting(app)
  return [
    endpoint({
      method: 'post',
      path: `${pollPath}/:id`,
      summary: 'Fetch and acknowledge security events (RFC 8936)',
      access: 'public',
      params: StreamParams,
      body: PollRequest,
      reply: { 200: PollReply },
      async handle({ params, body, by, authorization }) {
        const client = await app.oidc.callingClient(authorization, by, ['ssf.read', 'ssf.manage'])
        const request = { id: params.id, request: body, waiting }
        return {
          status: 200,
          headers: { 'cache-control': 'no-store' },
          body: await poll(app, client, request),
        }
      },
    }),
  ]
}
