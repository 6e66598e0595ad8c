import type { Command } from 'commander'

import { act, inPages, listing } from '../../../platform/act.ts'
import { type ApiCall, groupNamed } from '../../../platform/command.ts'
import { idOf } from '../users/id-of.ts'

/** What is shown of an assignment. */
interface Held {
  role: string | null
  permission: string | null
  effect: string
  starts_at: string
  ends_at: string | null
}

/** `gatehouse permission list|give|take|explain`, `role holders` and `client roles` */
export function assignmentCommands(program: Command, call: ApiCall): void {
  const group = groupNamed(program, 'permission').description('what one may do by itself, beside roles')
  listing<{ name: string; description: string }>(group, call, {
    name: 'list',
    description: 'every permission there is',
    example: 'permission list',
    does: 'GET /admin/permissions',
    line: ({ name, description }) => `${name.padEnd(36)}${description}`,
  })
  addGive(group, call)
  addTake(group, call)
  addExplain(group, call)
  inPages(
    listing<Held & { holder: { type: string; id: string } }, { name: string }>(
      groupNamed(program, 'role'),
      call,
      {
        name: 'holders <name>',
        description: 'who holds a role, the newest first',
        example: 'role holders admin',
        does: 'GET /admin/roles/:name/holders',
        line: ({ holder, ...held }) => `${holder.type}  ${holder.id}  ${heldLine(held)}`,
      },
    ),
  )
  listing<Held, { id: string }>(groupNamed(program, 'client'), call, {
    name: 'roles <id>',
    description: 'roles and permissions of a service account, now or later',
    example: 'client roles gh_…',
    does: 'GET /admin/clients/:id/roles',
    line: heldLine,
  })
}

interface Typed {
  permission: string
  who: string
  client?: true
  deny?: true
  from?: string
  until?: string
  reason: string
}

const holderOf = async (call: ApiCall, { who, client }: Pick<Typed, 'who' | 'client'>) => ({
  kind: client ? 'clients' : 'users',
  id: client ? who : await idOf(call, who),
})

const effectOf = ({ deny }: { deny?: true | undefined }) => (deny ? 'deny' : 'allow')

function addGive(group: Command, call: ApiCall): void {
  const command = act<Held, Typed>(group, call, {
    name: 'give <permission> <who>',
    description: 'give one permission, or deny it; a denial beats every role',
    example: [
      'permission give users:read:any ann@example.com --until 2027-01-10T00:00:00Z',
      'permission give users:read:any gh_… --client --deny',
    ],
    does: 'POST /admin/:kind/:id/permissions',
    first: holderOf,
    body: ({ permission, deny, from, until, reason }) => ({
      ...{ permission, effect: effectOf({ deny }), reason },
      ...{ starts_at: from, ends_at: until },
    }),
    text: (held, { who }) => `${who}: ${heldLine(held)}`,
  })
  naming(command, 'deny it')
    .option('--from <time>', 'when it begins; else now')
    .option('--until <time>', 'when it ends by itself; else never')
}

function addTake(group: Command, call: ApiCall): void {
  const command = act<null, Typed>(group, call, {
    name: 'take <permission> <who>',
    description: 'take one permission away, or lift its denial; it counts at once',
    example: 'permission take users:read:any ann@example.com --reason "moved on"',
    does: 'DELETE /admin/:kind/:id/permissions/:permission',
    first: holderOf,
    query: (typed) => ({ effect: effectOf(typed), reason: typed.reason }),
    json: (_, { permission, who }) => ({ who, permission, taken: true }),
    text: (_, { permission, who }) => `${permission} is taken from ${who}.`,
  })
  naming(command, 'lift its denial')
}

interface Asked {
  permission: string
  who: string
  client?: true
  aboutClient?: string
}

interface Decision {
  allowed: boolean
  reason: string
  because: { via: string; source: string | null } | null
}

function addExplain(group: Command, call: ApiCall): void {
  act<Decision, Asked>(group, call, {
    name: 'explain <permission> <who>',
    description: 'whether somebody may do something now, and why',
    example: 'permission explain users:read:any ann@example.com',
    does: 'GET /admin/:kind/:id/access',
    first: holderOf,
    query: ({ permission, aboutClient }) => ({ permission, client_id: aboutClient }),
    text: ({ allowed, reason, because }, { permission, who }) =>
      [
        `${who} ${allowed ? 'may' : 'may not'} ${permission}: ${reason}`,
        ...(because ? [`by ${because.via}, ${because.source ?? 'which everybody has'}`] : []),
      ].join('\n'),
  })
    .option('--client', 'it is the client_id of a service account')
    .option('--about-client <id>', 'with this client only, not with any')
}

const naming = (command: Command, denying: string): Command =>
  command
    .option('--client', 'it is the client_id of a service account')
    .option('--deny', denying)
    .option('--reason <text>', 'why; stands in the audit log', 'command line')

const heldLine = ({ role, permission, effect, starts_at: from, ends_at: until }: Held): string =>
  [
    role ?? `${effect} ${permission ?? ''}`,
    `from ${from}`,
    ...(until === null ? [] : [`until ${until}`]),
  ].join('  ')
