import { availableParallelism } from 'node:os'

import type { Config, NamedKey } from '../../platform/config/index.ts'
import { randomToken } from '../../platform/crypto/index.ts'
import type { Log } from '../../platform/log.ts'
import { startupError } from '../../platform/startup-error.ts'
import { openBreachedPasswords } from './breached-passwords.ts'
import { errors } from './errors.ts'
import { foreign, verifyForeign } from './foreign/verify-foreign.ts'
import { type GateLoad, openGate } from './gate.ts'
import { hashUnder, isWeaker, type PasswordHash, verifyUnder } from './hashing.ts'
import { normalPassword } from './password-text.ts'
import { openStrength, type Strength } from './strength/open.ts'

/** Hashing and measuring passwords: slow on purpose, so bounded for the whole process. */
export interface Passwords {
  /**
   * @throws password_too_long (422)
   * @throws busy (503): too many at once.
   */
  hash(password: string): Promise<PasswordHash>
  /**
   * Whether the password is the stored one. Costs the same when nothing is stored (`null`); a hash that was imported costs
   * what it costs (docs/decisions/0043-bulk-import.md).
   *
   * @throws busy (503): too many at once.
   */
  verify(stored: PasswordHash | null, password: string): Promise<boolean>
  /** Whether a pepper of that name is configured. */
  knowsPepper(version: string): boolean
  /** Whether the stored hash should be made anew: cheaper than new ones, or under an older pepper. */
  isStale(stored: PasswordHash): boolean
  strength: Strength
  /** Whether others know it, by the operator's list; null where there is none, or it is too long to be anybody's. */
  isBreached(password: string): Promise<boolean | null>
  /** How many passwords are being hashed, and how many wait for that. */
  load(): GateLoad
  /** Does something after the caller has answered. A failure is logged; closing waits for it. */
  later(work: () => Promise<void>): void
  close(): Promise<void>
}

export interface WithPasswords {
  passwords: Passwords
}

/** Hashing runs on libuv's threads, which files and signatures share: one a core, and a short queue, keep those going. */
const hashingGate = { slots: availableParallelism(), queue: 64, deadlineMs: 5_000 }

/** @throws StartupError when there is no pepper, or the list of breached passwords cannot be used. */
export async function openPasswords(
  config: Pick<Config, 'peppers' | 'breachedPasswords'>,
  log: Log,
): Promise<Passwords> {
  const [current, ...older] = config.peppers.reveal()
  if (!current)
    throw startupError('PASSWORD_PEPPER is missing; set it and start again (.env.example explains it).')
  const gate = openGate(hashingGate)
  const peppers = new Map([current, ...older].map((pepper) => [pepper.id, pepper]))
  const dummy = await hashUnder(current, randomToken())
  const breached = await openBreachedPasswords(config.breachedPasswords)
  const strength = openStrength(log)
  const background = new Set<Promise<void>>()

  function pepperOf(stored: PasswordHash): NamedKey | undefined {
    const pepper = peppers.get(stored.pepperVersion)
    if (!pepper) log.error({ pepperVersion: stored.pepperVersion }, missingPepper)
    return pepper
  }

  return {
    async hash(password) {
      const normal = normalPassword(password)
      if (normal === null) throw errors.password_too_long()
      return gate.pass(() => hashUnder(current, normal))
    },
    async verify(stored, password) {
      const normal = normalPassword(password)
      if (normal === null) return false // nothing that long was ever stored, for anyone
      if (stored?.pepperVersion === foreign)
        return gate.pass(() => verifyForeign(stored.hash, password).catch(unreadable(log)))
      const pepper = stored && pepperOf(stored)
      const [key, target] = stored && pepper ? [pepper, stored] : [current, dummy]
      const matches = await gate.pass(() => verifyUnder(key, target, normal).catch(unreadable(log)))
      return matches && target !== dummy
    },
    knowsPepper: (version) => peppers.has(version),
    isStale: (stored) => stored.pepperVersion !== current.id || isWeaker(stored),
    strength,
    load: gate.load,
    async isBreached(password) {
      const normal = normalPassword(password)
      return normal === null ? null : breached.has(normal)
    },
    later(work) {
      const task = new Promise(setImmediate)
        .then(work)
        .catch((error: unknown) => {
          log.warn({ err: error }, 'a password was not hashed anew; the next sign-in tries again')
        })
        .finally(() => background.delete(task))
      background.add(task)
    },
    async close() {
      await Promise.all(background)
      await strength.close()
      await breached.close()
    },
  }
}

const missingPepper =
  'a password cannot be verified: its pepper is not in PASSWORD_PEPPER. Add the older one behind the current one, as version:secret'

/** A damaged row refuses its owner and nobody else; an answer of its own kind would tell which account has one. */
function unreadable(log: Log): (error: unknown) => false {
  return (error) => {
    log.error({ err: error }, 'a stored password hash cannot be read')
    return false
  }
}
