import { expect } from 'chai'

import { freshDatabase } from '../support/database.ts'
import { afterTest } from '../support/parts.ts'
import {
  production,
  readiness,
  runToEnd,
  serve,
  someSecrets,
  temporaryFolder,
  type Variables,
} from '../support/process.ts'

/** Nothing listens there; a start that got so far would say so. */
const database = 'postgres://gatehouse:hunter2-hunter2@127.0.0.1:9/gatehouse'

const secretNames = ['KEY_ENCRYPTION_KEY', 'PASSWORD_PEPPER', 'COOKIE_KEYS']

async function refusal(variables: Variables): Promise<string> {
  const { code, stdout, stderr } = await runToEnd(['start'], { DATA_DIR: temporaryFolder(), ...variables })
  expect(code).to.equal(1)
  expect(stdout).to.equal('')
  expect(stderr).to.match(/^[^\n]+\.\n$/)
  expect(stderr).not.to.match(/hunter2|\bat .*:\d+:\d+\)?$/m)
  return stderr
}

const namesIn = (sentence: string): string[] => [
  ...new Set(sentence.match(/\b[A-Z][A-Z]+(?:_[A-Z]+)*\b(?= (?:is|must)\b)/g)),
]

describe('settings of a start', function () {
  this.timeout(60_000)

  it('are told by name, all that are malformed or missing at once, without their values', async () => {
    const wrong = {
      DATABASE_URL: 'mysql://root:hunter2@db',
      DATABASE_DIRECT_URL: 'hunter2',
      REDIS_URL: 'http://:hunter2@cache',
      PORT: 'hunter2',
      MANAGEMENT_PORT: '70000',
      WEB_CONCURRENCY: '0',
      ISSUER: 'https://id.example.com/hunter2',
      LOG_LEVEL: 'hunter2',
      ROOT_ADMIN_EMAIL: 'hunter2',
      ROOT_ADMIN_PASSWORD: 'hunter2',
      TRUST_PROXY: '10.0.0.0/8,hunter2',
      DNS_SERVERS: '9.9.9.9,hunter2',
      SMTP_URL: 'hunter2',
      COOKIE_KEYS: 'hunter2',
      PASSWORD_PEPPER: 'hunter2',
    }

    const sentence = await refusal(wrong)

    expect(sentence).to.match(/^These settings are missing or wrong: /)
    for (const name of [...Object.keys(wrong), 'KEY_ENCRYPTION_KEY']) expect(sentence).to.include(` ${name} `)
  })

  it('have no secret by default where the database is one’s own', async () => {
    expect(namesIn(await refusal({ DATABASE_URL: database }))).to.have.members(secretNames)
  })

  it('count an empty value as missing', async () => {
    expect(await refusal({ DATABASE_URL: database, ...someSecrets(), COOKIE_KEYS: '' })).to.include(
      'COOKIE_KEYS is missing',
    )
  })

  it('allow no more processes than the embedded database has connections for', async () => {
    expect(await refusal({ WEB_CONCURRENCY: '5' })).to.include(
      'WEB_CONCURRENCY must be 4 at most without DATABASE_URL',
    )
  })
})

describe('settings of a start in production', function () {
  this.timeout(60_000)

  it('must all be there', async () => {
    const wanted = ['DATABASE_URL', 'ISSUER', 'SMTP_URL', 'MAIL_FROM', ...secretNames]

    expect(namesIn(await refusal({ NODE_ENV: 'production' }))).to.have.members(wanted)
  })

  const cases: [what: string, variables: Variables, told: string][] = [
    [
      'the embedded database',
      { DATABASE_URL: '' },
      'DATABASE_URL is missing (production does not run on the embedded database)',
    ],
    ['an http issuer', { ISSUER: 'http://id.example.com' }, 'ISSUER must begin with https:// in production'],
    ['no way to send mail', { SMTP_URL: '' }, 'SMTP_URL is missing'],
    ['mail from nobody', { MAIL_FROM: '' }, 'MAIL_FROM is missing'],
    [
      'a short key',
      { KEY_ENCRYPTION_KEY: Buffer.alloc(16).toString('base64') },
      'KEY_ENCRYPTION_KEY must hold 32 bytes',
    ],
    [
      'a short pepper',
      { PASSWORD_PEPPER: 'x'.repeat(31) },
      'PASSWORD_PEPPER must have at least 32 characters',
    ],
    [
      'a short cookie key',
      { COOKIE_KEYS: `${'x'.repeat(32)},short` },
      'COOKIE_KEYS must hold keys of at least 32 characters',
    ],
  ]
  for (const [what, variables, told] of cases) {
    it(`refuse ${what}`, async () => {
      expect(await refusal({ ...production(database), ...variables })).to.include(`: ${told}`)
    })
  }

  it('let it serve without pages for development', async () => {
    const { url, drop } = await freshDatabase()
    afterTest(drop)
    const server = await serve({ ...production(url), LOG_LEVEL: 'fatal' })

    expect(await readiness(server.origin)).to.equal(200)
    expect(server.stdout()).not.to.include('/demo')
    for (const path of ['/demo', '/demo/first/start', '/demo/callback']) {
      const reply = await fetch(server.origin + path, { redirect: 'manual' })
      expect(reply.status, path).to.equal(404)
    }
    expect(await (await fetch(server.origin)).text()).not.to.include('/demo')
    expect(await server.stop()).to.equal(0)
  })
})
