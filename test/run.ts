import { spawn } from 'node:child_process'
import { globSync, readFileSync } from 'node:fs'
import { buffer } from 'node:stream/consumers'
import { parse } from 'yaml'

/** What `npm run test:services` runs; left to it where that follows anyway (TEST_SERVICES_FOLLOW), as in `.ci/run`. */
function leftToServices(): readonly string[] {
  if (process.env.TEST_SERVICES_FOLLOW === undefined) return []
  const { spec } = parse(readFileSync('test/services.mocharc.yml', 'utf8')) as { spec: string[] }
  return globSync(spec)
}

/**
 * `npm test [-- options of mocha]`: every test, in two processes side by side, for one would leave a core of two idle. Each has a
 * PostgreSQL server of its own. What the second says is shown when both are done.
 */
const left = new Set(leftToServices())
const files = globSync('test/**/*.test.ts')
  .filter((file) => !left.has(file))
  .toSorted()

const options = ['--no-package', '--require', './test/support/hooks.ts', '--timeout', '20000', '--exit']

const halves = [0, 1].map((half) => files.filter((_, index) => index % 2 === half))

const running = halves.map((half, index) =>
  spawn(
    process.execPath,
    [
      '--max-semi-space-size=64',
      'node_modules/mocha/bin/mocha.js',
      ...options,
      ...process.argv.slice(2),
      ...half,
    ],
    { stdio: ['ignore', index === 0 ? 'inherit' : 'pipe', 'inherit'] },
  ),
)

for (const signal of ['SIGINT', 'SIGTERM'] as const)
  process.on(signal, () => {
    for (const child of running) child.kill(signal)
  })

const said = running.map((child) => (child.stdout ? buffer(child.stdout) : Promise.resolve(Buffer.alloc(0))))

const codes = await Promise.all(
  running.map(
    (child) =>
      new Promise<number>((resolve) => {
        child.once('close', (code, signal) => {
          if (signal !== null) process.stderr.write(`A process of the tests was ended by ${signal}.\n`)
          resolve(code ?? 1)
        })
      }),
  ),
)
for (const output of said) process.stdout.write(await output)
process.exitCode = Math.max(...codes)
