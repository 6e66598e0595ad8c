import { writeFileSync } from 'node:fs'
import { generateKeyPairSync } from 'node:crypto'
import { join } from 'node:path'

import { expect } from 'chai'
import { Command } from 'commander'

import { Problem } from '../../src/platform/errors.ts'
import { addManagedCommands as commands } from '../support/client-commands.ts'
import { afterTest, type Parts, parts } from '../support/parts.ts'

interface Said {
  out: string
  err: string
  error: unknown
}

/** Runs `gatehouse client …` in this process and listens to what it writes. */
async function gatehouse(app: Parts, ...words: string[]): Promise<Said> {
  const said: Said = { out: '', err: '', error: null }
  const writers = {
    out: process.stdout.write.bind(process.stdout),
    err: process.stderr.write.bind(process.stderr),
  }
  const program = new Command().exitOverride()
  commands(program, () => Promise.resolve(app))
  for (const group of program.commands) for (const command of group.commands) command.exitOverride()
  process.stdout.write = (text) => Boolean((said.out += String(text)))
  process.stderr.write = (text) => Boolean((said.err += String(text)))
  try {
    await program.parseAsync(['client', ...words], { from: 'user' })
  } catch (error) {
    said.error = error
  } finally {
    process.stdout.write = writers.out
    process.stderr.write = writers.err
  }
  return said
}

const json = ({ out, error }: Said): Record<string, unknown> => {
  if (error instanceof Error) throw error
  return JSON.parse(out) as Record<string, unknown>
}

const detailOf = ({ error }: Said): string =>
  error instanceof Problem ? (error.options.detail ?? error.message) : String(error)

const base = ['create', '--name', 'Shop']
const redirect = ['--redirect-uri', 'https://rp.example/cb']

describe('the command gatehouse client create', () => {
  it('prints the id and the secret as one JSON document', async () => {
    const app = await parts()
    const said = await gatehouse(app, ...base, ...redirect, '--json')
    expect(Object.keys(json(said))).to.deep.equal(['client_id', 'client_secret'])
    expect(said.err).to.equal('')
  })

  const given: [whose: string, words: string[], grants: string[]][] = [
    ['a third party', [], ['authorization_code']],
    ['our own', ['--first-party'], ['authorization_code', 'refresh_token']],
    [
      'our own, with the grant named',
      ['--first-party', '--grant', 'authorization_code'],
      ['authorization_code'],
    ],
  ]
  for (const [whose, words, grants] of given)
    it(`gives an application of ${whose} ${grants.join(' and ')}`, async () => {
      const app = await parts()
      const { client_id: id } = json(await gatehouse(app, ...base, ...redirect, ...words, '--json'))
      const shown = json(await gatehouse(app, 'show', String(id), '--json'))
      expect(shown['grant_types']).to.deep.equal(grants)
    })

  it('takes under --profile fapi2 no grant ciba of a client with a secret, and none without fitting keys (FAPI-CIBA, section 5.2.2)', async () => {
    const app = await parts()
    const words = ['--grant', 'ciba', '--profile', 'fapi2']
    expect(detailOf(await gatehouse(app, ...base, ...words))).to.contain('--jwks must be a signed assertion')
    const byName = ['--tls-san-dns', 'bank.example']
    const unsigned = detailOf(await gatehouse(app, ...base, ...words, ...byName))
    expect(unsigned).to.contain('--ciba-request-alg needs a public key')
    const { publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
    const file = join(app.config.dataDir, 'asking.json')
    writeFileSync(file, JSON.stringify({ keys: [publicKey.export({ format: 'jwk' })] }))
    const made = json(await gatehouse(app, ...base, ...words, ...byName, '--keys', file, '--json'))
    expect(json(await gatehouse(app, 'show', String(made.client_id), '--json'))).to.include({
      backchannel_authentication_request_signing_alg: 'ES256',
      backchannel_token_delivery_mode: 'poll',
      tls_client_certificate_bound_access_tokens: true,
    })
  })

  for (const name of ['device_code', 'urn:ietf:params:oauth:grant-type:device_code'])
    it(`registers a device without a redirect URI by --grant ${name}`, async () => {
      const app = await parts()
      const words = ['--public', '--native', '--grant', name, 'refresh_token', '--json']
      const said = json(await gatehouse(app, ...base, ...words))
      expect(Object.keys(said)).to.deep.equal(['client_id'])
      const shown = json(await gatehouse(app, 'show', String(said['client_id']), '--json'))
      expect(shown).to.deep.include({
        grant_types: ['urn:ietf:params:oauth:grant-type:device_code', 'refresh_token'],
        redirect_uris: [],
        token_endpoint_auth_method: 'none',
      })
    })

  const ways: [how: string, words: string[]][] = [
    ['repeated', ['--redirect-uri', 'https://rp.example/a', '--redirect-uri', 'https://rp.example/b']],
    ['in one row', ['--redirect-uri', 'https://rp.example/a', 'https://rp.example/b']],
  ]
  for (const [how, words] of ways) {
    it(`takes several redirect URIs ${how}`, async () => {
      const app = await parts()
      const { client_id: id } = json(await gatehouse(app, ...base, ...words, '--json'))
      const shown = json(await gatehouse(app, 'show', String(id), '--json'))
      expect(shown.redirect_uris).to.deep.equal(['https://rp.example/a', 'https://rp.example/b'])
    })
  }

  it('gives a public client no secret', async () => {
    const said = await gatehouse(await parts(), ...base, ...redirect, '--public', '--json')
    expect(Object.keys(json(said))).to.deep.equal(['client_id'])
  })

  it('registers a client of backchannel authentication, by a short name or the long one', async () => {
    const app = await parts()
    const urn = 'urn:openid:params:grant-type:ciba'
    const endpoint = 'https://8.8.8.8/told'
    const told = ['--ciba-delivery', 'ping', '--ciba-notification-endpoint', endpoint]
    const { client_id: id } = json(await gatehouse(app, ...base, '--grant', 'ciba', ...told, '--json'))
    expect(json(await gatehouse(app, 'show', String(id), '--json'))).to.deep.include({
      grant_types: [urn],
      response_types: [],
      backchannel_token_delivery_mode: 'ping',
      backchannel_client_notification_endpoint: endpoint,
    })
    const { client_id: polls } = json(await gatehouse(app, ...base, '--grant', urn, '--json'))
    expect(json(await gatehouse(app, 'show', String(polls), '--json'))).to.include({
      backchannel_token_delivery_mode: 'poll',
    })
    const unreachable = ['--ciba-delivery', 'ping', '--ciba-notification-endpoint', 'https://127.0.0.1/told']
    expect(detailOf(await gatehouse(app, ...base, '--grant', 'ciba', ...unreachable))).to.include(
      '--ciba-notification-endpoint is refused',
    )
  })

  it('registers everything it was told', async () => {
    const app = await parts()
    const words = [
      ...[
        '--post-logout-redirect-uri',
        'https://rp.example/bye',
        '--grant',
        'authorization_code',
        'refresh_token',
      ],
      ...['--secret', '--first-party', '--cors-origin', 'https://rp.example', '--scope', 'openid', 'email'],
      ...['--audience', 'https://api.example'],
    ]
    const { client_id: id } = json(await gatehouse(app, ...base, ...redirect, ...words, '--json'))
    expect(json(await gatehouse(app, 'show', String(id), '--json'))).to.deep.include({
      post_logout_redirect_uris: ['https://rp.example/bye'],
      grant_types: ['authorization_code', 'refresh_token'],
      first_party: true,
      cors_origins: ['https://rp.example'],
      allowed_scopes: ['openid', 'email'],
      audiences: ['https://api.example'],
      pkce_exempt: false,
    })
  })

  it('registers what a service may exchange, for whom it may exchange at all (RFC 8693)', async () => {
    const app = await parts()
    const grant = ['--grant', 'urn:ietf:params:oauth:grant-type:token-exchange']
    const source = `gh_${'A'.repeat(22)}`
    const may = [
      '--exchange-from',
      'self',
      source,
      'https://api.example',
      '--exchange-to',
      'https://next.example',
    ]
    const { client_id: id } = json(
      await gatehouse(app, ...base, ...grant, ...may, '--exchange-impersonation', '--json'),
    )
    expect(json(await gatehouse(app, 'show', String(id), '--json'))).to.deep.include({
      exchange_from: ['self', source, 'https://api.example'],
      exchange_to: ['https://next.example'],
      exchange_impersonation: true,
    })
    expect(detailOf(await gatehouse(app, ...base, ...redirect, ...may))).to.match(/^--exchange-to /)
    expect(detailOf(await gatehouse(app, ...base, ...grant, '--public'))).to.match(/^--grant /)
    expect(detailOf(await gatehouse(app, ...base, ...grant, '--exchange-from', 'anybody'))).to.match(
      /^--exchange-from \(number 1\) /,
    )
  })

  it('reads public keys from a file', async () => {
    const app = await parts()
    const file = join(app.config.dataDir, 'keys.json')
    const { publicKey, privateKey } = generateKeyPairSync('ed25519')
    writeFileSync(file, JSON.stringify({ keys: [publicKey.export({ format: 'jwk' })] }))
    expect(
      Object.keys(json(await gatehouse(app, ...base, ...redirect, '--jwks', file, '--json'))),
    ).to.deep.equal(['client_id'])
    writeFileSync(file, JSON.stringify({ keys: [privateKey.export({ format: 'jwk' })] }))
    expect(detailOf(await gatehouse(app, ...base, ...redirect, '--jwks', file))).to.match(/^--jwks .*private/)
    expect(detailOf(await gatehouse(app, ...base, ...redirect, '--jwks', '/nowhere'))).to.match(
      /^--jwks \/nowhere/,
    )
  })

  it('takes how a client proves itself, what binds its tokens, and a profile', async () => {
    const app = await parts({ OUTBOUND_ALLOW: 'localhost' })
    const show = async (...words: string[]) => {
      const { client_id: id, ...rest } = json(await gatehouse(app, ...base, ...redirect, ...words, '--json'))
      expect(rest, words.join(' ')).to.deep.equal({})
      return json(await gatehouse(app, 'show', String(id), '--json'))
    }
    expect(await show('--jwks-uri', 'http://localhost:9/keys', '--dpop')).to.include({
      token_endpoint_auth_method: 'private_key_jwt',
      jwks_uri: 'http://localhost:9/keys',
      dpop_bound_access_tokens: true,
    })
    expect(await show('--jwks-uri', 'https://rp.example/keys', '--tls-self-signed')).to.include({
      token_endpoint_auth_method: 'self_signed_tls_client_auth',
      jwks_uri: 'https://rp.example/keys',
    })
    const names = {
      '--tls-subject-dn': ['tls_client_auth_subject_dn', 'CN=client,O=Example'],
      '--tls-san-dns': ['tls_client_auth_san_dns', 'client.example'],
      '--tls-san-uri': ['tls_client_auth_san_uri', 'https://client.example/id'],
      '--tls-san-ip': ['tls_client_auth_san_ip', '192.0.2.7'],
      '--tls-san-email': ['tls_client_auth_san_email', 'client@example.com'],
    }
    for (const [flag, [property = '', value = '']] of Object.entries(names))
      expect(await show(flag, value, '--certificate-bound')).to.include({
        token_endpoint_auth_method: 'tls_client_auth',
        [property]: value,
        tls_client_certificate_bound_access_tokens: true,
      })
    expect(await show('--tls-san-dns', 'client.example', '--profile', 'fapi2')).to.include({
      profile: 'fapi2',
      id_token_signed_response_alg: 'ES256',
      tls_client_certificate_bound_access_tokens: true,
    })
  })

  it('refuses what does not go together, by the name of the option', async () => {
    const app = await parts()
    const refused: [words: string[], told: RegExp][] = [
      [['--jwks-uri', 'https://127.0.0.1/keys'], /^--jwks-uri is refused/],
      [['--jwks-uri', 'http://rp.example/keys'], /^--jwks-uri is refused/],
      [['--jwks-uri', 'ftp://rp.example/keys'], /^--jwks-uri must be an https/],
      [['--tls-self-signed'], /--jwks or --jwks-uri/],
      [['--tls-subject-dn', 'client'], /distinguished name/],
      [['--tls-san-dns', '*.example.com'], /without wildcards/],
      [['--tls-san-dns', 'a.example', '--tls-san-uri', 'https://a.example/'], /cannot be used with/],
      [['--dpop', '--certificate-bound'], /cannot be used with/],
      [['--secret', '--jwks-uri', 'https://rp.example/keys'], /cannot be used with/],
      [['--profile', 'fapi1'], /Allowed choices are fapi2/],
      [['--profile', 'fapi2'], /signed assertion or a certificate/],
    ]
    for (const [words, told] of refused)
      expect(detailOf(await gatehouse(app, ...base, ...redirect, ...words)), words.join(' ')).to.match(told)
  })

  it('warns on standard error of a client without PKCE', async () => {
    const said = await gatehouse(await parts(), ...base, ...redirect, '--no-pkce', '--json')
    expect(json(said)).to.have.property('client_id')
    expect(said.err).to.match(/^warning: .*PKCE/)
  })

  const refusals: [words: string[], told: RegExp][] = [
    [
      ['--redirect-uri', 'https://rp.example/cb', 'http://rp.example/cb'],
      /^--redirect-uri \(number 2\) must begin with https/,
    ],
    [[], /^--redirect-uri must name at least one/],
    [
      [...redirect, '--post-logout-redirect-uri', '*'],
      /^--post-logout-redirect-uri \(number 1\) holds a wildcard/,
    ],
    [[...redirect, '--grant', 'password'], /^--grant/],
    [[...redirect, '--public', '--no-pkce'], /^--no-pkce/],
    [[...redirect, '--cors-origin', '*'], /^--cors-origin/],
    [[...redirect, '--public', '--secret'], /--public.*--secret|--secret.*--public/],
  ]
  for (const [words, told] of refusals) {
    it(`names the option at fault: ${words.join(' ') || 'no redirect URI'}`, async () => {
      const app = await parts()
      const said = await gatehouse(app, ...base, ...words)
      expect(detailOf(said)).to.match(told)
      expect(said.out).to.equal('')
      expect(
        await app.db('clients').select('id').whereNot({ id: 'gh_command_line_gatehouse' }),
      ).to.deep.equal([])
    })
  }
})

describe('the other commands of gatehouse client', () => {
  async function start() {
    const app = await parts()
    afterTest(() => undefined)
    const { client_id: id, client_secret: secret } = json(
      await gatehouse(app, ...base, ...redirect, '--json'),
    )
    return { app, id: String(id), secret: String(secret) }
  }

  it('list and show never tell a secret or its hash', async () => {
    const { app, id, secret } = await start()
    const [row] = await app.db('client_secrets').select<{ hash: Buffer }[]>('hash')
    const said = await Promise.all([gatehouse(app, 'list', '--json'), gatehouse(app, 'show', id, '--json')])
    const told = said.map(({ out }) => out).join()
    expect(told).to.include(id)
    for (const one of [secret, row?.hash.toString('hex'), row?.hash.toString('base64')])
      expect(told).not.to.include(one)
  })

  it('rotate-secret prints the new one and until when the old one works', async () => {
    const { app, id, secret } = await start()
    const made = json(await gatehouse(app, 'rotate-secret', id, '--overlap', '60', '--json'))
    expect(made.client_secret)
      .to.match(/^[\w-]{43}$/)
      .and.not.equal(secret)
    const seconds = (new Date(String(made.previous_expires_at)).getTime() - app.clock.now().getTime()) / 1000
    expect(seconds).to.be.within(50, 60)
    expect(String((await gatehouse(app, 'rotate-secret', id, '--overlap', 'soon')).error)).to.include(
      '--overlap',
    )
  })

  it('disable, enable and delete do so, and say when there is no such client', async () => {
    const { app, id } = await start()
    await gatehouse(app, 'disable', id)
    expect(json(await gatehouse(app, 'show', id, '--json')).enabled).to.equal(false)
    await gatehouse(app, 'enable', id)
    expect(json(await gatehouse(app, 'show', id, '--json')).enabled).to.equal(true)
    expect((await gatehouse(app, 'delete', id)).out).to.include('deleted')
    for (const name of ['show', 'disable', 'enable', 'delete', 'rotate-secret']) {
      expect((await gatehouse(app, name, id)).error, name).to.include({ code: 'client_not_found' })
    }
  })
})

describe('the commands gatehouse client list, update, secrets and end-secret', () => {
  it('change what is registered, and show and end secrets', async () => {
    const app = await parts()
    const { client_id: id } = json(await gatehouse(app, ...base, ...redirect, '--json'))
    const name = String(id)
    const changed = json(await gatehouse(app, 'update', name, '{"client_name":"Quay"}', '--json'))
    expect(changed).to.include({ client_id: name, client_name: 'Quay' })
    const wrong = await gatehouse(app, 'update', name, '{"redirect_uris":["http://x.example/"]}')
    expect(detailOf(wrong)).to.include('redirect_uris.0')
    expect(detailOf(await gatehouse(app, 'update', name, '{"secret":1}'))).to.include('secret')

    json(await gatehouse(app, 'rotate-secret', name, '--json'))
    const { secrets } = json(await gatehouse(app, 'secrets', name, '--json')) as { secrets: { id: string }[] }
    expect(secrets).to.have.lengthOf(2)
    const [old = { id: '' }, current = { id: '' }] = secrets
    expect(json(await gatehouse(app, 'end-secret', name, old.id, '--json'))).to.include({ ended: true })
    expect(String((await gatehouse(app, 'end-secret', name, current.id)).error)).to.include('only secret')
    const listed = (...words: string[]) =>
      gatehouse(app, 'list', '--json', ...words).then(({ out }) => JSON.parse(out) as unknown[])
    expect(await listed('--search', 'quay', '--type', 'confidential')).to.have.lengthOf(1)
    expect(await listed('--search', 'quay', '--disabled')).to.deep.equal([])
  })
})
