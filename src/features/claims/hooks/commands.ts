import { type Command, Option } from 'commander'
import type { z } from 'zod'

import { act, listing } from '../../../platform/act.ts'
import type { App } from '../../../platform/app.ts'
import { answer, type ApiCall, byCommandLine, onDatabaseAlone } from '../../../platform/command.ts'
import { type TokenKind, tokenKinds } from '../tokens.ts'
import { rewrapHookSecrets } from './rewrap-secrets.ts'
import { type AddedHook, failureModes, type HookView } from './schema.ts'

type Hook = z.input<typeof HookView>

interface Typed {
  url: string
  client?: string
  scope?: string
  into: TokenKind[]
  timeout?: string
  cache?: string
  fail?: string
}

/** `gatehouse claim hook-add|hook-list|hook-remove|hook-rewrap` */
export function addHookCommands(
  group: Command,
  open: () => Promise<Pick<App, 'config' | 'db' | 'clock'>>,
  call: ApiCall,
): void {
  addAdding(group, call)
  listing<Hook>(group, call, {
    name: 'hook-list',
    description: 'every service that is asked for claims',
    example: 'claim hook-list',
    does: 'GET /admin/claim-hooks',
    line: lineOf,
  })
  act(group, call, {
    name: 'hook-remove <id>',
    description: 'ask it no more',
    example: 'claim hook-remove 019ab3c0-…',
    does: 'DELETE /admin/claim-hooks/:id',
    json: (_, { id }) => ({ id, removed: true }),
    text: (_, { id }) => `${id} is removed`,
  })
  const rewrap = group
    .command('hook-rewrap')
    .description('seal all secrets under the first of KEY_ENCRYPTION_KEY')
    .option('--json', 'answer as JSON')
    .action(async (options: { json?: true }) => {
      const done = await rewrapHookSecrets(await open(), byCommandLine)
      const lost = done.unopened.map((id) => `The secret of ${id} does not open; remove it and add it anew.`)
      const text = `Sealed ${done.rewrapped} anew; ${done.alreadyCurrent} had the current seal already.`
      answer(options, done, [text, ...lost].join('\n'))
    })
  onDatabaseAlone(rewrap, 'claim hook-rewrap')
}

function addAdding(group: Command, call: ApiCall): void {
  act<z.input<typeof AddedHook>, Typed>(group, call, {
    name: 'hook-add <url>',
    description: 'ask a service for claims from now on; the secret it is asked with is shown this once',
    example: 'claim hook-add https://crm.example.com/claims --scope crm --into access_token --fail closed',
    does: 'POST /admin/claim-hooks',
    body: bodyOf,
    text: ({ id, secret }) => `${id} is asked\nsecret: ${secret} (shown once)`,
  })
    .option('--client <id>', 'for this client only; for all when none is named')
    .option(
      '--scope <scope>',
      'only where this scope is granted; for third parties it is asked only with one',
    )
    .addOption(
      new Option('--into <token...>', 'where its claims stand').choices(tokenKinds).makeOptionMandatory(),
    )
    .option('--timeout <ms>', 'how long a token waits for it, 50 to 2000 (500)')
    .option('--cache <seconds>', 'how long an answer is good for, 0 to 3600 (60)')
    .addOption(
      new Option('--fail <how>', 'without an answer: a token without its claims, or none (closed)').choices(
        failureModes,
      ),
    )
}

/** What is no number goes as it was typed: the operation refuses it and names the field. */
const bodyOf = ({ url, client, scope, into, timeout, cache, fail }: Typed) => ({
  url,
  client_id: client ?? null,
  scope: scope ?? null,
  tokens: into,
  ...(timeout !== undefined && { timeout_ms: numberIn(timeout) }),
  ...(cache !== undefined && { cache_seconds: numberIn(cache) }),
  ...(fail !== undefined && { on_failure: fail }),
})

const numberIn = (text: string): number | string => (/^\d+$/.test(text) ? Number(text) : text)

const lineOf = ({ id, url, client_id: client, scope, tokens, on_failure: fails }: Hook): string =>
  [...[id, url, client ?? 'every client', scope ?? 'no scope', tokens.join(' ')], `fails ${fails}`].join('  ')
