import { type Command, Option } from 'commander'
import type { z } from 'zod'

import { act, listing } from '../../../platform/act.ts'
import type { ApiCall } from '../../../platform/command.ts'
import { attributeNames } from '../attributes.ts'
import { jsonOrText } from '../json-or-text.ts'
import { type TokenKind, tokenKinds } from '../tokens.ts'
import type { MappingView } from './schema.ts'

type Mapping = z.input<typeof MappingView>

interface Typed {
  claim: string
  attribute?: string
  value?: string
  client?: string
  scope?: string
  into: TokenKind[]
}

/** `gatehouse claim add|list|remove` */
export function addMappingCommands(group: Command, call: ApiCall): void {
  act<Mapping, Typed>(group, call, {
    name: 'add <claim>',
    description: 'say something in tokens from now on',
    example: 'claim add mail --attribute email --scope profile --into id_token',
    does: 'POST /admin/claims',
    body: bodyOf,
    text: lineOf,
  })
    .option('--attribute <name>', `what of the person it says: ${attributeNames.join(', ')} or custom.FIELD`)
    .addOption(
      new Option('--value <json>', 'the same for everybody: JSON, or text as it is').conflicts('attribute'),
    )
    .option('--client <id>', 'for this client only; for all when none is named')
    .option('--scope <scope>', 'only where this scope is granted; third parties get nothing without one')
    .addOption(new Option('--into <token...>', 'where it stands').choices(tokenKinds).makeOptionMandatory())
  listing<Mapping>(group, call, {
    name: 'list',
    description: 'every claim that is added to tokens',
    example: 'claim list --json',
    does: 'GET /admin/claims',
    line: lineOf,
  })
  act(group, call, {
    name: 'remove <id>',
    description: 'say it no more',
    example: 'claim remove 019ab3c0-…',
    does: 'DELETE /admin/claims/:id',
    json: (_, { id }) => ({ id, removed: true }),
    text: (_, { id }) => `${id} is removed`,
  })
}

const bodyOf = ({ claim, attribute, value, client, scope, into }: Typed) => ({
  claim,
  client_id: client ?? null,
  scope: scope ?? null,
  tokens: into,
  ...(attribute !== undefined && { attribute }),
  ...(value !== undefined && { value: jsonOrText(value) }),
})

const lineOf = ({ id, claim, attribute, value, client_id: client, scope, tokens }: Mapping): string =>
  [
    ...[id, claim, attribute ?? JSON.stringify(value), client ?? 'every client', scope ?? 'no scope'],
    tokens.join(' '),
  ].join('  ')
