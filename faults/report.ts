import type { Tally } from './tally.ts'

export interface Report {
  fault: string
  /** Why it was left out; null where it was not. */
  skipped: string | null
  tally: Tally
  missed: string[]
}

const columns = ['rounds', 'acknowledged', 'lost', 'twice', 'refused', 'revived', 'gaps', 'errors'] as const

/** A table, and below it what was missed or is worth knowing. */
export function toTable(seed: number, reports: readonly Report[], what = 'fault'): string {
  const head = [what, ...columns, 'recovery']
  const rows = reports.map(({ fault, skipped, tally }) =>
    skipped === null
      ? [fault, ...columns.map((name) => String(tally[name])), recoveryOf(tally)]
      : [fault, ...columns.map(() => '-'), 'left out'],
  )
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`
  return [
    line(head),
    `| --- |${' ---: |'.repeat(head.length - 1)}`,
    ...rows.map(line),
    ...reports.flatMap(({ fault, skipped, tally, missed }) => [
      ...(skipped === null ? [] : [`left out: ${fault}: ${skipped}`]),
      ...missed.map((what) => `missed: ${fault}: ${what}`),
      ...tally.notes.map((what) => `note: ${fault}: ${what}`),
    ]),
    `seed ${seed}`,
    '',
  ].join('\n')
}

const recoveryOf = ({ recoveryMs }: Tally): string =>
  recoveryMs === null ? '-' : `${(recoveryMs / 1000).toFixed(1)} s`
