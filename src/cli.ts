import { Command, CommanderError, InvalidArgumentError } from 'commander'

import type { CommandParts } from './app.ts'
import {
  type CommandGroup,
  type Elsewhere,
  notOverApi,
  onDatabaseAlone,
  type Roof,
  withExample,
} from './platform/command.ts'
import { Problem } from './platform/errors.ts'
import { isStartupError } from './platform/startup-error.ts'

/** THE list of every feature's commands. `start` loads none of them: what is not needed is not loaded. */
const groups: readonly (() => Promise<{ commands: CommandGroup<CommandParts> }>)[] = [
  () => import('./features/administration/index.ts'),
  () => import('./features/apis/index.ts'),
  () => import('./features/audit/index.ts'),
  () => import('./features/factors/index.ts'),
  () => import('./features/federation/index.ts'),
  () => import('./features/invitations/index.ts'),
  () => import('./features/keys/index.ts'),
  () => import('./features/notifications/index.ts'),
  () => import('./features/registration/index.ts'),
  () => import('./features/settings/index.ts'),
  () => import('./features/issuers/index.ts'),
  () => import('./features/claims/index.ts'),
  () => import('./features/terminal/index.ts'),
  () => import('./features/configuration/index.ts'),
  () => import('./features/logout/index.ts'),
  () => import('./features/imports/index.ts'),
  () => import('./features/signals/index.ts'),
  () => import('./features/samples/index.ts'),
  () => import('./features/webhooks/index.ts'),
  () => import('./features/jobs/index.ts'),
  () => import('./features/statistics/index.ts'),
]

/**
 * Runs one command and answers with the exit code. What goes wrong is one sentence on standard error. Commands work with
 * `given`, whoever closes that; else with what they open themselves.
 */
export async function runCommand(
  argv: readonly string[],
  given?: () => Promise<CommandParts>,
): Promise<number> {
  const closing: (() => Promise<void>)[] = []
  try {
    const program = argv[0] === 'start' ? rootProgram() : await everyCommand(closing, given)
    await program.parseAsync(argv, { from: 'user' })
    return Number(process.exitCode ?? 0) // a command may say more than that it went well
  } catch (error) {
    if (error instanceof CommanderError && !(error instanceof InvalidArgumentError)) return error.exitCode // it was said
    process.stderr.write(`${told(error)}\n`)
    return 1
  } finally {
    for (const close of closing.splice(0).reverse()) await close()
  }
}

/** THE tree of all commands, of which none has opened anything yet; what one opens is closed by `closing`. */
export async function everyCommand(
  closing: (() => Promise<void>)[],
  open: () => Promise<CommandParts> = opener(closing),
): Promise<Command> {
  const program = rootProgram()
  const migrate = program
    .command('migrate')
    .description('bring the database to this version and exit')
    .action(async () => {
      await open()
    })
  onDatabaseAlone(migrate, 'migrate')
  const { elsewhere } = await import('./features/terminal/index.ts')
  const chosen: { server?: string; local?: boolean } = {}
  program.hook('preAction', (_program, command) => void Object.assign(chosen, command.opts()))
  const there: Elsewhere = () => elsewhere(chosen)
  for (const group of groups) (await group()).commands(program, open, there)
  const doctor = await import('./features/doctor/index.ts')
  doctor.commands(program, roofOf(closing))
  const backups = await import('./features/backups/index.ts')
  backups.commands(program, roofOf(closing))
  return program
}

/** Its subcommands inherit how it ends: by an error that says with which exit code. */
function rootProgram(): Command {
  const program = new Command('gatehouse')
    .description('OpenID Provider and identity service')
    .exitOverride()
    .showHelpAfterError('(--help shows what there is)')
    .option('-V, --version', 'say which version this is') // bin/gatehouse.js does
  const start = program
    .command('start')
    .description('serve until told to stop (SIGTERM)')
    .action(async () => {
      const { main } = await import('./main.ts')
      await main()
    })
  notOverApi(withExample(start, 'start'), 'It is the service itself, on this machine.')
  return program
}

const roofOf = (closing: (() => Promise<void>)[]): Roof => ({
  async databases(config) {
    const { openDatabases } = await import('./databases.ts')
    const databases = await openDatabases(config, 'guest')
    closing.push(() => databases.close())
    return databases.urls
  },
})

/** Opens what commands need, once, beside a running service where there is one. */
function opener(closing: (() => Promise<void>)[]): () => Promise<CommandParts> {
  let opened: Promise<CommandParts> | undefined
  const open = async () => {
    const [{ readConfig }, { openDatabases }] = await Promise.all([
      import('./platform/config/index.ts'),
      import('./databases.ts'),
    ])
    const config = readConfig()
    const databases = await openDatabases(config, 'guest')
    closing.push(() => databases.close())
    const [{ openCommandParts }, { migrate }, { openLog }] = await Promise.all([
      import('./app.ts'),
      import('./platform/db/index.ts'),
      import('./platform/log.ts'),
    ])
    await migrate(databases.urls)
    const app = await openCommandParts({ config, databases: databases.urls, log: openLog('error') })
    closing.push(() => app.close())
    return app
  }
  return () => (opened ??= open())
}

const isSentence = (error: unknown): error is Error =>
  isStartupError(error) || error instanceof InvalidArgumentError

/** Nothing is said twice: neither a field in the sentence about all of them, nor what that sentence says already. */
function toldOf({ message, options: { detail: whole = '', fields = [] } }: Problem): string {
  const isOfOne = fields.some(({ field, detail }) => whole === `${field}: ${detail}`)
  const more = isOfOne ? fields : fields.filter(({ detail }) => !whole.includes(detail))
  const lines = [message, isOfOne ? '' : whole, ...more.map(({ field, detail }) => `  ${field}: ${detail}`)]
  return lines.filter((line) => line !== '').join('\n')
}

function told(error: unknown): string {
  if (error instanceof Problem) return toldOf(error)
  if (isSentence(error)) return error.message
  if (!(error instanceof Error)) return String(error)
  if (lostDatabase.has('code' in error ? String(error.code) : ''))
    return 'The database went away meanwhile; see whether it runs, and try again.'
  return error.stack ?? error.message
}

/** Node's codes and SQLSTATEs (PostgreSQL, appendix A) of a database that was there a moment ago. */
const lostDatabase = new Set(['ECONNREFUSED', 'ECONNRESET', '57P01', '57P02', '57P03', '53300'])
