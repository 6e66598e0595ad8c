import { spawnSync } from 'node:child_process'
import { pathToFileURL } from 'node:url'
import { expect } from 'chai'

import { describeError } from '../../src/platform/log.ts'
import { parts } from '../support/parts.ts'

const log = pathToFileURL('src/platform/log.ts').href
const secret = pathToFileURL('src/platform/crypto/secret.ts').href

/** What a process writes that runs `code` with an open `log`. */
function written(
  code: string,
  level = 'info',
): { lines: Record<string, unknown>[]; text: string; stdout: string } {
  const program = `import { openLog } from '${log}'; import { secret } from '${secret}'; const log = openLog('${level}'); ${code}`
  const { stdout, stderr } = spawnSync(process.execPath, ['--input-type=module', '-e', program], {
    encoding: 'utf8',
  })
  const lines = stderr.split('\n').filter((line) => line !== '')
  return { lines: lines.map((line) => JSON.parse(line) as Record<string, unknown>), text: stderr, stdout }
}

describe('the log', () => {
  it('is one JSON line each on standard error, with the time in words a person can read', () => {
    const { lines, stdout } = written(`log.info({ status: 200 }, 'request'); log.debug('unseen')`)
    expect(lines).to.have.lengthOf(1)
    expect(lines[0]).to.include({ level: 30, status: 200, msg: 'request' })
    expect(lines[0]?.time).to.match(/^\d{4}-\d\d-\d\dT/)
    expect(lines[0]).not.to.have.any.keys('pid', 'hostname')
    expect(stdout).to.equal('')
  })

  it('shows no field that is named like a secret, alone or inside another', () => {
    const names = [
      'password',
      'secret',
      'token',
      'access_token',
      'refresh_token',
      'id_token',
      'code',
      'cookie',
    ]
    const fields = Object.fromEntries(names.map((name) => [name, 'hunter2']))
    const { lines, text } = written(
      `log.info(${JSON.stringify({ ...fields, body: fields, id: 7 })}, 'request')`,
    )
    expect(text).not.to.include('hunter2')
    expect(lines[0]).to.include({ password: '[redacted]', id: 7 })
  })

  it('shows nothing of a secret that is logged as such', () => {
    const { text } = written(
      `log.info({ key: secret('hunter2'), deep: { key: secret('hunter2') } }, \`\${secret('hunter2')}\`)`,
    )
    expect(text).not.to.include('hunter2')
    expect(text.match(/\[redacted\]/g)).to.have.lengthOf(3)
  })

  it('tells of an error its name, message, stack and code, and nothing that a driver hung on it', () => {
    const { lines, text } = written(
      `log.error({ err: Object.assign(new TypeError('broken'), { code: '23505', detail: 'hunter2', query: 'hunter2', parameters: ['hunter2'], config: { body: 'hunter2' } }) }, 'failed')`,
    )
    expect(text).not.to.include('hunter2')
    expect(lines[0]?.err).to.include({ type: 'TypeError', message: 'broken', errorCode: '23505' })
    expect(lines[0]?.err).to.have.all.keys('type', 'message', 'stack', 'errorCode')
  })

  it('stays whole when a value holds a line break', () => {
    const { lines } = written(`log.info({ agent: 'a\\n{"level":60}' }, 'request')`)
    expect(lines).to.have.lengthOf(1)
    expect(lines[0]?.agent).to.equal('a\n{"level":60}')
  })
})

describe('an error in the log', () => {
  it('names its causes, four deep at most', () => {
    const chain = (depth: number): Error =>
      new Error(`level ${depth}`, depth === 9 ? {} : { cause: chain(depth + 1) })
    const text = JSON.stringify(describeError(chain(0)), ['message', 'cause'])
    expect(text).to.include('level 3').and.not.include('level 4')
  })

  it('does not show what was thrown when that is no error', () => {
    for (const thrown of ['hunter2', { password: 'hunter2' }, 7, null, undefined]) {
      expect(JSON.stringify(describeError(thrown))).not.to.include('hunter2')
    }
  })

  it('holds no value of the statement that failed', async () => {
    const { db } = await parts()
    await db.raw('create table cats (name text unique)')
    await db('cats').insert({ name: 'hunter2' })

    const error = await db('cats')
      .insert({ name: 'hunter2' })
      .then(
        () => null,
        (thrown: unknown) => thrown,
      )

    expect(JSON.stringify(error)).to.include('hunter2') // what the driver tells, in `detail`
    expect(JSON.stringify(describeError(error)))
      .to.include('cats_name_key')
      .and.not.include('hunter2')
  })
})
