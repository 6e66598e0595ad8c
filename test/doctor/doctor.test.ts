import { expect } from 'chai'
import knex from 'knex'

import { answered, command } from '../support/command.ts'
import { emptyDatabase, freshDatabase } from '../support/database.ts'
import { dnsServer } from '../support/dns-server.ts'
import { mailServer } from '../support/mail-server.ts'
import { afterTest, testVariables } from '../support/parts.ts'
import { stage } from '../support/stage.ts'

interface Finding {
  check: string
  state: 'ok' | 'warn' | 'fail'
  said: string
  fix?: string
}

/** What the doctor says of a service with these variables, and the exit code. */
async function examined(variables: Record<string, string>, ...more: string[]) {
  const { code, stdout } = await command(['doctor', '--json', ...more], variables)
  const { ok, findings } = JSON.parse(stdout) as { ok: boolean; findings: Finding[] }
  expect(ok).to.equal(code === 0)
  const of = (check: string) => findings.filter((one) => one.check === check)
  for (const { state, fix } of findings)
    expect(fix !== undefined, 'a fix where one is needed').to.equal(state !== 'ok')
  return { code, of, findings }
}

const stateOf = (findings: readonly Finding[]) => findings.map(({ state }) => state)

describe('gatehouse doctor', function () {
  this.timeout(30_000)

  it('finds a running service well, and its signing key too old a hundred days later', async () => {
    const { app } = await stage()
    const { database, keyEncryptionKeys } = app.config
    const [key] = keyEncryptionKeys.reveal()
    const variables = {
      ...testVariables(database?.application.reveal() ?? ''),
      KEY_ENCRYPTION_KEY: key?.bytes.toString('base64') ?? '',
    }
    const well = await examined(variables)
    expect(well.findings.filter(({ state }) => state === 'fail')).to.deep.equal([])
    expect(well.code).to.equal(0)
    for (const check of ['database', 'migrations', 'keys', 'jobs', 'deliveries', 'audit', 'clock', 'disk'])
      expect(stateOf(well.of(check)), check).to.deep.equal(['ok'])

    await app
      .db('signing_keys')
      .where({ state: 'active' })
      .update({ activated_at: app.db.raw(`now() - interval '100 days'`) })
    const old = await examined(variables)
    expect(
      old
        .of('keys')
        .map(({ state, said }) => `${state}: ${said}`)
        .join('\n'),
    ).to.match(/^warn: .* has signed for 100 days/)
    expect(old.code, 'a warning').to.equal(0)
    expect((await examined(variables, '--strict')).code).to.equal(1)

    const other = await examined({ ...variables, KEY_ENCRYPTION_KEY: testKey })
    expect(
      other.of('keys').some(({ state, said }) => state === 'fail' && said.includes('does not open')),
    ).to.equal(true)
    expect(other.code).to.equal(1)
  })

  it('goes on with the rest when the database refuses the password, and shows no secret', async () => {
    const { url, drop } = await freshDatabase()
    afterTest(drop)
    const wrong = new URL(url)
    const asked = knex({ client: 'pg', connection: url, pool: { min: 0, max: 1 } })
    const role = `doctor_${Math.floor(performance.now())}`
    await asked.raw(`create role ?? login password 'right-password'`, [role])
    afterTest(async () => {
      await asked.raw('drop role ??', [role])
      await asked.destroy()
    })
    wrong.username = role
    wrong.password = 'wrong-password'
    const { code, of, findings } = await examined(testVariables(wrong.href))
    expect(code).to.equal(1)
    expect(of('database')[0])
      .to.include({ state: 'fail' })
      .and.property('said')
      .to.include('refuses the password')
    expect(of('keys')).to.deep.equal([])
    expect(stateOf([...of('secrets'), ...of('disk'), ...of('redis')])).to.deep.equal(['ok', 'ok', 'ok'])
    expect(JSON.stringify(findings)).not.to.include('wrong-password')

    const away = await examined(testVariables('postgres://gatehouse@127.0.0.1:9/none'))
    expect(away.of('database')[0]?.said).to.include('cannot be reached')
    expect(stateOf(away.of('configuration'))).to.deep.equal(['ok'])
  })

  it('tells missing migrations without making them', async () => {
    const { url, drop } = await emptyDatabase()
    afterTest(drop)
    const { code, of } = await examined(testVariables(url))
    expect(code).to.equal(1)
    expect(of('migrations')[0])
      .to.include({ state: 'fail' })
      .and.property('fix')
      .to.include('gatehouse migrate')
    const db = knex({ client: 'pg', connection: url, pool: { min: 0, max: 1 } })
    afterTest(() => db.destroy())
    expect(await db('pg_tables').where({ schemaname: 'public' })).to.deep.equal([])
  })

  it('names variables that are wrong, and secrets that can be guessed, by name alone', async () => {
    const nowhere = testVariables('postgres://gatehouse@127.0.0.1:9/none')
    const guessable = 'change-me-change-me-change-me-change-me'
    const { of, findings, code } = await examined({
      ...nowhere,
      PORT: 'eighty',
      COOKIE_KEYS: guessable,
      PASSWORD_PEPPER: guessable,
      KEY_ENCRYPTION_KEY: 'short',
      ISSUER: 'http://id.example.com',
      TRUST_PROXY: '0.0.0.0/0',
      OUTBOUND_ALLOW: '0.0.0.0/0',
      HOST: '0.0.0.0',
    })
    expect(code).to.equal(1)
    expect(of('configuration').map(({ said }) => said.split(' ')[0])).to.have.members([
      'PORT',
      'KEY_ENCRYPTION_KEY',
    ])
    expect(
      of('secrets')
        .map(({ said }) => said)
        .join('\n'),
    ).to.match(/PASSWORD_PEPPER can be guessed[^]*COOKIE_KEYS can be guessed[^]*two purposes/)
    for (const check of ['issuer', 'proxy', 'outbound'])
      expect(stateOf(of(check)), check).to.deep.equal(['fail'])
    expect(stateOf(of('host'))).to.deep.equal(['warn'])
    expect(JSON.stringify(findings)).not.to.include(guessable)
  })

  it('greets the mail server, and asks for what the sender’s domain says of itself', async () => {
    const dns = await dnsServer()
    dns.records.set('mail.example.com', { texts: ['v=spf1 -all'] })
    const { url } = await mailServer()
    const variables = {
      ...testVariables('postgres://gatehouse@127.0.0.1:9/none'),
      ...{ SMTP_URL: url, MAIL_FROM: 'Gatehouse <id@mail.example.com>', DNS_SERVERS: dns.address },
    }
    const good = await examined(variables)
    expect(stateOf([...good.of('mail'), ...good.of('spf'), ...good.of('dmarc')])).to.deep.equal([
      'ok',
      'ok',
      'warn',
    ])
    const away = await examined({ ...variables, SMTP_URL: 'smtp://127.0.0.1:9' })
    expect(away.of('mail')[0]).to.include({ state: 'fail', said: 'the server of SMTP_URL cannot be reached' })
  })

  it('says in plain lines what to do, and begins nothing where nothing was ever started', async () => {
    const { stdout, code } = await command(['doctor'], {
      NODE_ENV: 'test',
      DATA_DIR: '/tmp/gatehouse-nothing-here',
    })
    expect(code).to.equal(0)
    expect(stdout)
      .to.match(/^ok {4}configuration/)
      .and.to.match(/WARN {2}database +there is none yet[^\n]*\n +→ Start the service once/)
    await answered(['doctor'], { NODE_ENV: 'test', DATA_DIR: '/tmp/gatehouse-nothing-here' })
  })
})

/** Another one. */
const testKey = Buffer.from('0123456789abcdefghijklmnopqrstuv').toString('base64')
