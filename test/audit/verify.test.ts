import { expect } from 'chai'

import { chainedDatabase, fileWith, knexOf, tamperedCopy, verify } from './support.ts'
import { runToEnd } from '../support/process.ts'
import { deriveSigner } from '../../src/platform/crypto/index.ts'

type Source = Awaited<ReturnType<typeof chainedDatabase>>

/** The records of the sign-ins, in the order of their chain. */
async function signIns({ url }: Source): Promise<string[]> {
  const db = knexOf(url)
  const ids = await db('audit_chain').where({ class: 'sign-in' }).orderBy('sequence').pluck<string[]>('record_id')
  await db.destroy()
  return ids
}

const record = (id: string | undefined): string => `(select * from audit_records where id = '${id ?? ''}')`

describe('gatehouse audit verify', function () {
  this.timeout(60_000)

  it('finds an untouched copy whole, and says how far it is signed', async () => {
    const source = await chainedDatabase()

    const { code, whole, first, classes } = await verify(source.variables)

    expect({ code, whole, first }).to.deep.equal({ code: 0, whole: true, first: null })
    const told = classes.map(({ class: of, from, through, records, signed_through: signed, waiting }) => ({
      of,
      from,
      through,
      records,
      signed,
      waiting,
    }))
    expect(told).to.deep.equal([
      { of: 'governance', from: 1, through: 1, records: 1, signed: 1, waiting: 0 },
      { of: 'sign-in', from: 1, through: 5, records: 5, signed: 5, waiting: 0 },
      { of: 'token', from: 1, through: 1, records: 1, signed: 1, waiting: 0 },
    ])
    const text = await runToEnd(['audit', 'verify'], source.variables)
    expect(text.stdout).to.match(/^governance {2}whole {2}links 1 to 1, 1 records, signed through 1, 0 waiting\n/)
  })

  it('names the first bad record of a copy that was edited, deleted from, reordered, or cut short', async () => {
    const source = await chainedDatabase()
    const ids = await signIns(source)
    const [, second, third, fourth] = ids
    const newest = `class = 'sign-in' and sequence > 3`
    const tampered: [what: string, tamper: string, fault: string, sequence: number | null, id: string | null][] = [
      ['edit', `update audit_records set reason = 'forged' where id = '${third}'`, 'edited', 3, third ?? ''],
      ['edit what is sealed', `update audit_chain set sealed = '\\x00' where record_id = '${third}'`, 'edited', 3, third ?? ''],
      ['delete the record', `delete from audit_records where id = '${third}'`, 'deleted', 3, third ?? ''],
      [
        'delete record and link',
        `delete from audit_records where id = '${second}'; delete from audit_chain where record_id = '${second}'`,
        'deleted',
        2,
        null,
      ],
      [
        'reorder two',
        `update audit_chain c set sequence = 9 where record_id = '${second}';
         update audit_chain c set sequence = 2 where record_id = '${third}';
         update audit_chain c set sequence = 3 where record_id = '${second}'`,
        'reordered',
        2,
        third ?? '',
      ],
      [
        'move one to the end',
        `update audit_chain c set chained_at = chained_at + interval '1 second' where record_id = '${second}'`,
        'reordered',
        2,
        null,
      ],
      [
        'cut the tail',
        `delete from audit_records r using audit_chain c where c.record_id = r.id and c.${newest};
         delete from audit_chain where ${newest}`,
        'tail cut',
        4,
        null,
      ],
      ['cut the tail of the chain alone', `delete from audit_chain where ${newest}`, 'tail cut', 4, null],
      [
        'put one in beside the chain',
        `create table forged as ${record(fourth)}; update forged set id = '0190c0de-0000-7000-8000-00000000000f';
         insert into audit_records select * from forged`,
        'not chained',
        null,
        '0190c0de-0000-7000-8000-00000000000f',
      ],
    ]
    for (const [what, tamper, fault, sequence, recordId] of tampered) {
      const copy = await tamperedCopy(source, tamper)
      const { code, whole, first, stderr } = await verify(copy)
      expect({ code, whole }, what).to.deep.equal({ code: 1, whole: false })
      expect(first, what).to.include({ class: 'sign-in', fault, sequence, record_id: recordId })
      expect(stderr, what).to.match(/^The audit log is not whole\.\nfirst bad record: sign-in /)
    }
  })

  it('finds a chain that was written anew, since nobody without the key can sign it', async () => {
    const source = await chainedDatabase()
    const ids = await signIns(source)
    const last = ids.at(-1) ?? ''
    // What somebody does who knows how the chain is made, and can write every table.
    const rewrite = `
      update audit_checkpoints set hash = '\\x00' where class = 'sign-in'`
    expect((await verify(await tamperedCopy(source, rewrite))).first).to.include({
      class: 'sign-in',
      fault: 'checkpoint',
      sequence: 5,
    })
    const other = deriveSigner(Buffer.alloc(32, 1), 'gatehouse audit checkpoints')
    const foreign = `update audit_checkpoints set key_id = '${other.keyId}' where class = 'sign-in'`
    expect((await verify(await tamperedCopy(source, foreign))).first).to.include({ fault: 'checkpoint', sequence: 5 })
    expect(last).not.to.equal('')
  })

  it('finds a tail cut off together with its checkpoints by a head that was kept elsewhere', async () => {
    const source = await chainedDatabase()
    const db = knexOf(source.url)
    const kept = await exportedCheckpoints(source)
    await db.destroy()
    const cut = `class = 'sign-in' and sequence > 3`
    const copy = await tamperedCopy(
      source,
      `delete from audit_records r using audit_chain c where c.record_id = r.id and c.${cut};
       delete from audit_chain where ${cut}; delete from audit_checkpoints where ${cut}`,
    )

    expect(await verify(copy)).to.include({ code: 0, whole: true }) // nothing in the copy tells of it
    const log = kept.map((checkpoint) => JSON.stringify({ level: 30, msg: 'audit checkpoint', checkpoint }))
    const { code, first } = await verify(copy, '--checkpoint', fileWith(log.join('\n')))

    expect(code).to.equal(1)
    expect(first).to.include({ class: 'sign-in', fault: 'tail cut', sequence: 4 })
    const untouched = await verify(source.variables, '--checkpoint', fileWith(log.join('\n')))
    expect(untouched).to.include({ code: 0, whole: true })
  })

  it('believes no checkpoint from outside that nobody vouches for', async () => {
    const source = await chainedDatabase()
    const [kept] = await exportedCheckpoints(source)
    const forged = fileWith(JSON.stringify({ ...kept, sequence: 99 }))

    const { code, stderr } = await runToEnd(['audit', 'verify', '--checkpoint', forged], source.variables)

    expect(code).to.equal(1)
    expect(stderr).to.include('no key given here vouches for')
  })
})

/** The checkpoints as an export shows them. */
async function exportedCheckpoints({ variables }: Source): Promise<Record<string, unknown>[]> {
  const { stdout } = await runToEnd(['audit', 'export', '--class', 'sign-in'], variables)
  return stdout
    .split('\n')
    .filter((line) => line.startsWith('{"type":"checkpoint"'))
    .map((line) => JSON.parse(line) as Record<string, unknown>)
}
