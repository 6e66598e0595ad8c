import { type Command, Option } from 'commander'
import type { z } from 'zod'

import { act, inPages, listing } from '../../../platform/act.ts'
import type { ApiCall } from '../../../platform/command.ts'
import { auditClasses } from '../actions.ts'
import type { ChainView, ListRecords, RecordPage } from './schema.ts'

type Asked = z.input<typeof ListRecords>
type Typed = Omit<Asked, 'limit' | 'after' | 'request_id'> & { requestId?: string }
type Chain = z.input<typeof ChainView>
type Shown = z.input<typeof RecordPage>['items'][number]

/** `audit list` and `audit status` */
export function addReading(group: Command, call: ApiCall): void {
  inPages(
    listing<Shown, Typed>(group, call, {
      name: 'list',
      description: 'records, newest first; that they were read is itself recorded',
      example: 'audit list --action client.created --since 2026-11-01T00:00:00Z',
      does: 'GET /admin/audit-logs',
      query: ({ actor, target, action, class: of, outcome, requestId, since, until }) => ({
        ...{ actor, target, action, class: of, outcome, request_id: requestId, since, until },
      }),
      as: 'records',
      line: recordLine,
    }),
  )
    .option('--actor <id>', 'who did it')
    .option('--target <id>', 'to whom or what')
    .option('--action <action>', 'like client.created')
    .addOption(new Option('--class <class>', 'only those').choices(auditClasses))
    .addOption(new Option('--outcome <outcome>', 'only those').choices(['success', 'failure', 'denied']))
    .option('--request-id <id>', 'of the request that it was done in')
    .option('--since <time>', 'like 2026-11-26T00:00:00Z')
    .option('--until <time>', 'before then')
  act<Chain>(group, call, {
    name: 'status',
    description: 'how far the log is chained and signed for',
    example: 'audit status --json',
    does: 'GET /admin/audit/chain',
    text: ({ chains, waiting }) =>
      [...chains.map(chainLine), `${waiting} records wait to be chained`].join('\n'),
  })
}

/** A record of the audit log in a line. */
export const recordLine = (one: Shown): string =>
  [
    ...[one.recorded_at, one.action, one.outcome, `${one.actor.type}:${one.actor.id ?? '-'}`],
    one.target === null ? '-' : `${one.target.type}:${one.target.id ?? '-'}`,
    one.reason ?? '',
  ].join('  ')

function chainLine({
  class: of,
  sequence,
  checkpoint,
  links_since_checkpoint: since,
}: Chain['chains'][number]): string {
  const signed = checkpoint
    ? `signed through ${checkpoint.sequence}${checkpoint.vouched ? '' : ' BY A KEY THAT IS NOT OURS'}`
    : 'not signed yet'
  return `${of.padEnd(10)}  ${sequence} links, ${signed}, ${since} since`
}
