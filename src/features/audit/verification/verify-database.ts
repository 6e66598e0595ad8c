import type { App } from '../../../platform/app.ts'
import type { Verifier } from '../../../platform/crypto/index.ts'
import { type AuditClass, auditClasses } from '../actions.ts'
import { type Checkpoint, firstVouched } from '../chain/checkpoint.ts'
import { beginning } from '../chain/link.ts'
import * as chain from '../chain/repository.ts'
import type { Chained, ChainPosition } from '../chain/repository.ts'
import { type ChainCheck, type ChainSummary, checkChain } from './check-chain.ts'
import type { Finding } from './finding.ts'
import * as verification from './repository.ts'

type Machinery = Pick<App, 'db'>

export interface Trust {
  verifiers: readonly Verifier[]
  /** Checkpoints that were kept elsewhere, vouched for by one of them. */
  outside: readonly Checkpoint[]
}

export interface ClassReport extends ChainSummary {
  waiting: number
  finding: Finding | null
}

/** Told after each batch how many links or records it had. */
type Advance = (by: number) => Promise<void>

const linksAtOnce = 1_000
const recordsAtOnce = 5_000

/**
 * Checks every record against its chain, and every chain against its checkpoints. Reads only, and in batches, so it may
 * run beside a service or on a restored copy. Stops in each class at the first thing that is wrong.
 */
export async function verifyDatabase(app: Machinery, trust: Trust, advance: Advance): Promise<ClassReport[]> {
  const reports: ClassReport[] = []
  for (const each of auditClasses) reports.push(await verifyClass(app, each, trust, advance))
  return reports
}

async function verifyClass(
  app: Machinery,
  of: AuditClass,
  trust: Trust,
  advance: Advance,
): Promise<ClassReport> {
  const cut = await newestCut(app, of, trust)
  const report = await verifyFrom(app, of, { cut, trust, advance })
  const now = report.finding ? await newestCut(app, of, trust) : cut
  // Retention dropped a month while we were reading it.
  return now?.sequence === cut?.sequence ? report : verifyFrom(app, of, { cut: now, trust, advance })
}

const newestCut = async (
  { db }: Machinery,
  of: AuditClass,
  { verifiers }: Trust,
): Promise<Checkpoint | null> => firstVouched(await chain.listCuts(db, of), verifiers)

interface From {
  cut: Checkpoint | null
  trust: Trust
  advance: Advance
}

async function verifyFrom(
  { db }: Machinery,
  of: AuditClass,
  { cut, trust, advance }: From,
): Promise<ClassReport> {
  const above = cut?.sequence ?? 0
  const check = checkChain({
    class: of,
    from: cut ?? beginning,
    droppedBefore: cut?.droppedBefore ?? null,
    verifiers: trust.verifiers,
    outside: trust.outside.filter((one) => one.class === of && one.sequence >= above),
  })
  const { waiting, orphan } = await verification.inboxOf(db, of)
  const finding =
    (await walkChain({ db }, check, { of, above, advance })) ??
    (await walkRecords({ db }, { of, since: cut?.droppedBefore ?? new Date(0), advance })) ??
    lost(of, orphan)
  return { ...check.summary(), waiting, finding: await explained({ db }, finding) }
}

interface Walk {
  of: AuditClass
  advance: Advance
}

/** Link by link up to the end of the chain; what is chained meanwhile is looked at too. */
async function walkChain(
  { db }: Machinery,
  check: ChainCheck,
  { of, above, advance }: Walk & { above: number },
): Promise<Finding | null> {
  const wrongBeginning = check.begin()
  if (wrongBeginning) return wrongBeginning
  let after: ChainPosition | null = null
  let through = above
  for (;;) {
    const links: Chained[] = await chain.listChain(db, of, { after, above, limit: linksAtOnce })
    const last: Chained | undefined = links.at(-1)
    if (!last) break
    const signed = await chain.listCheckpoints(db, of, { after: through, through: last.link.sequence })
    const wrong = checkBatch(check, links, signed) ?? (await lateAgain({ db }, of, links))
    if (wrong) return wrong
    after = last.link
    through = last.link.sequence
    await advance(links.length)
  }
  const beyond = await chain.findBeyondEnd(db, of)
  return (beyond && check.checkpoint(beyond)) ?? check.end()
}

function checkBatch(
  check: ChainCheck,
  links: readonly Chained[],
  signed: readonly Checkpoint[],
): Finding | null {
  let next = 0
  for (const one of links) {
    const wrong = check.link(one)
    if (wrong) return wrong
    for (; signed[next]?.sequence === one.link.sequence; next++) {
      const checkpoint = signed[next]
      const refused = checkpoint ? check.checkpoint(checkpoint) : null
      if (refused) return refused
    }
  }
  return null
}

/** A link that was made long after its record, or before: walkRecords does not look for a second one there. */
async function lateAgain(
  { db }: Machinery,
  of: AuditClass,
  links: readonly Chained[],
): Promise<Finding | null> {
  const far = links.filter(({ link }) => {
    const days = (link.chainedAt.getTime() - link.recordedAt.getTime()) / 86_400_000
    return days < -1 || days >= 32
  })
  if (far.length === 0) return null
  const record = await verification.firstLinkedTwice(
    db,
    of,
    far.map(({ link }) => link.recordId),
  )
  return record === null ? null : chainedTwice(of, record)
}

const chainedTwice = (of: AuditClass, recordId: string): Finding => ({
  class: of,
  fault: 'chained twice',
  sequence: null,
  record_id: recordId,
  detail: 'more than one link is of this record; the first is the one that was made for it',
})

/** Every record that retention has not taken must be in the chain, once, or wait for it. */
async function walkRecords(
  { db }: Machinery,
  { of, since, advance }: Walk & { since: Date },
): Promise<Finding | null> {
  let after = { recordedAt: since, id: '00000000-0000-0000-0000-000000000000' }
  for (;;) {
    const batch = await verification.nextRecords(db, of, after, recordsAtOnce)
    if (!batch) return null
    if (batch.twice !== null) return chainedTwice(of, batch.twice)
    if (batch.suspects.length > 0) {
      const record = await verification.firstUnchained(db, of, batch.suspects)
      if (record !== null) return notChained(of, record)
    }
    after = batch.last
    await advance(batch.count)
  }
}

const notChained = (of: AuditClass, recordId: string): Finding => ({
  class: of,
  fault: 'not chained',
  sequence: null,
  record_id: recordId,
  detail: 'the record stands beside the chain, and does not wait to be chained',
})

const lost = (of: AuditClass, recordId: string | null): Finding | null =>
  recordId === null
    ? null
    : {
        class: of,
        fault: 'deleted',
        sequence: null,
        record_id: recordId,
        detail: 'the record went before it was chained',
      }

/** A link that is missing where it belongs, and stands elsewhere, was moved. */
async function explained({ db }: Machinery, finding: Finding | null): Promise<Finding | null> {
  if (finding?.fault !== 'deleted' || finding.sequence === null || finding.record_id !== null) return finding
  const record = await verification.recordOfLink(db, finding.class, finding.sequence)
  if (record === null) return finding
  return { ...finding, fault: 'reordered', record_id: record, detail: 'the link stands at another place' }
}
