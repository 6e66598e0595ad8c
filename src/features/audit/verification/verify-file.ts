import { createReadStream } from 'node:fs'
import { createInterface } from 'node:readline'
import { z } from 'zod'

import { readVerifier, type Verifier } from '../../../platform/crypto/index.ts'
import type { AuditClass } from '../actions.ts'
import { canonicalJson } from '../chain/canonical-json.ts'
import { errors } from '../errors.ts'
import type { StoredRecord } from '../stored-record.ts'
import { type ChainCheck, checkChain } from './check-chain.ts'
import { headerOf, type Stretch } from './export.ts'
import type { Finding } from './finding.ts'
import { auditClass, bytes, parsed, ShownCheckpoint, time } from './read-checkpoints.ts'
import type { ClassReport, Trust } from './verify-database.ts'

export interface FileReport {
  classes: ClassReport[]
  /** Whose word the whole rests on, and whether the file itself is all that speaks for that key. */
  key: { id: string; fromFile: boolean }
}

const place = z.object({ sequence: z.number().int().min(0), hash: bytes })

const Header = z.object({
  type: z.literal('export'),
  form: z.literal('gatehouse-audit-export-1'),
  exported_at: time,
  key_id: z.string().max(100),
  stretches: z
    .array(z.object({ class: auditClass, after: place, through: place, dropped_before: time.nullable() }))
    .max(3),
  public_key: z.record(z.string(), z.string().max(200)),
  signature: bytes,
})

const json = z.json()

const StoredRecordLine = z.strictObject({
  id: z.string(),
  recorded_at: z.string(),
  class: auditClass,
  action: z.string(),
  outcome: z.enum(['success', 'failure', 'denied']),
  actor_type: z.string(),
  actor_id: z.string().nullable(),
  target_type: z.string().nullable(),
  target_id: z.string().nullable(),
  organization_id: z.string().nullable(),
  reason: z.string().nullable(),
  request_id: z.string().nullable(),
  ip: z.string().nullable(),
  user_agent: z.string().nullable(),
  changes: json,
  details: json,
})

const RecordLine = z.object({
  type: z.literal('record'),
  class: auditClass,
  sequence: z.number().int().min(1),
  chained_at: time,
  record_id: z.string(),
  recorded_at: time,
  record: StoredRecordLine.nullable(),
  holder: z.string().nullable(),
  sealed: bytes.nullable(),
  record_hash: bytes,
  hash: bytes,
})

interface Open {
  stretch: Stretch
  check: ChainCheck
  /** The last sequence seen. */
  at: number
  finding: Finding | null
}

/**
 * Checks an export by itself, line by line: nothing but the file and a public key is needed. Without `verifiers` the key in
 * the file is believed, and the report says so.
 *
 * @throws audit_file_unreadable (400): it is no export, or its header is not signed by a key given here.
 */
export async function verifyFile(
  path: string,
  { verifiers, outside }: Trust,
  advance: (by: number) => void,
): Promise<FileReport> {
  const input = createReadStream(path)
  const reading = createInterface({ input, crlfDelay: Infinity })
  const chains = new Map<AuditClass, Open>()
  let key: FileReport['key'] | null = null
  try {
    for await (const line of reading) {
      if (key === null) {
        const header = readHeader(path, line, verifiers)
        key = { id: header.verifier.keyId, fromFile: verifiers.length === 0 }
        const trusted = verifiers.length === 0 ? [header.verifier] : verifiers
        for (const stretch of header.stretches)
          chains.set(stretch.class, open(stretch, { verifiers: trusted, outside }))
      } else if (line !== '') take(chains, line)
      advance(Buffer.byteLength(line) + 1)
    }
  } catch (error) {
    throw isMissing(error)
      ? errors.audit_file_unreadable({ detail: `${path} cannot be read`, cause: error })
      : error
  }
  if (key === null) throw noExport(path)
  return { classes: [...chains.values()].map(close), key }
}

const isMissing = (error: unknown): boolean => error instanceof Error && 'syscall' in error

const noExport = (path: string): Error =>
  errors.audit_file_unreadable({ detail: `${path} does not begin like an export of the audit log` })

function readHeader(
  path: string,
  line: string,
  verifiers: readonly Verifier[],
): { verifier: Verifier; stretches: Stretch[] } {
  const read = Header.safeParse(parsed(line))
  if (!read.success) throw noExport(path)
  const { data: header } = read
  const known = verifiers.length > 0 ? verifiers : [readVerifier(JSON.stringify(header.public_key))]
  const stretches = header.stretches.map(
    ({ class: of, after, through, dropped_before: droppedBefore }): Stretch => ({
      class: of,
      after,
      through,
      droppedBefore,
    }),
  )
  const said = canonicalJson(headerOf(header.exported_at, header.key_id, stretches))
  const verifier = known.find(({ keyId }) => keyId === header.key_id)
  if (!verifier?.verifies(said, header.signature))
    throw errors.audit_file_unreadable({ detail: `the header of ${path} is not signed by a key given here` })
  return { verifier, stretches }
}

function open(stretch: Stretch, { verifiers, outside }: Trust): Open {
  const { class: of, after, through, droppedBefore } = stretch
  const inside = outside.filter(
    ({ class: one, sequence }) => one === of && sequence >= after.sequence && sequence <= through.sequence,
  )
  const check = checkChain({ class: of, from: after, droppedBefore, verifiers, outside: inside })
  return { stretch, check, at: after.sequence, finding: check.begin() }
}

/** One line. In a class in which something was wrong already nothing more is looked at. */
function take(chains: ReadonlyMap<AuditClass, Open>, line: string): void {
  const value = parsed(line)
  const { class: of } = Object(value) as { class?: AuditClass } // any JSON value: an unknown class is found in no chain
  const chain = of === undefined ? undefined : chains.get(of)
  if (!chain) {
    for (const one of chains.values()) one.finding ??= malformed(one)
    return
  }
  if (chain.finding) return
  const record = RecordLine.safeParse(value)
  if (record.success) {
    chain.finding = chain.check.link(chainedOf(record.data))
    chain.at = record.data.sequence
    return
  }
  const checkpoint = ShownCheckpoint.safeParse(value)
  chain.finding = checkpoint.success ? chain.check.checkpoint(checkpoint.data) : malformed(chain)
}

const malformed = ({ stretch, at }: Open): Finding => ({
  class: stretch.class,
  fault: 'edited',
  sequence: at + 1,
  record_id: null,
  detail: 'a line is no record and no checkpoint',
})

function chainedOf(line: z.infer<typeof RecordLine>) {
  const record: StoredRecord | null = line.record
  const link = {
    class: line.class,
    sequence: line.sequence,
    chainedAt: line.chained_at,
    recordId: line.record_id,
    recordedAt: line.recorded_at,
    holder: line.holder,
    sealed: line.sealed,
    recordHash: line.record_hash,
    hash: line.hash,
  }
  return { link, record }
}

/** The header vouches for the last link, so that no checkpoint beyond the stretch is needed. */
function close({ stretch, check, at, finding }: Open): ClassReport {
  return { ...check.summary(), waiting: 0, finding: finding ?? wrongEnd(stretch, check, at) }
}

function wrongEnd({ class: of, through }: Stretch, check: ChainCheck, at: number): Finding | null {
  const said = (fault: 'tail cut' | 'rewritten', detail: string): Finding => ({
    class: of,
    fault,
    sequence: at + 1,
    record_id: null,
    detail,
  })
  if (at < through.sequence)
    return said('tail cut', `the file ends at ${at}; its header knows ${through.sequence}`)
  if (check.summary().hash === through.hash.toString('base64url')) return null
  return said('rewritten', 'the last link is not the one that the header was signed for')
}
