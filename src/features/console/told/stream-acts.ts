import { type Act, some } from '../acts.ts'
import { type Found, text } from '../shown.ts'

export const path = '/console/streams'

export const streamUrl = ({ id = '' }: Record<string, string>): string => `${path}/${encodeURIComponent(id)}`

/** Of deliveries that push a security event to a stream. */
export const kind = 'signal'

export const retry = 'POST /admin/deliveries/retry'

const about = {
  screen: 'streams',
  subject: {
    operation: 'GET /admin/streams/:id',
    params: ({ id = '' }: Record<string, string>) => ({ id }),
  },
  nameOf: ({ description, client_id: client }: Found): string => text(description) || text(client),
  cancel: streamUrl,
}

const statusAct = (name: string, status: string, danger: boolean): Act => ({
  ...about,
  name: `${name}_stream`,
  path: `${path}/:id/${name}`,
  operation: 'POST /admin/streams/:id/status',
  danger,
  fields: () => [
    { name: 'reason', type: 'text', maximum: 500, hintKey: 'console.fields.stream_reason_hint' },
  ],
  asked: ({ params: { id = '' }, filled }) => ({
    params: { id },
    body: { status, reason: some(filled.reason) },
  }),
})

/** What may be done to a stream, which its receiver made. */
export const acts: readonly Act[] = [
  statusAct('enable', 'enabled', false),
  statusAct('pause', 'paused', false),
  statusAct('disable', 'disabled', true),
  {
    ...about,
    name: 'delete_stream',
    path: `${path}/:id/delete`,
    operation: 'DELETE /admin/streams/:id',
    danger: true,
    asked: ({ params: { id = '' } }) => ({ params: { id } }),
    next: () => path,
  },
  {
    ...about,
    name: 'retry_stream',
    path: `${path}/:id/retry`,
    operation: retry,
    asked: ({ params: { id = '' } }) => ({ body: { kind, destination: id } }),
    next: (params) => `${streamUrl(params)}/deliveries`,
  },
  {
    ...about,
    name: 'retry_stream_delivery',
    path: `${path}/:id/deliveries/:delivery/retry`,
    operation: retry,
    asked: ({ params: { delivery = '' } }) => ({ body: { kind, id: delivery } }),
    next: (params) => `${streamUrl(params)}/deliveries`,
  },
]
