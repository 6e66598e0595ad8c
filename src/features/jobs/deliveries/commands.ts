import { type Command, InvalidArgumentError, Option } from 'commander'
import type { z } from 'zod'

import { act, inPages, listing } from '../../../platform/act.ts'
import type { App } from '../../../platform/app.ts'
import type { ApiCall, Elsewhere } from '../../../platform/command.ts'
import { gatewayTo } from '../../../platform/http/index.ts'
import { deliveryRoutes } from '../admin.routes.ts'
import { type DeliveryView, ListDeliveries } from '../schema.ts'

type Delivery = z.input<typeof DeliveryView>

interface Named {
  kind: string
  /** What a destination is called on the command line, as in `--client`. */
  destination: string
}

interface Typed {
  id?: string
  all?: true
  state?: string
  [destination: string]: unknown
}

/** `list` and `retry` for the deliveries of one channel. */
export function deliveryCommands(
  group: Command,
  open: () => Promise<Pick<App, 'config' | 'db' | 'clock'>>,
  elsewhere: Elsewhere | undefined,
  { kind, destination }: Named,
): void {
  const call = gatewayTo(async () => deliveryRoutes(await open()), elsewhere)
  listDeliveries(group, call, {
    query: (typed) => ({ kind, destination: textIn(typed, destination) }),
    item: ({ destination: to, ...delivery }) => ({ ...delivery, [destination]: to }),
  }).option(`--${destination} <id>`, `only those to this ${destination}`)

  retryDeliveries(group, call, (typed) => {
    const of = textIn(typed, destination)
    if (typed.id === undefined && of === undefined && !typed.all)
      throw new InvalidArgumentError(`name a delivery, a --${destination}, or --all`)
    return { kind, id: typed.id, destination: of }
  }).option(`--${destination} <id>`, `all to this ${destination}`)
}

/** `gatehouse delivery list | retry`: of every channel. */
export function addDeliveries(group: Command, call: ApiCall): void {
  listDeliveries(group, call, {
    query: ({ kind, destination }) => ({ kind: textOf(kind), destination: textOf(destination) }),
  })
    .option('--kind <kind>', 'only those of this kind')
    .option('--destination <id>', 'only those to this client, stream or webhook')
  retryDeliveries(group, call, ({ kind, destination, id }) => ({ kind, destination, id }))
    .requiredOption('--kind <kind>', 'those of this kind, as the list says')
    .option('--destination <id>', 'all to this client, stream or webhook')
}

interface Which {
  query(typed: Typed): Record<string, string | undefined>
  item?(delivery: Delivery): object
}

const listDeliveries = (group: Command, call: ApiCall, { query, item }: Which): Command =>
  inPages(
    listing<Delivery, Typed>(group, call, {
      name: 'list',
      description: 'what was to be told lately and what became of it, newest first',
      example: `${group.name()} list --state dead --limit 20`,
      does: 'GET /admin/deliveries',
      query: (typed) => ({ state: typed.state, ...query(typed) }),
      as: 'deliveries',
      ...(item && { item }),
      line: lineOf,
    }),
  ).addOption(
    new Option('--state <state>', 'only those; dead: refused or expired')
      .choices(ListDeliveries.shape.state.unwrap().options)
      .default('all'),
  )

const retryDeliveries = (group: Command, call: ApiCall, which: (typed: Typed) => object): Command =>
  act<{ retried: number }, Typed>(group, call, {
    name: 'retry [id]',
    description: 'try dead letters again for another two days, and what waits at once',
    example: group.name() === 'delivery' ? 'delivery retry --kind logout' : `${group.name()} retry --all`,
    does: 'POST /admin/deliveries/retry',
    body: which,
    text: ({ retried }) => `${retried} tried again`,
  }).option('--all', 'all there are')

const textOf = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined)

const textIn = (typed: Typed, name: string): string | undefined => textOf(typed[name])

function lineOf({ id, kind, destination, state, attempts, ...last }: Delivery): string {
  const { last_result: result, last_status: status } = last
  const said =
    result === null ? 'not tried yet' : `${attempts} tried, ${result}${status === null ? '' : ` ${status}`}`
  return [id, String(last.caused_at), kind, destination, state, said].join('  ')
}
