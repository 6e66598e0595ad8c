import cluster from 'node:cluster'

import { commandLine } from './command-line.ts'
import { type Config, readConfig } from './platform/config/index.ts'
import { type Running, start } from './start.ts'

/** `gatehouse start`: serves until told to stop. */
export async function main(): Promise<void> {
  const config = readConfig()
  const patience = lastResortMs(config)
  if (config.webConcurrency === 1) return runService(start(config), patience)
  const { startPrimary, startWorker } = await import('./cluster.ts')
  if (cluster.isPrimary) return runService(startPrimary(config), patience)
  await runUntilStopped(startWorker(config), patience)
}

async function runService(starting: Promise<Running>, patience: number): Promise<void> {
  const running = await runUntilStopped(starting, patience)
  process.stdout.write(greeting(running))
}

/**
 * Milliseconds after which a stop that hangs is ended: the drain, at its longest; what requests under way get; and three seconds.
 * With a drain as usual that is 28 s, and orchestrators kill after 30.
 */
const lastResortMs = ({ drainSeconds }: Pick<Config, 'drainSeconds'>): number =>
  Math.max(28_000, 2_000 * drainSeconds + 18_000)

/**
 * Stops on SIGTERM and SIGINT, also when they come before the start is done. A second SIGINT, from someone who presses
 * Ctrl-C again, does not wait; a second SIGTERM changes nothing.
 */
async function runUntilStopped(starting: Promise<Running>, patience: number): Promise<Running> {
  let stopping = false
  const stop = (signal: string) => {
    if (stopping && signal === 'SIGINT') process.exit(130)
    if (stopping) return
    stopping = true
    setTimeout(() => process.exit(1), patience).unref()
    starting.then(
      (running) => {
        end(running, signal)
      },
      () => undefined, // told by who waits for the start
    )
  }
  process.on('SIGTERM', stop)
  process.on('SIGINT', stop)
  const running = await starting
  void running.failed?.then(async (sentence) => {
    process.stderr.write(`${sentence}\n`)
    if (!stopping) await running.stop().catch(() => undefined)
    process.exit(1)
  })
  return running
}

function end(running: Running, signal: string): void {
  running.log.info({ signal }, 'stopping')
  running.stop().then(
    () => process.exit(0),
    (error: unknown) => {
      running.log.error({ err: error }, 'stopping failed')
      process.exit(1)
    },
  )
}

function greeting({ config, root, where }: Running): string {
  const lines: [string, string][] = [['Issuer', config.issuer]]
  lines.push(['Console', `${config.issuer}/console`])
  if (!config.production) lines.push(['Try it', `${config.issuer}/demo`])
  if (!config.production && root) lines.push(['Fill it', `${commandLine} demo-data`])
  if (root)
    lines.push(
      ['Administrator', root.email],
      ['Password', root.oneTimePassword ?? 'as in ROOT_ADMIN_PASSWORD'],
    )
  lines.push(['Data', where])
  const body = lines.map(([name, value]) => `    ${name.padEnd(15)}${value}`)
  const note = root?.oneTimePassword
    ? ['', `    The password is shown this once. Lost? ${commandLine} bootstrap-admin --reset`]
    : []
  return ['', '  Gatehouse is ready.', '', ...body, ...note, '', ''].join('\n')
}
