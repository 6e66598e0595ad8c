import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { inspect } from 'node:util'
import { expect } from 'chai'

import { readConfig } from '../../src/platform/config/index.ts'

const key = (letter: string): string => Buffer.alloc(32, letter).toString('base64')

/** Everything a production start needs. */
const complete = {
  NODE_ENV: 'production',
  ISSUER: 'https://id.example.com',
  DATABASE_URL: 'postgres://gatehouse:db-hunter2@db.example.com/gatehouse',
  REDIS_URL: 'redis://:redis-hunter2@cache.example.com',
  KEY_ENCRYPTION_KEY: key('k'),
  PASSWORD_PEPPER: 'p'.repeat(40),
  COOKIE_KEYS: `${'c'.repeat(40)},${'d'.repeat(40)}`,
  SMTP_URL: 'smtps://mailer:smtp-hunter2@mail.example.com',
  MAIL_FROM: 'Gatehouse <id@example.com>',
  SMS_URL: 'https://sms.example.com/hunter2/messages',
  SMS_TOKEN: 'sms-hunter2',
  SMS_FROM: '+14155550100',
  ROOT_ADMIN_PASSWORD: 'root-hunter2-root',
}

/** The message of a refused start. */
function refusal(variables: Record<string, string | undefined>): string {
  try {
    readConfig(variables)
  } catch (error) {
    if (error instanceof Error && error.name === 'StartupError') return error.message
    throw error
  }
  throw new Error('the configuration was accepted')
}

const without = (name: string): Record<string, string> =>
  Object.fromEntries(Object.entries(complete).filter(([key]) => key !== name))

describe('the configuration', () => {
  let dataDir = ''
  beforeEach(() => {
    dataDir = mkdtempSync(join(tmpdir(), 'gatehouse-config-'))
  })
  afterEach(() => {
    rmSync(dataDir, { recursive: true, force: true })
  })

  it('needs nothing on a developer’s machine', () => {
    const config = readConfig({ DATA_DIR: dataDir })
    expect(config).to.include({
      issuer: 'http://localhost:3000',
      port: 3000,
      host: '127.0.0.1',
      production: false,
    })
    expect(config).to.include({ database: null, redisUrl: null })
    expect(config.rootAdmin.email).to.equal('root@localhost.test')
  })

  it('takes an empty variable for an absent one', () => {
    const config = readConfig({ DATA_DIR: dataDir, PORT: '', REDIS_URL: '', ISSUER: '', DATABASE_URL: '' })
    expect(config).to.include({ port: 3000, redisUrl: null, database: null })
  })

  it('is complete with what production needs', () => {
    const config = readConfig(complete)
    expect(config).to.include({ production: true, issuer: 'https://id.example.com' })
    expect(config.database?.migration.reveal()).to.equal(complete.DATABASE_URL)
    expect(config.database?.direct.reveal()).to.equal(complete.DATABASE_URL)
    expect(config.cookieKeys.reveal()).to.have.lengthOf(2)
  })

  for (const name of [
    'ISSUER',
    'DATABASE_URL',
    'KEY_ENCRYPTION_KEY',
    'PASSWORD_PEPPER',
    'COOKIE_KEYS',
    'SMTP_URL',
    'MAIL_FROM',
  ]) {
    it(`is refused in production without ${name}, and says so by name alone`, () => {
      const message = refusal(without(name))
      expect(message).to.match(new RegExp(`: ${name} is missing[^;]*\\. Set them`))
    })
  }

  it('needs no text messages, and all of what sends them', () => {
    const { SMS_URL, SMS_TOKEN, SMS_FROM, ...others } = complete
    expect(readConfig(others).sms).to.equal(null)
    expect(readConfig({ ...others, SMS_URL, SMS_TOKEN, SMS_FROM }).sms).to.include({ provider: 'json' })
    for (const name of ['SMS_TOKEN', 'SMS_FROM'])
      expect(refusal(without(name))).to.include(`${name} is missing`)
    expect(readConfig({ DATA_DIR: dataDir, SMS_TOKEN }).sms).to.equal(null)
  })

  it('is refused in production with an http issuer', () => {
    expect(refusal({ ...complete, ISSUER: 'http://id.example.com' })).to.include(
      'ISSUER must begin with https://',
    )
  })

  it('demands secrets wherever there is a database of one’s own, since replicas share them', () => {
    const message = refusal({ DATABASE_URL: complete.DATABASE_URL })
    for (const name of ['KEY_ENCRYPTION_KEY', 'PASSWORD_PEPPER', 'COOKIE_KEYS'])
      expect(message).to.include(`${name} is missing`)
  })

  /** Every way to get a variable wrong. */
  const malformed: [name: string, value: string][] = [
    ['NODE_ENV', 'prod-hunter2'],
    ['PORT', 'hunter2'],
    ['PORT', '65536'],
    ['PORT', '-1'],
    ['PORT', '80.5'],
    ['MANAGEMENT_PORT', 'hunter2'],
    ['DRAIN_SECONDS', '121'],
    ['ISSUER', 'hunter2'],
    ['ISSUER', 'ftp://hunter2.example.com'],
    ['ISSUER', 'https://id.example.com/hunter2'],
    ['ISSUER', 'https://id.example.com?hunter2'],
    ['ISSUER', 'https://hunter2:x@id.example.com'],
    ['ISSUER', 'https://ID.example.com'],
    ['ISSUER', 'https://id.example.com:443'],
    ['DATABASE_URL', 'mysql://hunter2@db'],
    ['DATABASE_URL', 'hunter2'],
    ['MIGRATION_DATABASE_URL', 'hunter2'],
    ['DATABASE_DIRECT_URL', 'http://hunter2'],
    ['REDIS_URL', 'http://hunter2'],
    ['SMTP_URL', 'hunter2'],
    ['SMS_PROVIDER', 'hunter2'],
    ['SMS_URL', 'ftp://hunter2.example.com'],
    ['SMS_URL', 'https://hunter2:x@sms.example.com'],
    ['SMS_URL', 'http://hunter2.example.com'],
    ['SMS_TOKEN', 'hunter2'.repeat(72)],
    ['SMS_FROM', '<hunter2>'],
    ['KEY_ENCRYPTION_KEY', 'hunter2'],
    ['KEY_ENCRYPTION_KEY', Buffer.alloc(31, 'hunter2').toString('base64')],
    ['KEY_ENCRYPTION_KEY', Buffer.alloc(33, 'hunter2').toString('base64')],
    ['KEY_ENCRYPTION_KEY', `${key('a')},hunter2`],
    ['PASSWORD_PEPPER', 'hunter2'],
    ['COOKIE_KEYS', 'hunter2'],
    ['COOKIE_KEYS', `${'c'.repeat(40)},hunter2`],
    ['COOKIE_KEYS', ','],
    ['ROOT_ADMIN_EMAIL', 'hunter2'],
    ['ROOT_ADMIN_PASSWORD', 'hunter2'],
    ['ROOT_ADMIN_PASSWORD', 'hunter2'.repeat(40)],
    ['TRUST_PROXY', 'hunter2'],
    ['TRUST_PROXY', '10.0.0.0/8,hunter2'],
    ['CLIENT_CERT_HEADER', 'hunter2 hunter2'],
    ['CLIENT_CERT_HEADER', 'Authorization'],
    ['CLIENT_CERT_HEADER', 'X-Forwarded-For'],
    ['DNS_SERVERS', 'hunter2'],
    ['DNS_SERVERS', '9.9.9.9,hunter2'],
    ['DNS_SERVERS', '9.9.9.9:hunter2'],
    ['DNS_SERVERS', '9.9.9.9:65536'],
    ['DNS_SERVERS', '9.9.9'],
    ['DNS_SERVERS', '[9.9.9.9]:53'],
    ['DNS_SERVERS', 'dns.hunter2.example'],
    ['WEB_CONCURRENCY', '0'],
    ['WEB_CONCURRENCY', 'hunter2'],
    ['LOG_LEVEL', 'hunter2'],
  ]
  for (const [name, value] of malformed) {
    it(`is refused with ${name}=${value.slice(0, 40)}, which is told by name and never repeated`, () => {
      const message = refusal({ ...complete, [name]: value })
      expect(message).to.match(new RegExp(`(: |; )${name} `))
      expect(message).not.to.include('hunter2')
      if (value.length > 5) expect(message).not.to.include(value)
    })
  }

  it('tells all that is wrong and all that is missing in one message', () => {
    const message = refusal({
      NODE_ENV: 'production',
      PORT: 'x',
      LOG_LEVEL: 'loud',
      TRUST_PROXY: 'y',
      KEY_ENCRYPTION_KEY: 'z',
    })
    for (const name of ['PORT', 'LOG_LEVEL', 'TRUST_PROXY', 'KEY_ENCRYPTION_KEY'])
      expect(message).to.include(`${name} `)
    for (const name of [
      'ISSUER',
      'DATABASE_URL',
      'PASSWORD_PEPPER',
      'COOKIE_KEYS',
      'SMTP_URL',
      'MAIL_FROM',
    ]) {
      expect(message).to.include(`${name} is missing`)
    }
  })

  it('wants a trusted proxy, and its word, for certificates of clients', () => {
    const headers = { CLIENT_CERT_HEADER: 'Client-Cert', CLIENT_CERT_VERIFIED_HEADER: 'X-Client-Verify' }
    expect(readConfig({ ...complete, ...headers, TRUST_PROXY: '10.0.0.1' }).clientCertificates).to.deep.equal(
      {
        header: 'client-cert',
        verifiedHeader: 'x-client-verify',
      },
    )
    expect(readConfig(complete).clientCertificates).to.equal(null)
    expect(refusal({ ...complete, ...headers })).to.include('TRUST_PROXY is missing')
    expect(refusal({ ...complete, TRUST_PROXY: '10.0.0.1', CLIENT_CERT_HEADER: 'Client-Cert' })).to.include(
      'CLIENT_CERT_VERIFIED_HEADER is missing',
    )
  })

  it('reads name servers with and without a port, of both families', () => {
    const servers = '9.9.9.9, 127.0.0.1:5353, 2620:fe::fe, [::1]:53'
    expect(readConfig({ ...complete, DNS_SERVERS: servers }).dnsServers).to.deep.equal([
      '9.9.9.9',
      '127.0.0.1:5353',
      '2620:fe::fe',
      '[::1]:53',
    ])
    expect(readConfig(complete).dnsServers).to.deep.equal([])
  })

  it('reads several named keys, the first of them current, and refuses one name for two', () => {
    const keys = readConfig({
      ...complete,
      KEY_ENCRYPTION_KEY: `new:${key('n')},1:${key('o')}`,
    }).keyEncryptionKeys.reveal()
    expect(keys.map(({ id }) => id)).to.deep.equal(['new', '1'])

    for (const name of ['KEY_ENCRYPTION_KEY', 'PASSWORD_PEPPER']) {
      expect(refusal({ ...complete, [name]: `${key('n')},${key('o')}` }), name).to.match(
        new RegExp(`${name} must give each`),
      )
      expect(refusal({ ...complete, [name]: `a:${key('n')},a:${key('o')}` }), name).to.match(
        new RegExp(`${name} must give each`),
      )
    }
  })

  it('gives no secret away when it is printed', () => {
    const config = readConfig(complete)
    const printed = inspect(config, { depth: 10 }) + JSON.stringify(config)
    for (const secret of ['hunter2', 'pppp', 'cccc', key('k'), Buffer.alloc(8, 'k').toString('hex')]) {
      expect(printed).not.to.include(secret)
    }
  })

  it('makes the secrets of the embedded database once, for the owner’s eyes only', () => {
    const first = readConfig({ DATA_DIR: dataDir })
    const second = readConfig({ DATA_DIR: dataDir })

    expect(second.keyEncryptionKeys.reveal()).to.deep.equal(first.keyEncryptionKeys.reveal())
    expect(second.peppers.reveal()).to.deep.equal(first.peppers.reveal())
    expect(second.cookieKeys.reveal()).to.deep.equal(first.cookieKeys.reveal())
    if (process.platform !== 'win32')
      expect(statSync(join(dataDir, 'secrets.json')).mode & 0o777).to.equal(0o600)
    const kept = Object.values(
      JSON.parse(readFileSync(join(dataDir, 'secrets.json'), 'utf8')) as Record<string, string>,
    )
    expect(new Set(kept)).to.have.lengthOf(3)
  })

  it('lets a secret of the environment win over the one kept beside the embedded data', () => {
    readConfig({ DATA_DIR: dataDir })
    const config = readConfig({ DATA_DIR: dataDir, PASSWORD_PEPPER: 'q'.repeat(32) })
    expect(config.peppers.reveal()[0]?.bytes.toString()).to.equal('q'.repeat(32))
  })
})
