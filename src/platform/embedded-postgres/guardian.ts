import { spawn, spawnSync } from 'node:child_process'
import { Socket } from 'node:net'
import { join } from 'node:path'

import { program } from './binaries.ts'
import { writePrivately } from './files.ts'
import type { Place } from './place.ts'

/**
 * Waits for the end of its input, which is the end of the process that started it, however that came. Then it interrupts
 * PostgreSQL (which may not have written its own mark yet), unless another PostgreSQL runs there now or another living
 * process has become its keeper.
 */
const script = `
trap '' INT HUP TERM
read -r line
now=$1
{ read -r now < "$3"; } 2>/dev/null
{ read -r keeper < "$4"; } 2>/dev/null
[ "$now" = "$1" ] || exit 0
[ "$keeper" != "$2" ] && kill -0 "$keeper" 2>/dev/null && exit 0
kill -INT "$1"
`

/**
 * Makes this process the keeper of a server the kernel does not tie to it: one it adopted, or started for a command. The
 * latest keeper answers for it. Returns how to let go.
 */
export function keep(place: Place, pid: number): () => void {
  const keeper = join(place.folder, 'keeper')
  writePrivately(keeper, `${process.pid}\n`)
  if (process.platform === 'win32') return stopAtExit(place, pid)

  const facts = [String(pid), String(process.pid), join(place.data, 'postmaster.pid'), keeper]
  const child = spawn('/bin/sh', ['-c', script, 'gatehouse-guardian', ...facts], {
    stdio: ['pipe', 'ignore', 'ignore'],
    detached: true,
    cwd: '/',
  })
  child.unref()
  child.on('error', () => undefined) // no shell, no guardian: the next start adopts the server
  if (child.stdin instanceof Socket) child.stdin.unref() // else it would keep this process from ending
  return () => {
    child.kill('SIGKILL')
  }
}

/** Windows has no such shell. A killed process leaves the server to the next start there. */
function stopAtExit(place: Place, pid: number): () => void {
  const interrupt = () => {
    spawnSync(program(place.binaries, 'pg_ctl'), ['kill', 'INT', String(pid)], { windowsHide: true })
  }
  process.once('exit', interrupt)
  return () => {
    process.off('exit', interrupt)
  }
}
