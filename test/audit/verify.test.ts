import { expect } from 'chai'
import type { Knex } from 'knex'
import { pino } from 'pino'

import { shownCheckpoint, signCheckpoint, signerOf } from '../../src/features/audit/chain/checkpoint.ts'
import { linkHashOf, recordHashOf } from '../../src/features/audit/chain/link.ts'
import { append, listChain } from '../../src/features/audit/chain/repository.ts'
import { signHeads } from '../../src/features/audit/chain/sign-heads.ts'
import { systemClock } from '../../src/lib/clock.ts'
import { readConfig } from '../../src/platform/config/index.ts'
import { deriveSigner } from '../../src/platform/crypto/index.ts'
import { command } from '../support/command.ts'
import { chainedDatabase, fileWith, knexOf, lookAt, type Source, tamperedCopy, verify } from './support.ts'

/** The records of the sign-ins, in the order of their chain. */
const signIns = ({ url }: Source): Promise<string[]> =>
  using(url, (db) =>
    db('audit_chain').where({ class: 'sign-in' }).orderBy('sequence').pluck<string[]>('record_id'),
  )

async function using<Result>(url: string, work: (db: Knex) => Promise<Result>): Promise<Result> {
  const db = knexOf(url)
  try {
    return await work(db)
  } finally {
    await db.destroy()
  }
}

const tail = `class = 'sign-in' and sequence > 3`
const cutTail = `delete from audit_records r using audit_chain c where c.record_id = r.id and c.${tail};
  delete from audit_chain where ${tail}`

describe('gatehouse audit verify', function () {
  this.timeout(60_000)

  it('finds an untouched copy whole, and names the first bad record of one that was edited, deleted from, reordered, or cut short', async () => {
    const source = await chainedDatabase()
    const [, second, third = ''] = await signIns(source)

    const { code, whole, first, classes } = await verify(await tamperedCopy(source, 'select 1'))

    expect({ code, whole, first }).to.deep.equal({ code: 0, whole: true, first: null })
    expect(
      classes.map(({ class: of, through, signed_through: signed }) => [of, through, signed]),
    ).to.deep.equal([
      ['governance', 1, 1],
      ['sign-in', 5, 5],
      ['token', 1, 1],
    ])
    const tampered: [tamper: string, found: object][] = [
      [
        `update audit_records set reason = 'forged' where id = '${third}'`,
        { fault: 'edited', sequence: 3, record_id: third },
      ],
      [
        `delete from audit_records where id = '${third}'`,
        { fault: 'deleted', sequence: 3, record_id: third },
      ],
      [
        `update audit_chain c set sequence = 9 where record_id = '${second}';
         update audit_chain c set sequence = 2 where record_id = '${third}';
         update audit_chain c set sequence = 3 where record_id = '${second}'`,
        { fault: 'reordered', sequence: 2, record_id: third },
      ],
      [cutTail, { fault: 'tail cut', sequence: 4, record_id: null }],
    ]
    for (const [tamper, found] of tampered) {
      const verdict = await verify(await tamperedCopy(source, tamper))
      expect(verdict, tamper).to.include({ code: 1, whole: false })
      expect(verdict.first, tamper).to.include({ class: 'sign-in', ...found })
      expect(verdict.stderr, tamper).to.match(
        /^The audit log is not whole\.\nfirst bad record: sign-in \d, record /,
      )
    }
  })

  it('finds what is sealed changed, links without their records, moved ones, and records beside the chain', async () => {
    const source = await chainedDatabase()
    const [, second, third = '', fourth] = await signIns(source)
    const forged = '0190c0de-0000-7000-8000-00000000000f'
    const tampered: [tamper: string, found: object][] = [
      [
        `update audit_chain set sealed = '\\x00' where record_id = '${third}'`,
        { fault: 'edited', sequence: 3 },
      ],
      [
        `delete from audit_records where id = '${second}'; delete from audit_chain where record_id = '${second}'`,
        { fault: 'deleted', sequence: 2 },
      ],
      [
        `update audit_chain c set chained_at = chained_at + interval '1 second' where record_id = '${second}'`,
        { fault: 'reordered', sequence: 2 },
      ],
      [`delete from audit_chain where ${tail}`, { fault: 'tail cut', sequence: 4 }],
      [
        `create temp table forged as select * from audit_records where id = '${fourth}';
         update forged set id = '${forged}'; insert into audit_records select * from forged`,
        { fault: 'not chained', sequence: null, record_id: forged },
      ],
      [
        `insert into audit_inbox (record_id, class, recorded_at) values ('${forged}', 'sign-in', now())`,
        { fault: 'deleted', sequence: null, record_id: forged },
      ],
    ]
    for (const [tamper, found] of tampered)
      expect((await lookAt(await tamperedCopy(source, tamper))).first, tamper).to.include({
        class: 'sign-in',
        ...found,
      })
  })

  it('finds a record that was chained twice, with fields of somebody’s choice, at once or long after', async () => {
    const source = await chainedDatabase()
    const [first] = await signIns(source)
    for (const later of [0, 60 * 86_400_000]) {
      const copy = await tamperedCopy(source, 'select 1', chainAgain(later))
      expect((await lookAt(copy)).first).to.include({
        class: 'sign-in',
        fault: 'chained twice',
        record_id: first,
      })
    }
  })

  it('finds a chain that fits together and is not the one that was signed, and signatures that are not ours', async () => {
    const source = await chainedDatabase()
    const other = deriveSigner(Buffer.alloc(32, 1), 'gatehouse audit checkpoints').keyId
    const signIn = `where class = 'sign-in'`

    const rewritten = await tamperedCopy(source, 'select 1', rewriteFrom(3))
    expect((await lookAt(rewritten)).first).to.include({ fault: 'rewritten', sequence: 3 })
    const forged = await tamperedCopy(
      source,
      `update audit_checkpoints set hash = '\\x00' ${signIn} and sequence = 5`,
    )
    expect((await lookAt(forged)).first).to.include({ fault: 'checkpoint', sequence: 5 })
    const foreign = await tamperedCopy(source, `update audit_checkpoints set key_id = '${other}' ${signIn}`)
    expect((await lookAt(foreign)).first).to.include({ fault: 'checkpoint', sequence: 2 })
    const covered = `update audit_checkpoints set key_id = '${other}' ${signIn} and sequence = 2`
    expect((await lookAt(await tamperedCopy(source, covered))).first).to.equal(null) // the later one covers it
    const late = `update audit_chain set chained_at = chained_at + interval '1 hour' ${signIn} and sequence > 3`
    expect((await lookAt(await tamperedCopy(source, late))).first).to.include({
      fault: 'reordered',
      sequence: 4,
    })
  })

  it('finds a tail cut off together with its checkpoints by a head that was kept elsewhere', async () => {
    const source = await chainedDatabase()
    const kept = await exportedCheckpoints(source)
    const log = kept
      .map((checkpoint) => JSON.stringify({ level: 30, checkpoint, msg: 'audit checkpoint' }))
      .join('\n')
    const copy = await tamperedCopy(source, `${cutTail}; delete from audit_checkpoints where ${tail}`)

    expect((await lookAt(copy)).first).to.equal(null) // nothing in the copy tells of it
    const { code, first } = await verify(copy, '--checkpoint', fileWith(log))

    expect(code).to.equal(1)
    expect(first).to.include({ class: 'sign-in', fault: 'tail cut', sequence: 4 })
    expect((await lookAt(source.variables, log)).first).to.equal(null)
    const rewritten = await tamperedCopy(source, `delete from audit_checkpoints`, rewriteFrom(3))
    expect((await lookAt(rewritten, log)).first).to.include({ fault: 'rewritten', sequence: 3 })
  })

  it('finds a tail that was rewritten and signed anew at the same place, whichever of the two heads was kept last', async () => {
    const source = await chainedDatabase()
    const kept = (await exportedCheckpoints(source)).map((checkpoint) => JSON.stringify({ checkpoint }))
    const copy = await tamperedCopy(
      source,
      `delete from audit_checkpoints where class = 'sign-in' and sequence > 2`,
      rewriteFrom(3),
    )
    await signAnew(copy)
    const anew = (await exportedCheckpoints({ ...source, variables: copy })).map((checkpoint) =>
      JSON.stringify({ checkpoint }),
    )

    expect((await lookAt(copy)).first).to.equal(null) // the service signed what it found
    for (const log of [
      [...kept, ...anew],
      [...anew, ...kept],
    ]) {
      const { code, first } = await verify(copy, '--checkpoint', fileWith(log.join('\n')))
      expect(code).to.equal(1)
      expect(first).to.include({ class: 'sign-in', fault: 'rewritten', sequence: 3 })
    }
  })

  it('compares a head that was kept elsewhere with the place at which an export begins', async () => {
    const source = await chainedDatabase()
    const [second = {}] = await exportedCheckpoints(source)
    const third = await using(source.url, (db) =>
      db('audit_chain').where({ class: 'sign-in', sequence: 3 }).first<{ chained_at: Date }>('chained_at'),
    )
    const since = ['audit', 'export', '--class', 'sign-in', '--since', third.chained_at.toISOString()]
    const part = await command(since, source.variables)
    const key = fileWith((await command(['audit', 'key'], source.variables)).stdout, 'key.pem')
    const check = (checkpoint: object) =>
      verify(
        source.variables,
        ...['--file', fileWith(part.stdout, 'export.jsonl'), '--public-key', key],
        ...['--checkpoint', fileWith(JSON.stringify(checkpoint), 'kept.jsonl')],
      )

    expect((await check(second)).first).to.equal(null)
    expect((await check(headOf(source, 2, Buffer.alloc(32, 1)))).first).to.include({
      class: 'sign-in',
      fault: 'rewritten',
    })
  })

  it('believes no checkpoint from outside that nobody vouches for', async () => {
    const source = await chainedDatabase()
    const [kept] = await exportedCheckpoints(source)
    const forged = fileWith(JSON.stringify({ ...kept, sequence: 99 }))

    const { code, stderr } = await command(['audit', 'verify', '--checkpoint', forged], source.variables)

    expect(code).to.equal(1)
    expect(stderr).to.include('no key given here vouches for')
  })
})

/** What somebody does who knows how the chain is made, and may write every table: edits a record and links all anew. */
const rewriteFrom = (sequence: number) => async (db: Knex) => {
  const chain = await listChain(db, 'sign-in', { after: null, above: 0, limit: 100 })
  let previous = chain[sequence - 2]?.link.hash ?? Buffer.alloc(32)
  for (const { link, record } of chain.slice(sequence - 1)) {
    if (!record) throw new Error('a record is missing')
    const edited = { ...record, ...(link.sequence === sequence && { reason: 'forged' }) }
    const recordHash = recordHashOf(edited, link)
    const hash = linkHashOf(previous, { ...link, recordHash })
    await db('audit_records').where({ id: record.id }).update({ reason: edited.reason })
    await db('audit_chain').where({ record_id: record.id }).update({ record_hash: recordHash, hash })
    previous = hash
  }
}

/** Adds a link of the first record to the end of the chain, as a sequencer does that was handed it again. */
const chainAgain = (later: number) => async (db: Knex) => {
  const chain = await listChain(db, 'sign-in', { after: null, above: 0, limit: 100 })
  const [first, last] = [chain[0], chain.at(-1)?.link]
  if (!first?.record || !last) throw new Error('there is no chain')
  const { recordId, recordedAt } = first.link
  const fields = { holder: 'person:eve', sealed: Buffer.from('forged') }
  const place = {
    ...{ class: 'sign-in' as const, sequence: last.sequence + 1, recordId, recordedAt },
    chainedAt: new Date(last.chainedAt.getTime() + later),
    recordHash: recordHashOf(first.record, fields),
  }
  await append(db, [{ ...place, ...fields, hash: linkHashOf(last.hash, place) }])
}

/** What the service does that finds the chain grown: it cannot know that somebody rewrote it. */
async function signAnew(variables: Record<string, string>): Promise<void> {
  const config = readConfig({ NODE_ENV: 'test', ...variables })
  const log = pino({ level: 'silent' })
  await using(variables.DATABASE_URL ?? '', (db) =>
    signHeads({ db, config, log, clock: systemClock }, { olderThanSeconds: 0 }),
  )
}

/** A head as a log shows it, of a chain that never was. */
function headOf({ variables }: Source, sequence: number, hash: Buffer) {
  const signer = signerOf(readConfig({ NODE_ENV: 'test', ...variables }))
  const said = { class: 'sign-in', kind: 'head', droppedBefore: null, signedAt: new Date() } as const
  return shownCheckpoint(signCheckpoint(signer, { ...said, sequence, hash }))
}

/** The checkpoints as an export shows them. */
async function exportedCheckpoints({ variables }: Source): Promise<Record<string, unknown>[]> {
  const { stdout } = await command(['audit', 'export', '--class', 'sign-in'], variables)
  return stdout
    .split('\n')
    .filter((line) => line.startsWith('{"type":"checkpoint"'))
    .map((line) => JSON.parse(line) as Record<string, unknown>)
}
