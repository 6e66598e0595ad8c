import { type Command, Option } from 'commander'
import type { z } from 'zod'

import { act, listing } from '../../../platform/act.ts'
import type { ApiCall } from '../../../platform/command.ts'
import { attributeNames } from '../attributes.ts'
import { jsonOrText } from '../json-or-text.ts'
import { type TokenKind, tokenKinds } from '../tokens.ts'
import type { MappingView } from './schema.ts'

type Mapping = z.input<typeof MappingView>

interface Source {
  attribute?: string | undefined
  value?: string | undefined
}

interface Typed extends Source {
  claim: string
  client?: string
  scope?: string
  into: TokenKind[]
}

/** False: `--no-…` was typed. */
interface Changed extends Source {
  id: string
  claim?: string
  client?: string | false
  scope?: string | false
  into?: TokenKind[]
}

/** `gatehouse claim add|list|update|remove` */
export function addMappingCommands(group: Command, call: ApiCall): void {
  const adding = act<Mapping, Typed>(group, call, {
    name: 'add <claim>',
    description: 'say something in tokens from now on',
    example: 'claim add mail --attribute email --scope profile --into id_token',
    does: 'POST /admin/claims',
    body: bodyOf,
    text: lineOf,
  })
  saying(adding)
    .option('--client <id>', 'for this client only; for all when none is named')
    .option('--scope <scope>', 'only where this scope is granted; third parties get nothing without one')
    .addOption(into().makeOptionMandatory())
  listing<Mapping>(group, call, {
    name: 'list',
    description: 'every claim that is added to tokens',
    example: 'claim list --json',
    does: 'GET /admin/claims',
    line: lineOf,
  })
  const changing = act<Mapping, Changed>(group, call, {
    name: 'update <id>',
    description: 'say something else from now on; what is not named stays',
    example: 'claim update 019ab3c0-… --attribute custom.team --scope profile',
    does: 'PATCH /admin/claims/:id',
    body: changeOf,
    text: lineOf,
  })
  saying(changing.option('--claim <claim>', 'by another name'))
    .option('--client <id>', 'for this client only')
    .option('--no-client', 'for every client')
    .option('--scope <scope>', 'only where this scope is granted')
    .option('--no-scope', 'under no scope')
    .addOption(into())
  act(group, call, {
    name: 'remove <id>',
    description: 'say it no more',
    example: 'claim remove 019ab3c0-…',
    does: 'DELETE /admin/claims/:id',
    json: (_, { id }) => ({ id, removed: true }),
    text: (_, { id }) => `${id} is removed`,
  })
}

const saying = (command: Command): Command =>
  command
    .option('--attribute <name>', `what of the person it says: ${attributeNames.join(', ')} or custom.FIELD`)
    .addOption(
      new Option('--value <json>', 'the same for everybody: JSON, or text as it is').conflicts('attribute'),
    )

const into = (): Option => new Option('--into <token...>', 'where it stands').choices(tokenKinds)

const bodyOf = ({ claim, client, scope, into: tokens, ...source }: Typed) => ({
  claim,
  client_id: client ?? null,
  scope: scope ?? null,
  tokens,
  ...sourceOf(source),
})

const changeOf = ({ claim, client, scope, into: tokens, ...source }: Changed) => ({
  ...(claim !== undefined && { claim }),
  ...(client !== undefined && { client_id: client === false ? null : client }),
  ...(scope !== undefined && { scope: scope === false ? null : scope }),
  ...(tokens !== undefined && { tokens }),
  ...sourceOf(source),
})

const sourceOf = ({ attribute, value }: Source) => ({
  ...(attribute !== undefined && { attribute }),
  ...(value !== undefined && { value: jsonOrText(value) }),
})

const lineOf = ({ id, claim, attribute, value, client_id: client, scope, tokens }: Mapping): string =>
  [
    ...[id, claim, attribute ?? JSON.stringify(value), client ?? 'every client', scope ?? 'no scope'],
    tokens.join(' '),
  ].join('  ')
