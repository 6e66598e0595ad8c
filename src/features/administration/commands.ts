import type { App } from '../../platform/app.ts'
import { answer, byCommandLine, type CommandGroup } from '../../platform/command.ts'
import { transaction } from '../../platform/db/index.ts'
import { createUser } from '../accounts/index.ts'
import { assignRole } from '../authorization/index.ts'
import { checkPassword, passwordProblems, setPassword, type WithPasswords } from '../credentials/index.ts'
import type { WithSettings } from '../settings/index.ts'
import { ensureRootAdministrator, resetRootAdministrator } from './root-administrator.ts'
import { factorCommands } from './factors/commands.ts'
import { mergeCommands } from './merges/commands.ts'
import { sessionCommands } from './sessions/commands.ts'
import { roleCommands } from './roles/commands.ts'
import { userCommands } from './users/commands.ts'

type Parts = Pick<App, 'config' | 'db' | 'clock'> & WithPasswords & WithSettings

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
export const commands: CommandGroup<Parts> = (program, open) => {
  sessionCommands(program, open)
  program
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

  roleCommands(program, open)
  const people = program.command('user').description('accounts of people')
  userCommands(people, open)
  factorCommands(people, open)
  mergeCommands(people, open)
  people
    .command('create')
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
    .action(async (options: NewUser) => {
      const parts = await open()
      await warnOfWeakness(parts, options)
      const id = await makeUser(parts, options)
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

async function makeUser(parts: Parts, options: NewUser): Promise<string> {
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
