import { expect } from 'chai'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'

import { verifyFile } from '../../src/features/audit/verification/verify-file.ts'
import { readVerifier } from '../../src/platform/crypto/index.ts'
import { command } from '../support/command.ts'
import { temporaryFolder } from '../support/process.ts'
import { chainedDatabase, fileWith, knexOf, origin, type Source, verify } from './support.ts'

/** Runs a command that must succeed; its standard output. */
async function output({ variables }: Source, ...args: string[]): Promise<string> {
  const { code, stdout, stderr } = await command(['audit', ...args], variables)
  if (code !== 0) throw new Error(`audit ${args.join(' ')} ended with ${code}: ${stderr}`)
  return stdout
}

const linesOf = (text: string): Record<string, unknown>[] =>
  text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>)

describe('gatehouse audit export', function () {
  this.timeout(60_000)

  it('writes what can be verified by the file and the public key alone, and is itself recorded', async () => {
    const source = await chainedDatabase()
    const path = join(temporaryFolder(), 'export.jsonl')
    await output(source, 'export', '--output', path)
    const key = fileWith(await output(source, 'key'), 'key.pem')
    const nothing = { PATH: '' } // no database, no key of ours

    const { code, classes } = await verify(nothing, '--file', path, '--public-key', key)

    expect(code).to.equal(0)
    expect(classes.map(({ class: of, records }) => [of, records])).to.deep.equal([
      ['governance', 2],
      ['sign-in', 5],
      ['token', 1],
    ])
    const text = readFileSync(path, 'utf8')
    expect(text).not.to.include(origin.ip)
    const last = linesOf(text)
      .filter(({ class: of, type }) => of === 'governance' && type === 'record')
      .at(-1)
    expect(last?.record).to.deep.include({
      action: 'audit.exported',
      actor_id: 'command-line',
      details: { class: 'all', since: null, until: null, personal: false },
    })
    const alone = await command(['audit', 'verify', '--file', path], nothing)
    expect(alone.code).to.equal(0)
    expect(alone.stdout).to.include('compare it with "gatehouse audit key"')
  })

  it('names the first bad record of a file that was edited, thinned out, reordered or cut short', async () => {
    const source = await chainedDatabase()
    const jwk = fileWith(await output(source, 'key', '--json'), 'key.json')
    const lines = (await output(source, 'export', '--class', 'sign-in')).trimEnd().split('\n')
    const record = (sequence: number) =>
      lines.findIndex((line) => line.includes(`"sequence":${sequence},"chained_at"`))
    const [second, third] = [record(2), record(3)]
    const swapped = lines.map((line, index) =>
      index === second ? lines[third] : index === third ? lines[second] : line,
    )
    const tampered: [what: string, text: (string | undefined)[], found: object][] = [
      [
        'edited',
        lines.with(third, lines[third]?.replace('"user"', '"client"') ?? ''),
        { fault: 'edited', sequence: 3 },
      ],
      ['thinned out', lines.toSpliced(third, 1), { fault: 'deleted', sequence: 3 }],
      ['reordered', swapped, { fault: 'deleted', sequence: 2 }],
      ['cut short', lines.slice(0, third + 1), { fault: 'tail cut', sequence: 4 }],
      ['broken', lines.with(third, '{"type":"record","class":"sign-in"}'), { fault: 'edited', sequence: 3 }],
    ]
    const verifiers = [readVerifier(readFileSync(jwk, 'utf8'))]
    const look = (text: string) => verifyFile(fileWith(text), { verifiers, outside: [] }, () => undefined)
    for (const [what, text, found] of tampered) {
      const { classes } = await look(text.join('\n'))
      expect(classes[0]?.finding, what).to.include({ class: 'sign-in', ...found })
    }
    const forged = lines.with(0, lines[0]?.replace(/"sequence":\d+/, '"sequence":1') ?? '').join('\n')
    const refusal: unknown = await look(forged).catch((error: unknown) => error)
    expect(refusal)
      .to.have.nested.property('options.detail')
      .that.includes('is not signed by a key given here')
    const cut = fileWith(lines.slice(0, third + 1).join('\n'))
    expect(await verify({}, '--file', cut, '--public-key', jwk)).to.include({ code: 1, whole: false })
  })

  it('holds a stretch of time, verifiable too, and what is personal where it is asked for', async () => {
    const source = await chainedDatabase()
    const db = knexOf(source.url)
    const [, , third] = await db('audit_chain')
      .where({ class: 'sign-in' })
      .orderBy('sequence')
      .pluck<Date[]>('chained_at')
    await db.destroy()
    const since = third?.toISOString() ?? ''

    const text = await output(source, 'export', '--class', 'sign-in', '--since', since, '--personal')

    const records = linesOf(text).filter(({ type }) => type === 'record')
    expect(records.map(({ sequence }) => sequence)).to.deep.equal([3, 4, 5])
    expect(records[0]?.personal).to.deep.equal({ ip: origin.ip, user_agent: origin.userAgent })
    expect(await verify({}, '--file', fileWith(text))).to.include({ code: 0, whole: true })
    const none = await output(source, 'export', '--class', 'token', '--until', '2020-01-01')
    expect(linesOf(none).map(({ type }) => type)).to.deep.equal(['export'])
    expect(await verify({}, '--file', fileWith(none))).to.include({ code: 0, whole: true })
  })

  it('says what is wrong with a file, a key or a time', async () => {
    const refusals: [args: string[], sentence: RegExp][] = [
      [['verify', '--file', '/nowhere'], /\/nowhere cannot be read/],
      [['verify', '--file', fileWith('')], /does not begin like an export/],
      [['verify', '--file', fileWith('{}'), '--public-key', fileWith('x')], /is no Ed25519 public key/],
      [['export', '--since', 'yesterday'], /must be a time like/],
    ]
    for (const [args, sentence] of refusals) {
      const { code, stderr } = await command(['audit', ...args], {})
      expect(code, args.join(' ')).to.equal(1)
      expect(stderr).to.match(sentence)
    }
  })
})
