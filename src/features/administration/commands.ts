import type { App } from '../../platform/app.ts'
import {
  answer,
  type ApiCall,
  byCommandLine,
  type CommandGroup,
  overApi,
  onDatabaseAlone,
} from '../../platform/command.ts'
import { gatewayTo } from '../../platform/http/index.ts'
import { transaction } from '../../platform/db/index.ts'
import { createUser } from '../accounts/index.ts'
import { assignRole } from '../authorization/index.ts'
import { clientCommands } from '../clients/index.ts'
import { checkPassword, passwordProblems, setPassword, type WithPasswords } from '../credentials/index.ts'
import { lockoutCommands } from '../lockout/index.ts'
import { adminRoutes as settingRoutes, type WithSettings } from '../settings/index.ts'
import { assignmentCommands } from './assignments/commands.ts'
import { ensureRootAdministrator, resetRootAdministrator } from './root-administrator.ts'
import { factorCommands } from './factors/commands.ts'
import { mergeCommands } from './merges/commands.ts'
import { routes } from './routes.ts'
import { sessionCommands } from './sessions/commands.ts'
import { roleCommands } from './roles/commands.ts'
import { userCommands } from './users/commands.ts'
import { bounceCommand } from './mail/commands.ts'
import { waysInCommands } from './identities/commands.ts'

type Parts = Pick<App, 'cache' | 'config' | 'db' | 'clock' | 'outbound'> & WithPasswords & WithSettings

interface NewUser {
  email: string
  password: string
  username?: string
  name?: string
  role?: string
  verified?: boolean
  json?: boolean
}

/** `gatehouse bootstrap-admin`, `gatehouse user …`, `gatehouse role …` */
export const commands: CommandGroup<Parts> = (program, open, elsewhere) => {
  const call = gatewayTo(async () => {
    const parts = await open()
    return [...routes(parts), ...settingRoutes(parts)]
  }, elsewhere)
  sessionCommands(program, call)
  clientCommands(program, call)
  lockoutCommands(program, call)
  bounceCommand(program, call)
  const bootstrap = program
    .command('bootstrap-admin')
    .description('make the root administrator if there is none')
    .option('--reset', 'give the root administrator a new password and end their sessions')
    .option('--json', 'print JSON')
    .action(async (options: { reset?: boolean; json?: boolean }) => {
      const parts = await open()
      const root = options.reset
        ? await resetRootAdministrator(parts, byCommandLine)
        : await ensureRootAdministrator(parts)
      const said = root
        ? `${root.email}  ${root.oneTimePassword ?? '(the password in ROOT_ADMIN_PASSWORD)'}`
        : null
      answer(
        options,
        { email: root?.email ?? null, password: root?.oneTimePassword ?? null },
        said ?? 'There is a root administrator already; --reset gives a new password.',
      )
    })
  onDatabaseAlone(bootstrap, 'bootstrap-admin --reset')

  roleCommands(program, call)
  assignmentCommands(program, call)
  const people = program.command('user').description('accounts of people')
  userCommands(people, call)
  waysInCommands(people, call)
  factorCommands(people, call)
  mergeCommands(people, call)
  overApi(people.command('create'))
    .description('make an account with a password')
    .requiredOption('--email <address>', 'e-mail address')
    .requiredOption(
      '--password <password>',
      'password; at least 12 characters unless the setting says otherwise',
    )
    .option('--username <name>', 'name to sign in with, besides the address')
    .option('--name <name>', 'name to show')
    .option('--role <role>', 'root_admin, admin, support, auditor, user, or one of your own', 'user')
    .option('--verified', 'the address is known to be theirs')
    .option('--json', 'print JSON')
    .addHelpText('after', '\nExample:\n  gatehouse user create --email ann@example.com --password …')
    .action(async (options: NewUser) => {
      const api = elsewhere?.() ?? null
      const id = api ? await makeUserThere(api, options) : await makeUserHere(await open(), options)
      answer(options, { id }, `Created ${options.email} (${id}).`)
    })
}

/** Whoever runs commands here decides; a password that people would be refused is said to be weak. */
async function warnOfWeakness(parts: Parts, { email, username, password }: NewUser): Promise<void> {
  const problem = await checkPassword(
    parts,
    password,
    [email, username ?? ''].filter((word) => word !== ''),
  )
  if (problem) process.stderr.write(`warning: ${passwordProblems[problem]}\n`)
}

/** By the API passwords are judged as anybody's are. */
async function makeUserThere(call: ApiCall, options: NewUser): Promise<string> {
  const { email, password, username, name, verified, role } = options
  const body = { email, password, username, name, ...(verified && { email_verified: true }) }
  const made = await call({ does: 'POST /admin/users', body })
  const { id } = made.body as { id: string } // WholeUser, as JSON
  const given = { role, reason: 'command line' }
  if (role && role !== 'user') await call({ does: 'POST /admin/users/:id/roles', at: { id }, body: given })
  return id
}

async function makeUserHere(parts: Parts, options: NewUser): Promise<string> {
  await warnOfWeakness(parts, options)
  const hashed = await parts.passwords.hash(options.password)
  return transaction(parts.db, async (tx) => {
    const { email, username, name, verified: emailVerified } = options
    const user = await createUser(parts, tx, byCommandLine, { email, username, name, emailVerified })
    await setPassword(parts, tx, byCommandLine, user.id, hashed)
    if (options.role && options.role !== 'user') {
      const principal = { type: 'user', id: user.id } as const
      await assignRole(parts, tx, byCommandLine, { principal, role: options.role, reason: 'command line' })
    }
    return user.id
  })
}
