import type { PageRoute } from '../../../platform/http/index.ts'
import { actPages } from '../acts.ts'
import { filled, filter, nextUrl } from '../lists.ts'
import { listPage } from '../list-page.ts'
import type { Console } from '../parts.ts'
import { actionsOf, screenPage, type ScreenShown } from '../screen-page.ts'
import { badge, cell, code, facts, found, type Found, list, table, text, time, words } from '../shown.ts'
import type { Visit } from '../visit/at-console.ts'
import { acts, kind, path, retry, streamUrl } from './stream-acts.ts'

const read = {
  list: 'GET /admin/streams',
  one: 'GET /admin/streams/:id',
  deliveries: 'GET /admin/deliveries',
}

const urlOf = ({ id }: Found): string => streamUrl({ id: text(id) })

const nameOf = ({ description, client_id: client }: Found): string => text(description) || text(client)

export const streamPages = (desk: Console): PageRoute[] => [
  ...listPage(desk, {
    path,
    screen: 'streams',
    summary: 'List streams of security events',
    operation: read.list,
    leadKey: 'console.streams.lead',
    columns: () => ({
      stream: (stream) => cell(nameOf(stream), { href: urlOf(stream) }),
      client_id: ({ client_id: id }) => code(id),
      kind: ({ method }) => badge(method),
      state: ({ status }) => badge(status),
      waiting_since: ({ waiting_since: at }) => time(at),
      since: ({ created_at: at }) => time(at),
    }),
  }),
  ...actPages(desk, acts),
  ...screenPage(desk, {
    path: `${path}/:id`,
    screen: 'streams',
    summary: 'Show a stream of security events',
    needs: [read.one],
    async show({ visit, params }) {
      const stream = await streamOf(desk, visit, params)
      const delivered = new Set(words(stream.events_delivered))
      return {
        ...frameOf(desk, visit, stream, 'stream'),
        sections: [
          facts({
            client_id: code(stream.client_id),
            kind: badge(stream.method),
            destination: code(stream.endpoint_url),
            status_reason: cell(stream.status_reason),
            waiting_since: time(stream.waiting_since),
            id: code(stream.id),
            since: time(stream.created_at),
            changed: time(stream.updated_at),
          }),
          table(
            words(stream.events_requested),
            { event: (type) => code(type), told: (type) => badge(delivered.has(type) ? 'yes' : 'no') },
            { titleKey: 'console.streams.events', emptyKey: 'console.streams.no_events' },
          ),
        ],
      }
    },
  }),
  ...screenPage(desk, {
    path: `${path}/:id/deliveries`,
    screen: 'streams',
    summary: 'List what could not be pushed to a stream',
    needs: [read.deliveries],
    async show({ visit, params, query }) {
      const stream = await streamOf(desk, visit, params)
      const asked = filled(query, ['state'])
      const url = `${urlOf(stream)}/deliveries`
      const { body } = await desk.operations.run(visit.caller, read.deliveries, {
        query: { ...asked, kind, destination: text(stream.id) },
      })
      const { items, next } = found(body)
      const mayRetry = desk.operations.allows(visit.caller, retry)
      return {
        ...frameOf(desk, visit, stream, 'deliveries'),
        leadKey: 'console.streams.deliveries',
        filters: [filter(query, 'state', 'select', ['dead', 'waiting', 'delivered', 'all'])],
        filterUrl: url,
        sections: [
          table(
            list(items),
            {
              state: ({ state }) => badge(state),
              attempts: ({ attempts }) => cell(attempts),
              answer: ({ last_result: result, last_status: status }) => cell(status ?? result),
              at: ({ caused_at: at }) => time(at),
              due: ({ next_attempt_at: at }) => time(at),
              act: ({ id, state }) =>
                mayRetry && state !== 'delivered'
                  ? cell('retry', { kind: 'badge', href: `${url}/${text(id)}/retry` })
                  : cell(null),
            },
            { emptyKey: 'console.jobs.no_deliveries', nextUrl: nextUrl(url, asked, next) },
          ),
        ],
      }
    },
  }),
]

const streamOf = async (
  desk: Console,
  { caller }: Visit,
  { id = '' }: Record<string, string>,
): Promise<Found> => found((await desk.operations.run(caller, read.one, { params: { id } })).body)

function frameOf(desk: Console, visit: Visit, stream: Found, at: string): Omit<ScreenShown, 'sections'> {
  const url = urlOf(stream)
  const { status } = stream
  const set = 'POST /admin/streams/:id/status'
  const pushed = stream.method === 'push'
  const tabs = pushed && desk.operations.allows(visit.caller, read.deliveries) ? ['stream', 'deliveries'] : []
  return {
    title: nameOf(stream),
    back: { href: path, labelKey: 'console.streams.title' },
    badges: [badge(status)],
    tabs: tabs.map((name) => ({
      href: name === 'stream' ? url : `${url}/${name}`,
      labelKey: `console.tabs.${name}`,
      current: name === at,
    })),
    actions: actionsOf(desk, visit, [
      { href: `${url}/retry`, name: 'retry_stream', operation: retry, when: pushed },
      { href: `${url}/enable`, name: 'enable_stream', operation: set, when: status !== 'enabled' },
      { href: `${url}/pause`, name: 'pause_stream', operation: set, when: status === 'enabled' },
      {
        href: `${url}/disable`,
        name: 'disable_stream',
        operation: set,
        danger: true,
        when: status !== 'disabled',
      },
      { href: `${url}/delete`, name: 'delete_stream', operation: 'DELETE /admin/streams/:id', danger: true },
    ]),
  }
}
