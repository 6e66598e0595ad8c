import type { Command } from 'commander'

import type { App } from '../../../platform/app.ts'
import { answer, byCommandLine } from '../../../platform/command.ts'
import { changeRole, createRole, deleteRole, type Principal } from '../../authorization/index.ts'
import { giveRole, takeRole } from '../assignments/assign.ts'
import { assignmentShown, GivenRole, Taken } from '../assignments/schema.ts'
import { named } from '../users/named.ts'
import { allRoles, findRole, ownRoleShown } from './find-roles.ts'
import { readTyped } from './read-typed.ts'
import { ChangeRole, NewRole, type RoleView } from './schema.ts'

type Open = () => Promise<Pick<App, 'config' | 'db' | 'clock'>>

/** `gatehouse role list|show|create|change|delete|assign|remove` */
export function roleCommands(program: Command, open: Open): void {
  const group = program.command('role').description('what people and service accounts may do')
  addLooking(group, open)
  addWriting(group, open)
  addHolding(group, open)
}

function addLooking(group: Command, open: Open): void {
  withExample(group.command('list').description('every role, the built-in ones first'), 'role list')
    .option('--json', 'print JSON')
    .action(async (options: { json?: boolean }) => {
      const all = await allRoles((await open()).db)
      const line = ({ name, built_in: builtIn, description }: RoleView) =>
        `${name.padEnd(24)}${(builtIn ? 'built-in' : 'own').padEnd(10)}${description}`
      answer(options, all, all.map(line).join('\n'))
    })
  withExample(group.command('show <name>').description('a role and what it includes'), 'role show support')
    .option('--json', 'print JSON')
    .action(async (name: string, options: { json?: boolean }) => {
      const role = await findRole((await open()).db, name)
      answer(options, role, described(role))
    })
}

interface Typed {
  description?: string
  permission?: string[]
  json?: boolean
}

function addWriting(group: Command, open: Open): void {
  withExample(
    group.command('create <name>').description('make a role of your own'),
    'role create helpdesk --description "First line" --permission users:read:any users:recover:any',
  )
    .requiredOption('--description <text>', 'what it is for')
    .requiredOption('--permission <permission...>', 'what it includes; see docs/operations.md')
    .option('--json', 'print JSON')
    .action(async (name: string, { json, description, permission: permissions }: Typed) => {
      const given = readTyped(NewRole, { name, description, permissions })
      const role = ownRoleShown(await createRole(await open(), byCommandLine, given))
      answer({ json }, role, described(role))
    })

  withExample(
    group
      .command('change <name>')
      .description('change what is named; the permissions are replaced as a whole'),
    'role change helpdesk --permission users:read:any',
  )
    .option('--description <text>', 'what it is for')
    .option('--permission <permission...>', 'all that it is to include')
    .option('--json', 'print JSON')
    .action(async (name: string, { json, description, permission: permissions }: Typed) => {
      const given = readTyped(ChangeRole, {
        ...(description !== undefined && { description }),
        ...(permissions !== undefined && { permissions }),
      })
      const role = ownRoleShown(await changeRole(await open(), byCommandLine, name, given))
      answer({ json }, role, described(role))
    })

  withExample(
    group.command('delete <name>').description('delete a role of your own; one that is held is refused'),
    'role delete helpdesk --take-away --reason "desk closed"',
  )
    .option('--take-away', 'take it from everybody who holds it')
    .option('--reason <text>', 'why; stands in the audit log', 'command line')
    .option('--json', 'print JSON')
    .action(async (name: string, options: { takeAway?: boolean; reason: string; json?: boolean }) => {
      const { reason } = readTyped(Taken, { reason: options.reason })
      await deleteRole(await open(), byCommandLine, name, { takeAway: options.takeAway === true, reason })
      answer(options, { name, deleted: true }, `${name} is deleted.`)
    })
}

interface Holding {
  client?: boolean
  from?: string
  until?: string
  reason: string
  json?: boolean
}

function addHolding(group: Command, open: Open): void {
  withExample(
    holding(
      group.command('assign <role> <who>').description('give a role, for a while or until it is taken'),
    ),
    'role assign admin ann@example.com --until 2027-01-10T00:00:00Z --reason "covers for Pat"',
  )
    .option('--from <time>', 'when it begins; else now')
    .option('--until <time>', 'when it ends by itself; else never')
    .action(async (role: string, who: string, options: Holding) => {
      const { from, until, reason } = options
      const given = readTyped(GivenRole, {
        ...{ role, reason },
        ...(from !== undefined && { starts_at: from }),
        ...(until !== undefined && { ends_at: until }),
      })
      const parts = await open()
      const principal = await holderNamed(parts, who, options)
      const window = { startsAt: given.starts_at, endsAt: given.ends_at }
      const { changed, assignment } = await giveRole(parts, byCommandLine, {
        ...{ principal, role, reason: given.reason },
        ...window,
      })
      const shown = assignment && assignmentShown(assignment, parts.clock.now())
      answer(options, shown, changed ? `${who} holds ${role}.` : `${who} held ${role} already.`)
    })

  withExample(
    holding(group.command('remove <role> <who>').description('take a role away; it counts at once')),
    'role remove admin ann@example.com --reason "moved on"',
  ).action(async (role: string, who: string, options: Holding) => {
    const { reason } = readTyped(Taken, { reason: options.reason })
    const parts = await open()
    const principal = await holderNamed(parts, who, options)
    await takeRole(parts, byCommandLine, { principal, role, reason })
    answer(options, { ...principal, role, removed: true }, `${who} does not hold ${role} any more.`)
  })
}

const holding = (command: Command): Command =>
  command
    .option('--client', 'it is the client_id of a service account')
    .option('--reason <text>', 'why; stands in the audit log', 'command line')
    .option('--json', 'print JSON')

async function holderNamed(
  parts: Pick<App, 'db' | 'clock'>,
  who: string,
  { client }: Holding,
): Promise<Principal> {
  if (client) return { type: 'client', id: who }
  return { type: 'user', id: (await named(parts, who)).id }
}

const withExample = (command: Command, example: string): Command =>
  command.addHelpText('after', `\nExample:\n  gatehouse ${example}`)

const described = ({ name, description, permissions }: RoleView): string =>
  [name, `    ${description}`, ...permissions.map((one) => `    ${one}`)].join('\n')
