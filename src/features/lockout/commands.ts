import type { Command } from 'commander'

import { act, listing } from '../../platform/act.ts'
import type { ApiCall } from '../../platform/command.ts'

interface Standing {
  kind: string
  failures: number
  blocked_until: string | null
  stopped: boolean
}

interface Typed {
  login: string
}

/** `gatehouse lockout show|lift` */
export function lockoutCommands(program: Command, call: ApiCall): void {
  const group = program.command('lockout').description('wrong passwords tried on an account')
  named(
    listing<Standing, Typed>(group, call, {
      name: 'show',
      description: 'what stands against a name',
      example: 'lockout show --login ann@example.com',
      does: 'GET /admin/lockouts',
      query: ({ login }) => ({ login }),
      line: describe,
      none: 'Nothing stands against this name.',
    }),
  )
  named(
    act<{ lifted: number }, Typed>(group, call, {
      name: 'lift',
      description: 'forget all of it',
      example: 'lockout lift --login ann@example.com',
      does: 'POST /admin/lockouts/lift',
      body: ({ login }) => ({ login }),
      text: ({ lifted }) => (lifted === 0 ? 'Nothing stood against this name.' : 'Lifted.'),
    }),
  )
}

const named = (command: Command): Command =>
  command.requiredOption('--login <name>', 'e-mail address or user name')

function describe({ kind, failures, blocked_until: until, stopped }: Standing): string {
  const state = stopped ? 'refused until lifted' : until === null ? 'open' : `refused until ${until}`
  return `${kind.padEnd(18)} ${String(failures).padStart(4)} in a row  ${state}`
}
