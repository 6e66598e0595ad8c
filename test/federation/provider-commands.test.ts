import { generateKeyPairSync } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'chai'
import { Command } from 'commander'

import { commands } from '../../src/features/federation/index.ts'
import { openSettings } from '../../src/features/settings/index.ts'
import { Problem } from '../../src/platform/errors.ts'
import { emptyDatabase } from '../support/database.ts'
import { dnsServer } from '../support/dns-server.ts'
import { afterTest, type Parts, parts } from '../support/parts.ts'
import { answerOf, runToEnd, someSecrets } from '../support/process.ts'
import { openidProvider, someSecret } from './support.ts'

interface Said {
  out: string
  err: string
  error: unknown
}

/** Runs `gatehouse provider …` in this process and listens to what it writes. */
async function gatehouse(app: Parts, ...words: string[]): Promise<Said> {
  const said: Said = { out: '', err: '', error: null }
  const writers = {
    out: process.stdout.write.bind(process.stdout),
    err: process.stderr.write.bind(process.stderr),
  }
  const program = new Command().exitOverride()
  const opened = { ...app, settings: openSettings(app) }
  commands(program, () => Promise.resolve(opened))
  const every = (command: Command): Command[] => [command, ...command.commands.flatMap(every)]
  for (const command of every(program)) command.exitOverride()
  process.stdout.write = (text) => Boolean((said.out += String(text)))
  process.stderr.write = (text) => Boolean((said.err += String(text)))
  try {
    await program.parseAsync(['provider', ...words], { from: 'user' })
  } catch (error) {
    said.error = error
  } finally {
    process.stdout.write = writers.out
    process.stderr.write = writers.err
  }
  return said
}

function json({ out, error }: Said): Record<string, unknown> {
  if (error instanceof Error) throw error
  return JSON.parse(out) as Record<string, unknown>
}

const toldBy = ({ error }: Said): string =>
  error instanceof Problem ? (error.options.detail ?? error.message) : String(error)

/** A file that holds a text, in the test's own folder. */
function fileWith(app: Parts, text: string, name = 'secret'): string {
  const path = join(app.config.dataDir, name)
  writeFileSync(path, text)
  return path
}

const create = (app: Parts, ...words: string[]) =>
  gatehouse(
    app,
    'create',
    'google',
    '--client-id',
    'ours',
    '--secret-file',
    fileWith(app, `${someSecret}\n`),
    ...words,
  )

describe('gatehouse provider create', () => {
  it('says which options are missing', async () => {
    const told = toldBy(await gatehouse(await parts(), 'create', 'google'))
    expect(told).to.equal('--client-id is missing; --secret-file or --secret-stdin is missing')
  })

  it('needs no more than who we are, and says what to register at the provider', async () => {
    const app = await parts()
    const said = await create(app, '--json')
    expect(json(said)).to.deep.include({
      slug: 'google',
      name: 'Google',
      client_id: 'ours',
      has_secret: true,
      enabled: true,
      callback_url: `${app.config.issuer}/federation/google/callback`,
    })
    expect(said.out + said.err).not.to.include(someSecret)
    expect((await gatehouse(app, 'show', 'google')).out)
      .to.include('/federation/google/callback')
      .and.not.include(someSecret)
  })

  it('takes everything that can be said', async () => {
    const app = await parts()
    const words = [
      ...['--slug', 'work', '--name', 'Work', '--position', '7', '--disabled', '--keep-tokens'],
      ...['--option', 'hosted_domain=example.com', '--option', 'scopes=["openid","email"]'],
      ...['--map', 'nickname=/handle', '--map', 'name=none', '--no-trust-email', '--require-verified-email'],
      ...['--allow-domain', 'example.com', '--allow-domain', 'example.org', '--creation', 'invitation'],
    ]
    expect(json(await create(app, ...words, '--json'))).to.deep.include({
      slug: 'work',
      name: 'Work',
      position: 7,
      enabled: false,
      keep_tokens: true,
      options: { hosted_domain: 'example.com', scopes: ['openid', 'email'] },
      mapping: { nickname: '/handle', name: null },
      policy: {
        creation: 'invitation',
        allowed_domains: ['example.com', 'example.org'],
        require_verified_email: true,
        trust_email: false,
      },
    })
  })

  it('reads Apple’s key file as it is', async () => {
    const app = await parts()
    const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
    const file = fileWith(app, privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(), 'AuthKey.p8')
    const options = ['--option', 'team_id=ABCDE12345', '--option', 'key_id=ABCDE12345']
    const words = ['create', 'apple', '--client-id', 'com.example.web', '--secret-file', file, ...options]
    expect(json(await gatehouse(app, ...words, '--json'))).to.include({ slug: 'apple', has_secret: true })
  })

  const refusals: [words: string[], told: RegExp][] = [
    [['create', 'myspace'], /^connector must be one of google, facebook/],
    [['create', 'google', '--client-id', 'ours'], /^--secret-file or --secret-stdin /],
    [
      ['create', 'google', '--client-id', 'ours', '--secret-file', '/nowhere'],
      /^--secret-file \/nowhere cannot be read/,
    ],
    [['create', 'google', '--client-id', 'ours', '--secret', someSecret], /unknown option '--secret'/],
    [['create', 'google', '--secret-file', '/a', '--secret-stdin'], /cannot be used with/],
  ]
  for (const [words, told] of refusals) {
    it(`refuses ${words.join(' ')}`, async () => {
      expect(toldBy(await gatehouse(await parts(), ...words))).to.match(told)
    })
  }

  const faults: [words: string[], told: RegExp][] = [
    [['--slug', 'connectors'], /^--slug is reserved/],
    [['--option', 'tenant=x'], /^--option tenant is not known here/],
    [['--option', 'hosted_domain'], /^--option must look like name=value/],
    [['--option', 'issuer=https://10.0.0.1'], /^--option issuer is refused: an address with a special use/],
    [['--map', 'email=mail'], /^--map email is no JSON pointer/],
    [['--map', 'role=/role'], /^--map/],
    [['--allow-domain', 'example'], /^--allow-domain is no domain name/],
    [['--position', 'first'], /^--position/],
    [['--creation', 'maybe'], /--creation/],
  ]
  for (const [words, told] of faults) {
    it(`names the option at fault: ${words.join(' ')}`, async () => {
      const app = await parts()
      expect(toldBy(await create(app, ...words))).to.match(told)
      expect(await app.db('identity_providers').select('id')).to.deep.equal([])
    })
  }
})

describe('the other commands of gatehouse provider', () => {
  it('update changes what is named, and wants the secret again for another address', async () => {
    const app = await parts()
    await create(app, '--map', 'nickname=/handle', '--allow-domain', 'example.com')
    const words = ['--name', 'Work', '--map', 'nickname=', '--map', 'name=none', '--allow-any-domain']
    const changed = json(await gatehouse(app, 'update', 'google', ...words, '--no-trust-email', '--json'))
    expect(changed).to.deep.include({ name: 'Work', mapping: { name: null }, revision: 2 })
    expect(changed.policy).to.deep.include({ allowed_domains: [], trust_email: false, creation: 'open' })

    const move = ['update', 'google', '--option', 'issuer=https://192.0.43.8']
    const refused = await gatehouse(app, ...move)
    expect(refused.error).to.include({ code: 'secret_demanded' })
    expect(toldBy(refused)).to.match(
      /^--secret-file or --secret-stdin must be given again, for options.issuer changed/,
    )
    const moved = await gatehouse(app, ...move, '--secret-file', fileWith(app, someSecret), '--json')
    expect(json(moved)).to.include({ issuer: 'https://192.0.43.8' })
    const back = [
      'update',
      'google',
      '--option',
      'issuer=',
      '--secret-file',
      fileWith(app, someSecret),
      '--json',
    ]
    expect(json(await gatehouse(app, ...back))).to.deep.include({
      options: {},
      issuer: 'https://accounts.google.com',
    })
  })

  it('disable, enable and delete do so, twice if need be, and say when there is none', async () => {
    const app = await parts()
    await create(app)
    for (const [name, enabled] of [
      ['disable', false],
      ['disable', false],
      ['enable', true],
    ] as const) {
      json(await gatehouse(app, name, 'google', '--json'))
      expect(json(await gatehouse(app, 'show', 'google', '--json')).enabled).to.equal(enabled)
    }
    expect(json(await gatehouse(app, 'list', '--json'))).to.have.lengthOf(1)
    expect((await gatehouse(app, 'delete', 'google')).out).to.equal('google is deleted\n')
    for (const name of ['show', 'update', 'enable', 'disable', 'delete', 'test'])
      expect((await gatehouse(app, name, 'google')).error, name).to.include({ code: 'provider_not_found' })
  })

  it('test says whether it is there, and what a sign-in would come to', async () => {
    const app = await parts({ OUTBOUND_ALLOW: 'localhost' })
    const { url } = await openidProvider()
    const secret = fileWith(app, someSecret)
    const options = ['--option', `issuer=${url}`, '--trust-email']
    json(
      await gatehouse(
        app,
        'create',
        'oidc',
        '--client-id',
        'c',
        '--secret-file',
        secret,
        ...options,
        '--json',
      ),
    )
    const claims = fileWith(
      app,
      '{"sub":"one","email":"ann@example.com","email_verified":true}',
      'claims.json',
    )

    expect(json(await gatehouse(app, 'test', 'oidc', '--json'))).to.have.all.keys('upstream')
    expect(json(await gatehouse(app, 'test', 'oidc', '--claims', claims, '--json'))).to.deep.include({
      email_proven: true,
      account: { made: true, reason: null },
    })
    expect((await gatehouse(app, 'test', 'oidc', '--claims', claims)).out).to.match(
      /^is there: .*\n[^]*a new account +is made/,
    )
    const words = ['update', 'oidc', '--option', 'issuer=https://nothing.invalid', '--secret-file', secret]
    expect((await gatehouse(app, ...words)).err).to.match(
      /^warning: The name in options.issuer does not resolve/,
    )
    const gone = await gatehouse(app, 'test', 'oidc')
    expect(gone.error).to.include({ code: 'upstream_unavailable' })
    expect(gone.out).to.match(/^is not there: its metadata could not be fetched: (ENOTFOUND|EAI_AGAIN)/)
    expect(toldBy(await gatehouse(app, 'test', 'oidc', '--claims', secret))).to.match(
      /^--claims .* holds no JSON/,
    )
  })

  it('rewrap says what was done', async () => {
    const app = await parts()
    await create(app)
    expect(json(await gatehouse(app, 'rewrap', '--json'))).to.deep.equal({
      rewrapped: 0,
      alreadyCurrent: 1,
      unopened: [],
    })
  })

  it('domain add, check, list and remove', async () => {
    const dns = await dnsServer()
    const app = await parts({ DNS_SERVERS: dns.address })
    await create(app)
    const domain = (...words: string[]) => gatehouse(app, 'domain', ...words)
    const record = json(await domain('add', 'google', 'Example.com', '--json')).record as {
      name: string
      value: string
    } // its view is declared as that
    expect((await domain('add', 'google', 'example.com')).out).to.include(
      `${record.name}. TXT "${record.value}"`,
    )
    expect((await domain('check', 'google', 'example.com')).error).to.include({ code: 'domain_unproven' })
    dns.records.set(record.name, { texts: [record.value] })
    expect(json(await domain('check', 'google', 'example.com', '--json'))).to.include({ proven: true })
    expect((await domain('list', 'google')).out).to.match(/^example.com {2}proven /)
    expect(json(await domain('remove', 'google', 'example.com', '--json'))).to.include({ removed: true })
    expect((await domain('add', 'google', 'no domain')).error).to.include({
      code: 'provider_options_invalid',
    })
  })
})

describe('a secret on standard input', function () {
  this.timeout(60_000)

  it('is read to its end, and shown nowhere', async () => {
    const { url, drop } = await emptyDatabase()
    afterTest(drop)
    const variables = { DATABASE_URL: url, ...someSecrets() }
    const words = ['provider', 'create', 'google', '--client-id', 'ours', '--secret-stdin']

    const piped = await runToEnd([...words, '--json'], variables, { input: `${someSecret}\n` })
    const shown = await answerOf<{ has_secret: boolean }>(['provider', 'show', 'google'], variables)
    const nothing = await runToEnd([...words, '--slug', 'other'], variables)

    expect(piped.code, piped.stderr).to.equal(0)
    expect(piped.stdout + piped.stderr).not.to.include(someSecret)
    expect(shown.has_secret).to.equal(true)
    expect(nothing.code).to.equal(1)
    expect(nothing.stderr).to.include('--secret-file or --secret-stdin')
  })
})
