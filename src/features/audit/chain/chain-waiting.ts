import type { App, Db } from '../../../platform/app.ts'
import { transaction } from '../../../platform/db/index.ts'
import type { AuditClass } from '../actions.ts'
import { holderOf, makeKey, openKey } from '../persons/holder-keys.ts'
import { sealFields } from '../persons/personal-fields.ts'
import * as keys from '../persons/repository.ts'
import type { Checkpoint } from './checkpoint.ts'
import { beginning, type Link, linkHashOf, recordHashOf, type SealedFields } from './link.ts'
import * as chain from './repository.ts'
import type { Head, Waiting } from './repository.ts'
import { signLeftUnsigned, tell } from './sign-heads.ts'

type Parts = Pick<App, 'db' | 'config' | 'clock' | 'log'>

/** Records that one transaction chains: hashing them keeps the process busy for about 15 ms. */
const batchSize = 500

/**
 * Holders whose key does not open under any configured key-encryption key. What must be sealed with it waits, unharmed,
 * until that key is put back and the process started again; everything else goes on.
 */
export type Shut = Set<string>

/**
 * Seals and chains everything that waits, in batches; the number of records chained. Of any number of processes one is at
 * it, the others leave at once. Each batch commits by itself, so a process killed in the middle leaves a whole chain and
 * the rest in the inbox.
 */
export async function chainWaiting(
  app: Parts,
  shut: Shut,
  stopping: () => boolean = () => false,
): Promise<number> {
  let chained = 0
  while (!stopping() && (await chain.isAnyWaiting(app.db))) {
    const done = await transaction(app.db, (tx) => chainBatch(app, tx, shut))
    for (const checkpoint of done.signed) tell(app, checkpoint)
    chained += done.chained
    if (!done.more) break
  }
  return chained
}

interface Batch {
  chained: number
  signed: Checkpoint[]
  more: boolean
}

async function chainBatch(app: Parts, tx: Db, shut: Shut): Promise<Batch> {
  if (!(await chain.tryLock(tx))) return { chained: 0, signed: [], more: false }
  const waiting = await chain.listWaiting(tx, batchSize, [...shut])
  const opened = await keysFor(app, tx, waiting)
  const ready = waiting.filter((one) => !isShut(app, opened, one, shut))
  const signed = ready.length > 0 ? await chainReady(app, tx, ready, opened) : []
  return { chained: ready.length, signed, more: waiting.length === batchSize }
}

/** The heads that were signed before their chains grew on. */
async function chainReady(app: Parts, tx: Db, ready: Waiting[], opened: Opened): Promise<Checkpoint[]> {
  const heads = await chain.heads(tx)
  const signed = await signLeftUnsigned(app, tx, heads)
  const ends = new Map(heads.map((head) => [head.class, head]))
  await chain.append(tx, linksOf(ready, opened, { heads: ends, now: app.clock.now() }))
  await chain.removeWaiting(
    tx,
    ready.map(({ record }) => record.id),
  )
  return signed
}

type Opened = ReadonlyMap<string, ReturnType<typeof openKey>>

const keyNeededBy = ({ personal, person, recordedAt }: Waiting): string | null =>
  personal === null ? null : holderOf(person, recordedAt)

/** The key of every holder in the batch; those that have none yet get one. */
async function keysFor(app: Parts, tx: Db, waiting: readonly Waiting[]): Promise<Opened> {
  const needed = new Set(waiting.map(keyNeededBy).filter((holder) => holder !== null))
  if (needed.size === 0) return new Map()
  let found = await keys.find(tx, [...needed])
  if (found.length < needed.size) {
    for (const { holder } of found) needed.delete(holder)
    const made = [...needed].map((holder) => makeKey(app.config, holder))
    await keys.insert(tx, made, app.clock.now())
    found = [...found, ...(await keys.find(tx, [...needed]))] // not `made`: somebody may have been erased meanwhile
  }
  return new Map(found.map((key) => [key.holder, openKey(app.config, key)]))
}

function isShut(app: Parts, opened: Opened, waiting: Waiting, shut: Shut): boolean {
  const holder = keyNeededBy(waiting)
  if (holder === null || opened.get(holder) !== 'shut') return false
  if (!shut.has(holder))
    app.log.error({ holder }, 'a key of the audit log does not open; records wait for its key-encryption key')
  shut.add(holder)
  return true
}

function linksOf(
  ready: readonly Waiting[],
  opened: Opened,
  { heads, now }: { heads: ReadonlyMap<AuditClass, Head>; now: Date },
): Link[] {
  const ends = new Map<AuditClass, Pick<Link, 'sequence' | 'hash' | 'chainedAt'>>(heads)
  return ready.map((waiting) => {
    const { record, recordedAt } = waiting
    const end = ends.get(record.class) ?? { ...beginning, chainedAt: now }
    const fields = sealedFieldsOf(waiting, opened)
    const place = {
      class: record.class,
      sequence: end.sequence + 1,
      chainedAt: end.chainedAt > now ? end.chainedAt : now, // clocks of replicas differ; a chain's time never goes back
      recordId: record.id,
      recordedAt,
      recordHash: recordHashOf(record, fields),
    }
    const link = { ...place, ...fields, hash: linkHashOf(end.hash, place) }
    ends.set(record.class, link)
    return link
  })
}

/** An erased person's later fields are dropped; the holder says whose they were. */
function sealedFieldsOf(waiting: Waiting, opened: Opened): SealedFields {
  const holder = keyNeededBy(waiting)
  if (holder === null || waiting.personal === null) return { holder: null, sealed: null }
  const key = opened.get(holder)
  if (key === undefined || typeof key === 'string') return { holder, sealed: null }
  return { holder, sealed: sealFields(key, waiting.record.id, waiting.personal) }
}
