import type { PageRoute } from '../../../platform/http/index.ts'
import { type Act, actPages } from '../acts.ts'
import { filled, filter, type ListQuery, nextUrl } from '../lists.ts'
import type { Console } from '../parts.ts'
import { screenPage } from '../screen-page.ts'
import {
  badge,
  cell,
  type Cell,
  code,
  found,
  type Found,
  list,
  type Section,
  table,
  text,
  time,
} from '../shown.ts'
import type { Visit } from '../visit/at-console.ts'

const path = '/console/jobs'

const retry = 'POST /admin/jobs/:id/retry'
const discard = 'DELETE /admin/jobs/:id'
const retryReaction = 'POST /admin/reactions/:event_id/:reaction/retry'
const retryDelivery = 'POST /admin/deliveries/retry'

const acts: readonly Act[] = [
  {
    name: 'retry_job',
    screen: 'jobs',
    path: `${path}/:id/retry`,
    operation: retry,
    asked: ({ params: { id = '' } }) => ({ params: { id } }),
    cancel: () => path,
  },
  {
    name: 'discard_job',
    screen: 'jobs',
    path: `${path}/:id/discard`,
    operation: discard,
    danger: true,
    asked: ({ params: { id = '' } }) => ({ params: { id } }),
    cancel: () => path,
  },
  {
    name: 'retry_reaction',
    screen: 'jobs',
    path: `${path}/reactions/:event_id/:reaction/retry`,
    operation: retryReaction,
    asked: ({ params: { event_id = '', reaction = '' } }) => ({ params: { event_id, reaction } }),
    cancel: () => `${path}/reactions`,
  },
  {
    name: 'retry_delivery',
    screen: 'jobs',
    path: `${path}/deliveries/:kind/:id/retry`,
    operation: retryDelivery,
    asked: ({ params: { kind = '', id = '' } }) => ({ body: { kind, id } }),
    cancel: () => `${path}/deliveries`,
  },
]

interface Part {
  name: string
  operation: string
  filters: { name: string; words: readonly string[] }[]
  columns(may: (operation: string) => boolean): Record<string, (item: Found) => Cell>
}

const link = (shown: boolean, word: string, href: string): Cell =>
  shown ? cell(word, { kind: 'badge', href, tone: word === 'discard' ? 'bad' : null }) : cell(null)

const inPath = (value: unknown): string => encodeURIComponent(text(value))

/** Work of three kinds: what the queue does, how features react to events, and what other servers are told. */
const parts: readonly Part[] = [
  {
    name: 'jobs',
    operation: 'GET /admin/jobs',
    filters: [{ name: 'state', words: ['failed', 'waiting', 'running', 'scheduled', 'dead', 'all'] }],
    columns: (may) => ({
      job: ({ name }) => code(name),
      state: ({ state }) => badge(state),
      attempts: ({ attempts, most_attempts: most }) => cell(`${text(attempts)}/${text(most)}`),
      error: ({ last_error: error }) => cell(error, { kind: 'long' }),
      due: ({ due_at: at }) => time(at),
      act: ({ id, state }) => link(may(retry) && isFailed(state), 'retry', `${path}/${inPath(id)}/retry`),
      discard: ({ id, state }) =>
        link(may(discard) && isFailed(state), 'discard', `${path}/${inPath(id)}/discard`),
    }),
  },
  {
    name: 'reactions',
    operation: 'GET /admin/reactions',
    filters: [],
    columns: (may) => ({
      reaction: ({ reaction }) => code(reaction),
      event: ({ type }) => code(type),
      published: ({ published_at: at }) => time(at),
      given_up: ({ given_up_at: at }) => time(at),
      act: ({ event_id: id, reaction }) =>
        link(may(retryReaction), 'retry', `${path}/reactions/${inPath(id)}/${inPath(reaction)}/retry`),
    }),
  },
  {
    name: 'deliveries',
    operation: 'GET /admin/deliveries',
    filters: [{ name: 'state', words: ['dead', 'waiting', 'delivered', 'all'] }],
    columns: (may) => ({
      kind: ({ kind }) => badge(kind),
      destination: ({ destination }) => code(destination),
      state: ({ state }) => badge(state),
      attempts: ({ attempts }) => cell(attempts),
      answer: ({ last_result: result, last_status: status }) => cell(status ?? result),
      at: ({ caused_at: at }) => time(at),
      act: ({ id, kind, state }) =>
        link(
          may(retryDelivery) && state !== 'delivered',
          'retry',
          `${path}/deliveries/${inPath(kind)}/${inPath(id)}/retry`,
        ),
    }),
  },
]

const isFailed = (state: unknown): boolean => state === 'failing' || state === 'dead'

const urlOf = ({ name }: Part): string => (name === 'jobs' ? path : `${path}/${name}`)

export const jobPages = (desk: Console): PageRoute[] => [
  ...parts.flatMap((part) =>
    screenPage(desk, {
      path: urlOf(part),
      screen: 'jobs',
      summary: `List ${part.name}`,
      needs: [part.operation],
      show: async ({ visit, query }) => ({
        leadKey: `console.jobs.${part.name}`,
        tabs: parts.map((other) => ({
          href: urlOf(other),
          labelKey: `console.tabs.${other.name}`,
          current: other === part,
        })),
        filters: part.filters.map(({ name, words }) => filter(query, name, 'select', words)),
        sections: [await tableOf(desk, visit, part, query)],
      }),
    }),
  ),
  ...actPages(desk, acts),
]

async function tableOf(
  { operations }: Console,
  { caller }: Visit,
  part: Part,
  query: ListQuery,
): Promise<Section> {
  const asked = filled(
    query,
    part.filters.map(({ name }) => name),
  )
  const { body } = await operations.run(caller, part.operation, { query: asked })
  const { items, next } = found(body)
  return table(
    list(items),
    part.columns((operation) => operations.allows(caller, operation)),
    {
      emptyKey: `console.jobs.no_${part.name}`,
      nextUrl: nextUrl(urlOf(part), asked, next),
    },
  )
}
