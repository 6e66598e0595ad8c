import { type Command, Option } from 'commander'
import type { z } from 'zod'

import { act, inPages, listing } from '../../../platform/act.ts'
import type { ApiCall } from '../../../platform/command.ts'
import { errors } from '../errors.ts'
import { kind } from '../queue.ts'
import { deliveryStates, type DeliveryView } from '../schema.ts'
import type { ReplayView } from './schema.ts'

type Delivery = z.input<typeof DeliveryView>
type Replay = z.input<typeof ReplayView>

interface Wanted {
  id: string
  since?: string
  until?: string
  type?: string[]
  event?: string
}

/** `gatehouse webhook deliveries|retry|replay|replay-status` */
export function addDeliveryCommands(group: Command, call: ApiCall): void {
  inPages(
    listing<Delivery, { state?: string }>(group, call, {
      name: 'deliveries <id>',
      description: 'what a webhook was told lately and what became of it, newest first',
      example: 'webhook deliveries 019ab3c0-… --state expired',
      does: 'GET /admin/webhooks/:id/deliveries',
      query: ({ state }) => ({ state }),
      as: 'deliveries',
      line: lineOf,
    }),
  ).addOption(new Option('--state <state>', 'only those').choices(deliveryStates))
  act<{ retried: number }, { id: string; delivery?: string }>(group, call, {
    name: 'retry <id> [delivery]',
    description: 'try a dead letter again and what waits at once; all of the webhook unless one is named',
    example: 'webhook retry 019ab3c0-… 019ab3c4-…',
    does: 'POST /admin/deliveries/retry',
    first: demandEnabled,
    body: ({ id, delivery }) => ({ kind, destination: id, id: delivery }),
    text: ({ retried }) => `${retried} tried again`,
  })
  act<Replay, Wanted>(group, call, {
    name: 'replay <id>',
    description: 'tell a webhook again what has happened since a time, or one event; kept for thirty days',
    example: 'webhook replay 019ab3c0-… --since 2026-11-26T08:00:00Z',
    does: 'POST /admin/webhooks/:id/replay',
    body: ({ since, until, type, event }) => ({ since, until, types: type, event_id: event }),
    text: replayText,
  })
    .option('--since <time>', 'as in 2026-11-26T08:00:00Z')
    .option('--until <time>', 'now when none is named')
    .option('--type <type...>', 'of these types only; those it hears of when none is named')
    .option('--event <id>', 'this event')
  act<Replay, { id: string; replay: string }>(group, call, {
    name: 'replay-status <id> <replay>',
    description: 'how far a replay is',
    example: 'webhook replay-status 019ab3c0-… 019ab3d1-…',
    does: 'GET /admin/webhooks/:id/replays/:replay',
    text: replayText,
  })
}

/** Nothing is sent to one that is disabled. */
async function demandEnabled(call: ApiCall, at: { id: string }): Promise<object> {
  const { body } = await call({ does: 'GET /admin/webhooks/:id', at })
  const { state } = body as { state: string } // WebhookView, as JSON
  if (state === 'disabled') throw errors.webhook_disabled()
  return {}
}

const replayText = ({ id, queued, ended_at: at }: Replay): string =>
  at === null ? `${id} is queued by the service` : `${queued} queued`

function lineOf({ id, event_type: type, state, attempts, ...last }: Delivery): string {
  const { last_result: result, last_status: status } = last
  const said = result === null ? 'not tried yet' : `${attempts} tried, ${result} ${status ?? ''}`.trim()
  return [id, String(last.caused_at), type, state, said].join('  ')
}
