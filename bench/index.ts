/**
 * `npm run bench [-- <name>] [--json]`, or `-- --help`: measures, and prints what it measured; without a name, the speed of every operation.
 * Each bench is a file of this folder that exports `run`.
 */
interface Bench {
  /** What may follow its name. */
  options: string
  load(): Promise<{ run(argv: readonly string[]): Promise<void> }>
}

const benches: Record<string, Bench> = {
  concurrency: { options: '--processes N, --json', load: () => import('./concurrency.ts') },
  dark: { options: '--json', load: () => import('./dark.ts') },
  export: { options: '--people N, --clients N', load: () => import('./export.ts') },
  flat: { options: '--scale SHARE, --rounds N, --seconds N, --json', load: () => import('./flat.ts') },
  import: { options: '--people N, --json', load: () => import('./import.ts') },
  memory: { options: '--json', load: () => import('./memory.ts') },
  people: { options: '--users N, --json', load: () => import('./people.ts') },
  seed: { options: '--database URL, --scale SHARE, --client ID, --json', load: () => import('./seed.ts') },
  speed: { options: '--short, --profile, --only OPERATION,…, --json', load: () => import('./speed.ts') },
  start: { options: '--json', load: () => import('./start.ts') },
  statements: { options: '--json', load: () => import('./statements.ts') },
  sweep: { options: '--rows N, --rounds N, --seconds N, --json', load: () => import('./sweep.ts') },
  timing: { options: '--samples N, --json', load: () => import('./timing.ts') },
}

function help(): string {
  const lines = Object.entries(benches).map(([name, { options }]) => `  ${name.padEnd(12)}${options}`)
  const told = 'Measures, and prints what it measured: npm run bench -- NAME, without a name speed.'
  return `${told}\n\n${lines.join('\n')}\n`
}

const given = process.argv.slice(2)
const usual = given.includes('--concurrency') ? 'concurrency' : 'speed'
const [name = '', ...rest] = given[0]?.startsWith('--') === false ? given : [usual, ...given]
const bench = benches[name]
if (given.includes('--help')) {
  process.stdout.write(help())
} else if (!bench) {
  process.stderr.write(`Say which: ${Object.keys(benches).join(', ')}.\n`)
  process.exitCode = 1
} else {
  await (await bench.load()).run(rest)
}
