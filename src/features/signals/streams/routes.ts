import { z } from 'zod'

import type { App, By } from '../../../platform/app.ts'
import { endpoint, type Route } from '../../../platform/http/index.ts'
import type { CallingClient, WithOidc } from '../../oidc/index.ts'
import { errors } from '../errors.ts'
import { changeStream, replaceStream } from './change-stream.ts'
import { createStream } from './create-stream.ts'
import { deleteOwnStream } from './delete-stream.ts'
import * as streams from './repository.ts'
import {
  ChangeStream,
  MaybeNamed,
  Named,
  NewStatus,
  NewStream,
  ReplaceStream,
  StatusView,
  StreamView,
  Subject,
  Verification,
} from './schema.ts'
import { setOwnStatus } from './set-status.ts'
import { silenceSubject } from './silence-subject.ts'
import type { Stream } from './stream.ts'
import { statusOf, viewOf } from './stream-view.ts'
import { verifyStream } from './verify-stream.ts'

type Machinery = Pick<App, 'config' | 'db' | 'clock' | 'limits' | 'outbound'> & WithOidc

interface Called {
  authorization: string
  by: By
}

/**
 * Streams as their receivers manage them (SSF 1.0, section 8.1). Who calls is a client with a token of its own, so none of these
 * takes a person's. A stream of another client is as unknown as one that is not there.
 */
export const streamRoutes = (app: Machinery): Route[] => {
  const reader = ({ authorization, by }: Called): Promise<CallingClient> =>
    app.oidc.callingClient(authorization, by, ['ssf.read', 'ssf.manage'])
  const manager = ({ authorization, by }: Called): Promise<CallingClient> =>
    app.oidc.callingClient(authorization, by, ['ssf.manage'])

  async function own({ clientId }: CallingClient, id: string): Promise<Stream> {
    const stream = await streams.find(app.db, { id, clientId })
    if (!stream) throw errors.stream_not_found()
    return stream
  }

  return [
    endpoint({
      method: 'post',
      path: '/ssf/streams',
      summary: 'Create the stream of a receiver (SSF 1.0)',
      access: 'public',
      body: NewStream,
      reply: { 201: StreamView },
      async handle({ body, ...called }) {
        const stream = await createStream(app, await manager(called), body)
        return { status: 201, body: viewOf(app, stream) }
      },
    }),

    endpoint({
      method: 'get',
      path: '/ssf/streams',
      summary: 'Show a receiver its streams, or one of them (SSF 1.0)',
      access: 'public',
      query: MaybeNamed,
      reply: { 200: z.union([StreamView, z.array(StreamView)]) },
      async handle({ query, ...called }) {
        const by = await reader(called)
        if (query.stream_id !== undefined)
          return { status: 200, body: viewOf(app, await own(by, query.stream_id)) }
        const stream = await streams.find(app.db, { clientId: by.clientId })
        return { status: 200, body: stream ? [viewOf(app, stream)] : [] }
      },
    }),

    endpoint({
      method: 'patch',
      path: '/ssf/streams',
      summary: 'Change a stream (SSF 1.0)',
      access: 'public',
      body: ChangeStream,
      reply: { 200: StreamView },
      handle: async ({ body, ...called }) => ({
        status: 200,
        body: viewOf(app, await changeStream(app, await manager(called), body)),
      }),
    }),

    endpoint({
      method: 'put',
      path: '/ssf/streams',
      summary: 'Replace the configuration of a stream (SSF 1.0)',
      access: 'public',
      body: ReplaceStream,
      reply: { 200: StreamView },
      handle: async ({ body, ...called }) => ({
        status: 200,
        body: viewOf(app, await replaceStream(app, await manager(called), body)),
      }),
    }),

    endpoint({
      method: 'delete',
      path: '/ssf/streams',
      summary: 'Delete a stream (SSF 1.0)',
      access: 'public',
      query: Named,
      reply: { 204: z.undefined() },
      async handle({ query, ...called }) {
        await deleteOwnStream(app, await manager(called), query.stream_id)
        return { status: 204 }
      },
    }),

    endpoint({
      method: 'get',
      path: '/ssf/status',
      summary: 'Show whether a stream is enabled (SSF 1.0)',
      access: 'public',
      query: Named,
      reply: { 200: StatusView },
      handle: async ({ query, ...called }) => ({
        status: 200,
        body: statusOf(await own(await reader(called), query.stream_id)),
      }),
    }),

    endpoint({
      method: 'post',
      path: '/ssf/status',
      summary: 'Enable, pause or disable a stream (SSF 1.0)',
      access: 'public',
      body: NewStatus,
      reply: { 200: StatusView },
      async handle({ body: { stream_id: id, status, reason }, ...called }) {
        const stream = await setOwnStatus(app, await manager(called), id, { status, reason: reason ?? null })
        return { status: 200, body: statusOf(stream) }
      },
    }),

    endpoint({
      method: 'post',
      path: '/ssf/subjects/add',
      summary: 'Hear of a person again (SSF 1.0)',
      access: 'public',
      body: Subject,
      reply: { 200: z.object({}) },
      async handle({ body: { stream_id: streamId, subject }, ...called }) {
        await silenceSubject(app, await manager(called), { streamId, subject, wanted: true })
        return { status: 200, body: {} }
      },
    }),

    endpoint({
      method: 'post',
      path: '/ssf/subjects/remove',
      summary: 'Hear no more of a person (SSF 1.0)',
      access: 'public',
      body: Subject,
      reply: { 204: z.undefined() },
      async handle({ body: { stream_id: streamId, subject }, ...called }) {
        await silenceSubject(app, await manager(called), { streamId, subject, wanted: false })
        return { status: 204 }
      },
    }),

    endpoint({
      method: 'post',
      path: '/ssf/verify',
      summary: 'Have a verification event sent over a stream (SSF 1.0)',
      access: 'public',
      body: Verification,
      reply: { 204: z.undefined() },
      async handle({ body: { stream_id: id, state }, ...called }) {
        await verifyStream(app, await manager(called), { id, state })
        return { status: 204 }
      },
    }),
  ]
}
