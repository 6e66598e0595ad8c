import type { Command } from 'commander'

import { act } from '../../../platform/act.ts'
import type { ApiCall } from '../../../platform/command.ts'
import { idOf } from '../users/id-of.ts'

interface Typed {
  who: string
  id: string
  reason: string
}

interface Factors {
  items: { id: string; kind: string; name: string; created_at: string }[]
  recovery_codes_left: number
}

/** `gatehouse user factors|reset-factors` */
export function factorCommands(group: Command, call: ApiCall): void {
  const first = async (_: ApiCall, { who }: Typed) => ({ id: await idOf(call, who) })
  act<Factors, Typed>(group, call, {
    name: 'factors <who>',
    description: 'what confirms their sign-ins a second time',
    example: 'user factors ann@example.com',
    does: 'GET /admin/users/:id/factors',
    first,
    text: ({ items, recovery_codes_left: left }) =>
      [
        ...items.map(({ id, kind, name, created_at: at }) => [id, kind, name, `since ${at}`].join('  ')),
        `${left} recovery codes left`,
      ].join('\n'),
  })
  act<{ passkeys_left: boolean }, Typed>(group, call, {
    name: 'reset-factors <who>',
    description: 'remove all second factors of somebody who lost them, and sign them out everywhere',
    example: 'user reset-factors ann@example.com --reason "showed a passport at the desk"',
    does: 'DELETE /admin/users/:id/factors',
    first,
    query: ({ reason }) => ({ reason }),
    json: ({ passkeys_left: passkeysLeft }, { id }) => ({ id, passkeysLeft }),
    text: ({ passkeys_left: left }, { who }) =>
      `Removed the second factors of ${who}, who was told by letter.${left ? ' Passkeys stay; delete those that are lost as well.' : ''}`,
  }).requiredOption('--reason <text>', 'why, and how you know who it is; stands in the audit log')
}
