import type { App } from '../../../platform/app.ts'
import { openKey } from '../persons/holder-keys.ts'
import { openFields, type PersonalFields } from '../persons/personal-fields.ts'
import * as keys from '../persons/repository.ts'
import type { Signer } from '../../../platform/crypto/index.ts'
import type { AuditClass } from '../actions.ts'
import { canonicalJson } from '../chain/canonical-json.ts'
import { firstVouched, shownCheckpoint, signerOf, verifiersOf } from '../chain/checkpoint.ts'
import { beginning, type Place } from '../chain/link.ts'
import * as chain from '../chain/repository.ts'
import type { Chained, ChainPosition } from '../chain/repository.ts'
import * as verification from './repository.ts'

type Machinery = Pick<App, 'db' | 'config' | 'clock'>

export interface ExportRange {
  classes: readonly AuditClass[]
  /** By when records were chained, which is within a second of when they were made: a stretch of the chain can be verified. */
  since: Date | null
  until: Date | null
  /** Adds what can be unsealed, beside what is sealed. Whoever is erased later stays in such a file. */
  personal: boolean
}

/** The stretch of one chain that an export holds: what its first link follows, and its last one. */
export interface Stretch {
  class: AuditClass
  after: Place
  through: Place
  droppedBefore: Date | null
}

export interface Export {
  links: number
  /** JSON lines, each without its end. */
  lines(): AsyncGenerator<string>
}

const linksAtOnce = 1_000

/**
 * A stretch of the chains as JSON lines that can be verified without this database: a signed header that says what must be
 * in it, every record with its link, and the checkpoints on the way.
 */
export async function openExport(app: Machinery, range: ExportRange): Promise<Export> {
  const stretches: Stretch[] = []
  for (const each of range.classes) {
    const stretch = await stretchOf(app, each, range)
    if (stretch) stretches.push(stretch)
  }
  const links = stretches.reduce((sum, { after, through }) => sum + through.sequence - after.sequence, 0)
  return { links, lines: () => lines(app, range, stretches) }
}

async function stretchOf(
  { db, config }: Machinery,
  of: AuditClass,
  range: ExportRange,
): Promise<Stretch | null> {
  const cut = firstVouched(await chain.listCuts(db, of), verifiersOf(config))
  const above = cut?.sequence ?? 0 // links of a default partition stay when their records have gone
  const ends = await verification.stretchBetween(db, of, { ...range, above })
  if (!ends) return null
  const known = cut?.sequence === ends.first - 1 ? cut : null
  const before = known ?? ends.before ?? beginning
  return { class: of, after: before, through: ends.through, droppedBefore: cut?.droppedBefore ?? null }
}

async function* lines(
  app: Machinery,
  range: ExportRange,
  stretches: readonly Stretch[],
): AsyncGenerator<string> {
  yield JSON.stringify({ type: 'export', ...signedHeader(signerOf(app.config), app.clock.now(), stretches) })
  for (const stretch of stretches) yield* linesOf(app, range, stretch)
}

async function* linesOf(app: Machinery, { personal }: ExportRange, stretch: Stretch): AsyncGenerator<string> {
  let after: ChainPosition | null = null
  let through = stretch.after.sequence
  while (through < stretch.through.sequence) {
    const above = stretch.after.sequence
    const all: Chained[] = await chain.listChain(app.db, stretch.class, { after, above, limit: linksAtOnce })
    const links = all.filter(({ link }) => link.sequence <= stretch.through.sequence)
    const last = links.at(-1)?.link
    if (!last) return
    const signed = await chain.listCheckpoints(app.db, stretch.class, {
      after: through,
      through: last.sequence,
    })
    const fields = personal ? await fieldsOf(app, links) : new Map<string, PersonalFields>()
    for (const one of links) {
      yield JSON.stringify(lineOf(one, fields.get(one.link.recordId)))
      for (const checkpoint of signed)
        if (checkpoint.sequence === one.link.sequence)
          yield JSON.stringify({ type: 'checkpoint', ...shownCheckpoint(checkpoint) })
    }
    after = last
    through = last.sequence
  }
}

/** What of these records can be unsealed, by the records' ids. */
async function fieldsOf(
  { db, config }: Machinery,
  links: readonly Chained[],
): Promise<Map<string, PersonalFields>> {
  const holders = new Set(links.map(({ link }) => link.holder).filter((holder) => holder !== null))
  const opened = new Map((await keys.find(db, [...holders])).map((key) => [key.holder, openKey(config, key)]))
  const found = new Map<string, PersonalFields>()
  for (const { link } of links) {
    const key = opened.get(link.holder ?? '')
    if (key === undefined || typeof key === 'string' || !link.sealed) continue
    const fields = openFields(key, link.recordId, link.sealed)
    if (fields) found.set(link.recordId, fields)
  }
  return found
}

const lineOf = ({ link, record }: Chained, personal: PersonalFields | undefined) => ({
  type: 'record',
  class: link.class,
  sequence: link.sequence,
  chained_at: link.chainedAt.toISOString(),
  record_id: link.recordId,
  recorded_at: link.recordedAt.toISOString(),
  record,
  ...(personal && { personal }),
  holder: link.holder,
  sealed: link.sealed?.toString('base64url') ?? null,
  record_hash: link.recordHash.toString('base64url'),
  hash: link.hash.toString('base64url'),
})

function signedHeader(signer: Signer, at: Date, stretches: readonly Stretch[]) {
  const header = headerOf(at, signer.keyId, stretches)
  const signature = signer.sign(canonicalJson(header)).toString('base64url')
  return { ...header, public_key: signer.jwk, signature }
}

/** What the signature of an export speaks of. */
export const headerOf = (at: Date, keyId: string, stretches: readonly Stretch[]) => ({
  form: 'gatehouse-audit-export-1',
  exported_at: at.toISOString(),
  key_id: keyId,
  stretches: stretches.map(({ class: of, after, through, droppedBefore }) => ({
    class: of,
    after: { sequence: after.sequence, hash: after.hash.toString('base64url') },
    through: { sequence: through.sequence, hash: through.hash.toString('base64url') },
    dropped_before: droppedBefore?.toISOString() ?? null,
  })),
})
