import { chmodSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { dirname, join } from 'node:path'

import { z } from 'zod'

import { randomMark } from '../../platform/crypto/index.ts'
import { errors } from './errors.ts'

/** What is kept of a sign-in at one server. */
export interface Tokens {
  /** Whom they belong to: what the server says of somebody else is not believed (OpenID Connect Core 1.0, section 5.3.2). */
  subject: string
  access: string
  refresh: string | null
  /** When the access token runs out. */
  expiresAt: Date
}

const Kept = z.object({
  /** The server that was signed in to last. */
  current: z.string().nullable(),
  /** The one that commands work at without being told: `gatehouse login URL`. */
  chosen: z.string().nullable().default(null),
  servers: z.record(
    z.string(),
    z.object({
      subject: z.string(),
      access: z.string(),
      refresh: z.string().nullable(),
      expiresAt: z.iso.datetime().transform((at) => new Date(at)),
    }),
  ),
})
type Kept = z.infer<typeof Kept>

/** In the home of who runs the command, whatever folder it is run in. */
export const keptAt = (home: string = homedir()): string =>
  join(home, '.config', 'gatehouse', 'sign-ins.json')

export const currentServer = (path: string): string | null => read(path).current

export const chosenServer = (path: string): string | null => read(path).chosen

export const tokensFor = (path: string, server: string): Tokens | null => read(path).servers[server] ?? null

export function keep(path: string, server: string, tokens: Tokens): void {
  const { servers, chosen } = read(path)
  write(path, { current: server, chosen, servers: { ...servers, [server]: tokens } })
}

export function choose(path: string, server: string): void {
  write(path, { ...read(path), chosen: server })
}

export function forget(path: string, server: string): void {
  const { current, chosen, servers } = read(path)
  const left = (name: string | null) => (name === server ? null : name)
  const others = Object.fromEntries(Object.entries(servers).filter(([name]) => name !== server))
  if (Object.keys(others).length === 0) rmSync(path, { force: true })
  else write(path, { current: left(current), chosen: left(chosen), servers: others })
}

/** @throws unreadable_sign_ins (500): the file is not ours to read, or something else. */
function read(path: string): Kept {
  try {
    return Kept.parse(JSON.parse(readFileSync(path, 'utf8')))
  } catch (cause) {
    const { code } = Object(cause) as { code?: unknown } // Node's errors have one
    if (code === 'ENOENT') return { current: null, chosen: null, servers: {} }
    throw errors.unreadable_sign_ins({ detail: `Look at ${path}, or delete it and sign in again.`, cause })
  }
}

/** Read by its owner alone, and never half written: two commands may run at once. */
function write(path: string, kept: Kept): void {
  const folder = dirname(path)
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  chmodSync(folder, 0o700)
  const next = `${path}.${randomMark()}`
  writeFileSync(next, `${JSON.stringify(kept, null, 2)}\n`, { mode: 0o600, flag: 'wx' })
  renameSync(next, path)
}
