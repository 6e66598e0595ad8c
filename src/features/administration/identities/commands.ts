import type { Command } from 'commander'

import { act, listing } from '../../../platform/act.ts'
import type { ApiCall } from '../../../platform/command.ts'
import { idOf } from '../users/id-of.ts'

interface Identity {
  id: string
  provider: string
  subject: string
  label: string | null
}

interface Passkey {
  id: string
  name: string
  purpose: string
  created_at: string
  last_used_at: string | null
}

interface Typed {
  who: string
  which: string
  reason: string
}

const first = async (call: ApiCall, { who }: { who: string }) => ({ id: await idOf(call, who) })

/** `gatehouse user identities|disconnect|passkeys|delete-passkey`: what opens an account besides a password. */
export function waysInCommands(group: Command, call: ApiCall): void {
  listing<Identity, Typed>(group, call, {
    name: 'identities <who>',
    description: 'accounts elsewhere that open theirs',
    example: 'user identities ann@example.com',
    does: 'GET /admin/users/:id/identities',
    first,
    line: ({ id, provider, subject, label }) => [id, provider, subject, label ?? ''].join('  ').trimEnd(),
    none: 'None.',
  })
  taking(
    act<{ way_in_left: boolean }, Typed>(group, call, {
      name: 'disconnect <who> <which>',
      description: 'let an account elsewhere open theirs no more; ids are in “identities”',
      example: 'user disconnect ann@example.com 019ab3c0-…',
      does: 'DELETE /admin/users/:id/identities/:which',
      first,
      query: ({ reason }) => ({ reason }),
      text: taken,
    }),
  )
  listing<Passkey, Typed>(group, call, {
    name: 'passkeys <who>',
    description: 'their passkeys and security keys',
    example: 'user passkeys ann@example.com',
    does: 'GET /admin/users/:id/passkeys',
    first,
    line: ({ id, purpose, name, created_at: made, last_used_at: used }) =>
      [id, purpose, name, `made ${made}`, used === null ? 'never used' : `used ${used}`].join('  '),
    none: 'None.',
  })
  taking(
    act<{ way_in_left: boolean }, Typed>(group, call, {
      name: 'delete-passkey <who> <which>',
      description: 'delete one of their passkeys; ids are in “passkeys”',
      example: 'user delete-passkey ann@example.com 019ab3c0-… --reason "lost the key"',
      does: 'DELETE /admin/users/:id/passkeys/:which',
      first,
      query: ({ reason }) => ({ reason }),
      text: taken,
    }),
  )
}

const taking = (command: Command): Command =>
  command.option('--reason <text>', 'why; stands in the audit log', 'command line')

const taken = ({ way_in_left: left }: { way_in_left: boolean }): string =>
  left ? 'Done.' : 'Done. Nothing opens their account any more: help them to a password.'
