import { type Command, Option } from 'commander'

import type { App } from '../../../platform/app.ts'
import { answer, byCommandLine } from '../../../platform/command.ts'
import { type TokenKind, tokenKinds } from '../tokens.ts'
import { addHook } from './add-hook.ts'
import type { Hook } from './hook.ts'
import { viewOf } from './hook-view.ts'
import { removeHook } from './remove-hook.ts'
import * as hooks from './repository.ts'
import { rewrapHookSecrets } from './rewrap-secrets.ts'
import { failureModes, type NewHook } from './schema.ts'

type Open = () => Promise<Pick<App, 'config' | 'db' | 'clock' | 'outbound'>>

interface AddOptions {
  client?: string
  scope?: string
  into: TokenKind[]
  timeout?: string
  cache?: string
  fail?: Hook['onFailure']
  json?: true
}

/** `gatehouse claim hook-add|hook-list|hook-remove|hook-rewrap` */
export function addHookCommands(group: Command, open: Open): void {
  addAdding(group, open)
  group
    .command('hook-list')
    .description('every service that is asked for claims')
    .option('--json', 'answer as JSON')
    .action(async (options: { json?: true }) => {
      const all = await hooks.list((await open()).db)
      answer(options, all.map(viewOf), all.map(listingOf).join('\n'))
    })
  group
    .command('hook-remove <id>')
    .description('ask it no more')
    .option('--json', 'answer as JSON')
    .action(async (id: string, options: { json?: true }) => {
      await removeHook(await open(), byCommandLine, id)
      answer(options, { id, removed: true }, `${id} is removed`)
    })
  group
    .command('hook-rewrap')
    .description('seal all secrets under the first of KEY_ENCRYPTION_KEY')
    .option('--json', 'answer as JSON')
    .action(async (options: { json?: true }) => {
      const done = await rewrapHookSecrets(await open(), byCommandLine)
      const lost = done.unopened.map((id) => `The secret of ${id} does not open; remove it and add it anew.`)
      const text = `Sealed ${done.rewrapped} anew; ${done.alreadyCurrent} had the current seal already.`
      answer(options, done, [text, ...lost].join('\n'))
    })
}

function addAdding(group: Command, open: Open): void {
  group
    .command('hook-add <url>')
    .description('ask a service for claims from now on; the secret it is asked with is shown this once')
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
    .option('--json', 'answer as JSON')
    .action(async (url: string, options: AddOptions) => {
      const { hook, secret } = await addHook(await open(), byCommandLine, inputOf(url, options))
      answer(options, { ...viewOf(hook), secret }, `${hook.id} is asked\nsecret: ${secret} (shown once)`)
    })
}

/** What is no number becomes NaN, which the schema refuses. */
const inputOf = (url: string, { client, scope, into, timeout, cache, fail }: AddOptions): NewHook => ({
  url,
  client_id: client ?? null,
  scope: scope ?? null,
  tokens: into,
  ...(timeout !== undefined && { timeout_ms: Number(timeout) }),
  ...(cache !== undefined && { cache_seconds: Number(cache) }),
  ...(fail !== undefined && { on_failure: fail }),
})

const listingOf = ({ id, url, clientId, scope, tokens, onFailure }: Hook): string =>
  [
    ...[id, url, clientId ?? 'every client', scope ?? 'no scope', tokens.join(' ')],
    `fails ${onFailure}`,
  ].join('  ')
