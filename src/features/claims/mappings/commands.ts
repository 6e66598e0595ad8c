import { type Command, Option } from 'commander'

import type { App } from '../../../platform/app.ts'
import { answer, byCommandLine } from '../../../platform/command.ts'
import { attributeNames } from '../attributes.ts'
import { jsonOrText } from '../json-or-text.ts'
import { type TokenKind, tokenKinds } from '../tokens.ts'
import { addMapping } from './add-mapping.ts'
import type { Mapping } from './mapping.ts'
import { viewOf } from './mapping-view.ts'
import { removeMapping } from './remove-mapping.ts'
import * as mappings from './repository.ts'
import type { NewMapping } from './schema.ts'

interface AddOptions {
  attribute?: NewMapping['attribute']
  value?: string
  client?: string
  scope?: string
  into: TokenKind[]
  json?: true
}

/** `gatehouse claim add|list|remove` */
export function addMappingCommands(group: Command, open: () => Promise<Pick<App, 'db' | 'clock'>>): void {
  group
    .command('add <claim>')
    .description('say something in tokens from now on')
    .addOption(new Option('--attribute <name>', 'what of the person it says').choices(attributeNames))
    .addOption(
      new Option('--value <json>', 'the same for everybody: JSON, or text as it is').conflicts('attribute'),
    )
    .option('--client <id>', 'for this client only; for all when none is named')
    .option('--scope <scope>', 'only where this scope is granted; third parties get nothing without one')
    .addOption(new Option('--into <token...>', 'where it stands').choices(tokenKinds).makeOptionMandatory())
    .option('--json', 'answer as JSON')
    .action(async (claim: string, options: AddOptions) => {
      const added = await addMapping(await open(), byCommandLine, inputOf(claim, options))
      answer(options, viewOf(added), listingOf(added))
    })
  group
    .command('list')
    .description('every claim that is added to tokens')
    .option('--json', 'answer as JSON')
    .action(async (options: { json?: true }) => {
      const all = await mappings.list((await open()).db)
      answer(options, all.map(viewOf), all.map(listingOf).join('\n'))
    })
  group
    .command('remove <id>')
    .description('say it no more')
    .option('--json', 'answer as JSON')
    .action(async (id: string, options: { json?: true }) => {
      await removeMapping(await open(), byCommandLine, id)
      answer(options, { id, removed: true }, `${id} is removed`)
    })
}

const inputOf = (claim: string, { attribute, value, client, scope, into }: AddOptions): NewMapping => ({
  claim,
  client_id: client ?? null,
  scope: scope ?? null,
  tokens: into,
  ...(attribute !== undefined && { attribute }),
  ...(value !== undefined && { value: jsonOrText(value) }),
})

const listingOf = ({ id, claim, source, clientId, scope, tokens }: Mapping): string =>
  [
    id,
    claim,
    'attribute' in source ? source.attribute : JSON.stringify(source.value),
    clientId ?? 'every client',
    scope ?? 'no scope',
    tokens.join(' '),
  ].join('  ')
