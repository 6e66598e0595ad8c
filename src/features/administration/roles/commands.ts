import type { Command } from 'commander'

import { answer, type ApiAnswer, type ApiCall, overApi } from '../../../platform/command.ts'
import { GivenRole, Taken } from '../assignments/schema.ts'
import { idOf } from '../users/id-of.ts'
import { readTyped } from './read-typed.ts'
import { ChangeRole, NewRole, type RoleView } from './schema.ts'

/** `gatehouse role list|show|create|change|delete|assign|remove` */
export function roleCommands(program: Command, call: ApiCall): void {
  const group = program.command('role').description('what people and service accounts may do')
  addLooking(group, call)
  addWriting(group, call)
  addHolding(group, call)
}

function addLooking(group: Command, call: ApiCall): void {
  withExample(group.command('list').description('every role, the built-in ones first'), 'role list')
    .option('--json', 'print JSON')
    .action(async (options: { json?: boolean }) => {
      const { body } = await call({ does: 'GET /admin/roles' })
      const { items: all } = body as { items: RoleView[] } // RoleList, as JSON
      const line = ({ name, built_in: builtIn, description }: RoleView) =>
        `${name.padEnd(24)}${(builtIn ? 'built-in' : 'own').padEnd(10)}${description}`
      answer(options, all, all.map(line).join('\n'))
    })
  withExample(group.command('show <name>').description('a role and what it includes'), 'role show support')
    .option('--json', 'print JSON')
    .action(async (name: string, options: { json?: boolean }) => {
      const role = await roleOf(call({ does: 'GET /admin/roles/:name', at: { name } }))
      answer(options, role, described(role))
    })
}

interface Typed {
  description?: string
  permission?: string[]
  json?: boolean
}

function addWriting(group: Command, call: ApiCall): void {
  withExample(
    group.command('create <name>').description('make a role of your own'),
    'role create helpdesk --description "First line" --permission users:read:any users:recover:any',
  )
    .requiredOption('--description <text>', 'what it is for')
    .requiredOption('--permission <permission...>', 'what it includes; see docs/operations.md')
    .option('--json', 'print JSON')
    .action(async (name: string, { json, description, permission: permissions }: Typed) => {
      const given = readTyped(NewRole, { name, description, permissions })
      const role = await roleOf(call({ does: 'POST /admin/roles', body: given }))
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
      const role = await roleOf(call({ does: 'PATCH /admin/roles/:name', at: { name }, body: given }))
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
      const query = { take_away: options.takeAway === true, reason }
      await call({ does: 'DELETE /admin/roles/:name', at: { name }, query })
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

function addHolding(group: Command, call: ApiCall): void {
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
      const body = {
        ...{ role, reason },
        ...(from !== undefined && { starts_at: from }),
        ...(until !== undefined && { ends_at: until }),
      }
      readTyped(GivenRole, body)
      const at = await holderNamed(call, who, options)
      const { status, body: shown } = await call({ does: 'POST /admin/:kind/:id/roles', at, body })
      const changed = status === 201
      answer(options, shown, changed ? `${who} holds ${role}.` : `${who} held ${role} already.`)
    })

  withExample(
    holding(group.command('remove <role> <who>').description('take a role away; it counts at once')),
    'role remove admin ann@example.com --reason "moved on"',
  ).action(async (role: string, who: string, options: Holding) => {
    const { reason } = readTyped(Taken, { reason: options.reason })
    const at = { ...(await holderNamed(call, who, options)), role }
    await call({ does: 'DELETE /admin/:kind/:id/roles/:role', at, query: { reason } })
    const principal = { type: options.client ? 'client' : 'user', id: at.id }
    answer(options, { ...principal, role, removed: true }, `${who} does not hold ${role} any more.`)
  })
}

const holding = (command: Command): Command =>
  command
    .option('--client', 'it is the client_id of a service account')
    .option('--reason <text>', 'why; stands in the audit log', 'command line')
    .option('--json', 'print JSON')

/** Where the API has the roles of whom a command names. */
async function holderNamed(
  call: ApiCall,
  who: string,
  { client }: Holding,
): Promise<{ kind: 'clients' | 'users'; id: string }> {
  if (client) return { kind: 'clients', id: who }
  return { kind: 'users', id: await idOf(call, who) }
}

const roleOf = async (asked: Promise<ApiAnswer>): Promise<RoleView> => (await asked).body as RoleView // as JSON

const withExample = (command: Command, example: string): Command =>
  overApi(command).addHelpText('after', `\nExample:\n  gatehouse ${example}`)

const described = ({ name, description, permissions }: RoleView): string =>
  [name, `    ${description}`, ...permissions.map((one) => `    ${one}`)].join('\n')
