import type { Command } from 'commander'

import type { App } from '../../../platform/app.ts'
import { answer, byCommandLine } from '../../../platform/command.ts'
import { transaction } from '../../../platform/db/index.ts'
import { changeUserStatus } from '../../accounts/index.ts'
import { demandRootRemains } from '../../authorization/index.ts'
import { endSessionsOf } from '../sessions/end-sessions.ts'
import { deleteUser } from './change-user.ts'
import { findPerson, listUsers, shown } from './find-users.ts'
import { named } from './named.ts'
import { ListUsers, type UserView } from './schema.ts'

type Parts = Pick<App, 'config' | 'db' | 'clock'>

interface Options {
  json?: boolean
  reason: string
}

interface ListOptions extends Options {
  q?: string
  status?: string
  role?: string
  limit: string
}

/** `gatehouse user list|show|disable|enable|end-sessions|delete` */
export function userCommands(group: Command, open: () => Promise<Parts>): void {
  group
    .command('list')
    .description('people, the newest first')
    .option('--q <text>', 'beginning of the address, user name or name')
    .option('--status <status>', 'pending, active, locked, disabled or deleted')
    .option('--role <role>', 'who holds it')
    .option('--limit <number>', 'at most', '50')
    .option('--json', 'print JSON')
    .action(async ({ json, ...asked }: ListOptions) => {
      const { items } = await listUsers(await open(), ListUsers.parse(asked))
      answer({ json }, items, items.map(line).join('\n'))
    })

  one('show', 'one person, by id, address or user name', async (parts, user) =>
    shown(await findPerson(parts.db, user.id, parts.clock.now())),
  )

  one('disable', 'nothing works for them any more, at once', async (parts, user, { reason }) => {
    await transaction(parts.db, async (tx) => {
      const at = parts.clock.now()
      await demandRootRemains(tx, at, user.id)
      await changeUserStatus(tx, at, byCommandLine, { userId: user.id, status: 'disabled', reason })
    })
    return shown(await findPerson(parts.db, user.id, parts.clock.now()))
  })

  one('enable', 'they may sign in again', async (parts, user, { reason }) => {
    const change = { userId: user.id, status: 'active', reason } as const
    await transaction(parts.db, (tx) => changeUserStatus(tx, parts.clock.now(), byCommandLine, change))
    return shown(await findPerson(parts.db, user.id, parts.clock.now()))
  })

  one('end-sessions', 'they are signed out everywhere, at once', async (parts, user) => ({
    id: user.id,
    ended: await endSessionsOf(parts, byCommandLine, user.id),
  }))

  one('delete', 'delete the account and what is known about the person', async (parts, user, { reason }) => {
    await deleteUser(parts, byCommandLine, user.id, reason)
    return { id: user.id, status: 'deleted' }
  })

  /** A command about one person. */
  function one(
    name: string,
    description: string,
    act: (parts: Parts, user: { id: string }, options: Options) => Promise<object>,
  ): void {
    group
      .command(`${name} <who>`)
      .description(description)
      .option('--reason <text>', 'why; stands in the audit log', 'command line')
      .option('--json', 'print JSON')
      .action(async (who: string, options: Options) => {
        const parts = await open()
        const done = await act(parts, await named(parts, who), options)
        const said = Object.entries(done).map(([key, value]) => `${key.padEnd(16)}${String(value)}`)
        answer(options, done, said.join('\n'))
      })
  }
}

const line = ({ id, status, email, username, roles }: UserView): string =>
  [id, status.padEnd(8), email ?? username ?? '', roles.filter((role) => role !== 'user').join(' ')]
    .join('  ')
    .trimEnd()
