import type { Result, SpeedReport } from '../speed.ts'

interface Column {
  head: string
  width: number
  of(result: Result): string
}

const rounded = (value: number): string => value.toFixed(value < 10 ? 1 : 0)

const columns: readonly Column[] = [
  { head: 'at once', width: 8, of: ({ connections }) => String(connections) },
  { head: 'ours/s', width: 9, of: ({ perSecond }) => rounded(perSecond.gatehouse) },
  { head: 'other/s', width: 9, of: ({ perSecond }) => rounded(perSecond.other) },
  { head: 'ratio', width: 7, of: ({ ratio }) => ratio.toFixed(2) },
  { head: 'bar', width: 6, of: ({ bar }) => bar.toFixed(2) },
  { head: '', width: 7, of: ({ passed }) => (passed ? '' : ' missed') },
  { head: 'spread', width: 12, of: ({ spread: [low, high] }) => `${low.toFixed(2)}-${high.toFixed(2)}` },
  { head: 'cpu µs', width: 8, of: ({ cpu }) => rounded(cpu.gatehouse) },
  { head: 'db µs', width: 7, of: ({ cpu }) => rounded(cpu.database) },
  { head: 'other µs', width: 10, of: ({ cpu }) => rounded(cpu.other) },
  { head: 'p99 ms', width: 8, of: ({ p99Ms }) => rounded(p99Ms.gatehouse) },
  { head: 'SQL', width: 7, of: ({ statements }) => statements.toFixed(2) },
  { head: 'commits', width: 9, of: ({ commits }) => commits.toFixed(2) },
  { head: 'loop ms', width: 9, of: ({ eventLoopDelayMs }) => rounded(eventLoopDelayMs.p99) },
]

/** The table; below it, where one was asked for, where the time of each operation went. */
export function told({ operations, rounds, secondsEach }: SpeedReport): string {
  const lines = [`${' '.repeat(20)}${columns.map(({ head, width }) => head.padStart(width)).join('')}`]
  for (const [name, result] of Object.entries(operations))
    lines.push(name.padEnd(20) + columns.map(({ of, width }) => of(result).padStart(width)).join(''))
  lines.push(
    '',
    `Medians of ${rounds} rounds of ${secondsEach} s; "other" is the bare library in memory, for sign-ins argon2id hashes.`,
    'cpu and db are processor time for each, SQL and commits those of the database, loop the delay of the event loop (p99).',
  )
  for (const [name, { profile }] of Object.entries(operations)) {
    if (!profile) continue
    lines.push('', `${name}: where the main thread’s time goes`)
    const half = (shares: typeof profile.parts, place: number): string => {
      const one = shares[place]
      return one ? `${(one.share * 100).toFixed(1).padStart(5)} %  ${one.name}` : ''
    }
    for (let place = 0; place < Math.max(profile.parts.length, profile.functions.length); place++)
      lines.push(`${half(profile.parts, place).padEnd(44)}${half(profile.functions, place)}`.trimEnd())
  }
  return `${lines.join('\n')}\n`
}
