import { LRUCache } from 'lru-cache'

import { atMost } from '../../lib/bounded.ts'
import type { App, Origin } from '../../platform/app.ts'
import { transaction } from '../../platform/db/index.ts'
import { blockOf } from '../../platform/limits/index.ts'
import * as audit from '../audit/index.ts'
import * as sessions from './repository.ts'

/** When and where sessions were last used. */
export interface SessionUses {
  /** `origin` is null where it is not the person who asks, but an application's server. */
  note(uid: string, origin: Origin | null): void
  /** It is being written anyway, by the statement that records a sign-in. */
  written(uid: string, origin: Origin | null): void
  close(): Promise<void>
}

interface Use {
  at: Date
  origin: Origin | null
}

const everyMs = 1_000

const minuteMs = 60_000

/**
 * Remembers which sessions were used and writes it down within a second, at most once a minute for each that stays where it is:
 * their owner wants to know roughly, and no sign-in or refresh should wait for that. A killed process loses its last second.
 *
 * One that goes on in another network is noted (`session.moved`) and never refused: people walk out of the house.
 */
export function openSessionUses(app: Pick<App, 'db' | 'clock' | 'log'>): SessionUses {
  const { clock, log } = app
  let pending = new Map<string, Use>()
  const known = new LRUCache<string, Use>({ ...atMost(10_000) }) // spares writes; the statement looks at the minute itself

  async function write(): Promise<void> {
    if (pending.size === 0) return
    const uses = pending
    pending = new Map()
    try {
      await writeDown(app, uses)
    } catch (error) {
      log.warn({ err: error }, 'the last use of sessions could not be noted')
    }
  }

  let writing = Promise.resolve()
  const timer = setInterval(() => {
    writing = writing.then(write)
  }, everyMs)
  timer.unref()
  return {
    note: (uid, origin) => {
      const last = known.get(uid)
      const use = { at: clock.now(), origin: origin ?? last?.origin ?? null }
      if (last && isSame(last, use)) return
      known.set(uid, use)
      pending.set(uid, use)
    },
    written: (uid, origin) => void known.set(uid, { at: clock.now(), origin }),
    close: async () => {
      clearInterval(timer)
      await writing
      await write()
    },
  }
}

/** Nothing that would be written down: a moment later, at the same address. */
const isSame = (last: Use, use: Use): boolean =>
  use.at.getTime() - last.at.getTime() < minuteMs && use.origin?.ip === last.origin?.ip

async function writeDown(
  { db, clock }: Pick<App, 'db' | 'clock'>,
  uses: ReadonlyMap<string, Use>,
): Promise<void> {
  const places = new Map([...uses].map(([uid, { at, origin }]) => [uid, { at, ip: origin?.ip ?? null }]))
  const moves = (await sessions.noteUses(db, places)).filter(isMove)
  if (moves.length === 0) return
  await transaction(db, async (tx) => {
    const at = clock.now()
    for (const { uid, userId } of moves) {
      if (!(await sessions.noteMove(tx, uid, at))) continue
      const by = { actor: { type: 'user', id: userId }, origin: uses.get(uid)?.origin ?? null } as const
      const target = { type: 'session', id: uid }
      await audit.record(tx, at, by, { action: 'session.moved', target })
    }
  })
}

/** From a provider's block of addresses to another one's; within one, addresses change by themselves. */
const isMove = ({ from, to }: sessions.AddressChange): boolean => from !== '' && blockOf(from) !== blockOf(to)
