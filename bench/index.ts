/**
 * `npm run bench [-- <name>] [--json]`: measures, and prints what it measured; without a name, the speed of every operation.
 * Each bench is a file of this folder that exports `run`.
 */
const benches: Record<string, () => Promise<{ run(argv: readonly string[]): Promise<void> }>> = {
  concurrency: () => import('./concurrency.ts'),
  dark: () => import('./dark.ts'),
  export: () => import('./export.ts'),
  flat: () => import('./flat.ts'),
  import: () => import('./import.ts'),
  memory: () => import('./memory.ts'),
  people: () => import('./people.ts'),
  seed: () => import('./seed.ts'),
  speed: () => import('./speed.ts'),
  start: () => import('./start.ts'),
  statements: () => import('./statements.ts'),
  sweep: () => import('./sweep.ts'),
  timing: () => import('./timing.ts'),
}

const given = process.argv.slice(2)
const usual = given.includes('--concurrency') ? 'concurrency' : 'speed'
const [name = '', ...rest] = given[0]?.startsWith('--') === false ? given : [usual, ...given]
const bench = benches[name]
if (!bench) {
  process.stderr.write(`Say which: ${Object.keys(benches).join(', ')}.\n`)
  process.exitCode = 1
} else {
  await (await bench()).run(rest)
}
