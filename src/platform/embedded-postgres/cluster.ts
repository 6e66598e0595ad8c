import { spawn } from 'node:child_process'
import { chownSync, existsSync, mkdirSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { userInfo } from 'node:os'
import { join } from 'node:path'
import { type Client, escapeIdentifier, escapeLiteral } from 'pg'

import { startupError } from '../startup-error.ts'
import { program } from './binaries.ts'
import { readIfThere } from './files.ts'
import type { Passwords } from './passwords.ts'
import type { Place } from './place.ts'

/**
 * Makes the cluster where there is none. It is made beside its place and renamed into it, so that a process killed half
 * way leaves nothing that looks like a database.
 *
 * @throws StartupError when it cannot be made, or was made by another major version of PostgreSQL.
 */
export async function makeCluster(
  place: Place,
  { postgres }: Passwords,
  log: (line: string) => void,
): Promise<void> {
  const version = readIfThere(join(place.data, 'PG_VERSION'))?.trim()
  if (version === place.binaries.major) return
  if (version !== undefined) throw otherVersion(place, version)
  refuseOtherFiles(place)
  refuseNamelessUser()

  log(`creating the database in ${place.data}`)
  const draft = `${place.data}.new`
  const passwordFile = `${draft}.password`
  rmSync(draft, { recursive: true, force: true })
  mkdirSync(draft, { mode: 0o700 })
  writeFileSync(passwordFile, postgres, { mode: 0o600 })
  if (place.user) for (const path of [draft, passwordFile]) chownSync(path, place.user.uid, place.user.gid)
  try {
    await initdb(place, draft, passwordFile)
  } finally {
    rmSync(passwordFile, { force: true })
  }
  renameSync(draft, place.data)
}

function otherVersion(place: Place, version: string): Error {
  const { major } = place.binaries
  return startupError(
    `The database in ${place.data} was made by PostgreSQL ${version} and this Gatehouse brings ${major}, which cannot ` +
      `read it: dump it with the Gatehouse that made it, set DATABASE_URL to a PostgreSQL ${version} server that has ` +
      `the dump, or move ${place.folder} away to start empty.`,
  )
}

/** Files without PostgreSQL's mark may be a damaged database: nothing here removes them. */
function refuseOtherFiles(place: Place): void {
  if (!existsSync(place.data) || readdirSync(place.data).length === 0) return
  throw startupError(
    `The folder ${place.data} is not empty and holds no PostgreSQL database: bring its files back from a copy, or move ` +
      `${place.folder} away to start empty.`,
  )
}

/** initdb looks up the name of its user id, and a container run with `--user 1234` has none. */
function refuseNamelessUser(): void {
  try {
    userInfo()
  } catch (cause) {
    throw startupError(
      `User id ${process.getuid?.() ?? ''} has no entry in /etc/passwd, which the embedded PostgreSQL needs: run as a ` +
        'user that has one, or set DATABASE_URL to a PostgreSQL server.',
      { cause },
    )
  }
}

/**
 * The built-in locale sorts the same on every system and after every upgrade of it. `--no-sync` skips waiting for the
 * disk while nothing is in there yet; the running server syncs every commit.
 */
async function initdb(place: Place, folder: string, passwordFile: string): Promise<void> {
  const args = [
    '--pgdata',
    folder,
    '--username',
    'postgres',
    '--pwfile',
    passwordFile,
    '--auth',
    'scram-sha-256',
  ]
  const locale = process.platform === 'linux' ? 'C.UTF-8' : 'C'
  args.push(
    '--encoding',
    'UTF8',
    '--locale',
    locale,
    '--locale-provider',
    'builtin',
    '--builtin-locale',
    'C.UTF-8',
  )
  args.push('--no-sync', '--no-instructions')
  const options = { ...place.user, env: place.env, cwd: place.user ? '/' : place.folder, windowsHide: true }
  const child = spawn(program(place.binaries, 'initdb'), args, {
    ...options,
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  let said = ''
  child.stderr.setEncoding('utf8').on('data', (text: string) => (said = (said + text).slice(-2000)))
  const failure = await new Promise<Error | null>((resolve) => {
    child.on('error', resolve)
    child.on('close', (code) => {
      resolve(code === 0 ? null : new Error(said))
    })
  })
  if (!failure) return
  const reason = failure.message.trim().split('\n')[0] ?? ''
  throw startupError(
    `The embedded PostgreSQL could not create its database (${reason}): see that this system can run it (glibc, not ` +
      `musl) and that ${place.folder} has room, or set DATABASE_URL to a PostgreSQL server.`,
    { cause: failure },
  )
}

/** Makes the role and the database of the program where they are missing. `admin` is connected as `postgres`. */
export async function provision(admin: Client, { gatehouse: password }: Passwords): Promise<void> {
  const role = escapeIdentifier('gatehouse')
  const found = await admin.query<{ role: boolean; base: boolean }>(
    `select exists (select from pg_roles where rolname = 'gatehouse') as role,
            exists (select from pg_database where datname = 'gatehouse') as base`,
  )
  const [have] = found.rows
  if (!have?.role) await admin.query(`create role ${role} login createdb password ${escapeLiteral(password)}`)
  if (!have?.base) await admin.query(`create database ${role} owner ${role}`)
}
