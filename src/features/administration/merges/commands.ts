import type { Command } from 'commander'

import { act, listing } from '../../../platform/act.ts'
import type { ApiCall } from '../../../platform/command.ts'
import { idOf } from '../users/id-of.ts'

interface Typed {
  from: string
  into: string
  reason: string
}

interface Merge {
  id: string
  merged_user_id: string
  surviving_user_id: string
  merged_at: string
  undoable: boolean
  undo_until: string | null
}

/** `gatehouse user merge|unmerge|merges` */
export function mergeCommands(group: Command, call: ApiCall): void {
  act<Merge, Typed & { merged: string }>(group, call, {
    name: 'merge <from>',
    description: 'make two accounts of one person one; can be undone for some days',
    example: 'user merge ann@old.example --into ann@example.com --reason "the same person"',
    does: 'POST /admin/users/:id/merge',
    first: async (_, { from, into }) => ({ merged: await idOf(call, from), id: await idOf(call, into) }),
    body: ({ merged, reason }) => ({ merged_user_id: merged, reason }),
    text: (merge) =>
      `Merged ${merge.merged_user_id} into ${merge.surviving_user_id}. It can be undone ${untilOf(merge)}`,
  })
    .requiredOption('--into <who>', 'the account that stays, by id, address or user name')
    .requiredOption('--reason <text>', 'why; stands in the audit log')
  act<Merge, { id: string; reason: string }>(group, call, {
    name: 'unmerge <id>',
    description: 'undo a merge: what moved goes back',
    example: 'user unmerge 019ab3c0-… --reason "two persons after all"',
    does: 'POST /admin/merges/:id/undo',
    body: ({ reason }) => ({ reason }),
    text: ({ merged_user_id: merged }) => `Undone: ${merged} is back.`,
  }).requiredOption('--reason <text>', 'why; stands in the audit log')
  listing<Merge, { who: string }>(group, call, {
    name: 'merges <who>',
    description: 'the merges that an account was part of',
    example: 'user merges ann@example.com',
    does: 'GET /admin/users/:id/merges',
    first: async (_, { who }) => ({ id: await idOf(call, who) }),
    line: (merge) => `${merge.id}  ${merge.merged_user_id} into ${merge.surviving_user_id}`,
    none: 'None.',
  })
}

const untilOf = ({ id, undoable, undo_until: until }: Merge): string =>
  undoable ? `until ${until ?? ''}: gatehouse user unmerge ${id} --reason …` : 'not any more'
