import { expect } from 'chai'
import { Command } from 'commander'
import { exportJWK, generateKeyPair, type JWTPayload, SignJWT } from 'jose'

import type { Gatehouse } from '../../../src/app.ts'
import { findClient } from '../../../src/features/clients/index.ts'
import { commands } from '../../../src/features/registration/index.ts'
import type { RegistrationPolicy } from '../../../src/features/settings/index.ts'
import { keepSecret } from '../../support/canary.ts'
import { sharedStage } from '../../support/shared-stage.ts'
import { stage } from '../../support/stage.ts'
import { callback, initialToken, manyNetworks, register, send, set } from './register.ts'

const web = { client_name: 'Harbour', redirect_uris: [callback] }

const anything: RegistrationPolicy = {
  grants: ['authorization_code', 'refresh_token'],
  scopes: ['openid', 'profile', 'email'],
  redirectHosts: [],
  authMethods: ['client_secret_basic', 'client_secret_post', 'private_key_jwt', 'none'],
  lifetimeDays: null,
}

/** Runs `gatehouse registration-token …` and gives what it printed as JSON. */
async function gatehouse(app: Gatehouse, ...words: string[]): Promise<Record<string, unknown>> {
  const program = new Command().exitOverride().configureOutput({ writeErr: () => undefined })
  commands(program, async () => app)
  for (const one of program.commands.flatMap((group) => group.commands))
    one.exitOverride().configureOutput({ writeErr: () => undefined })
  const printed: string[] = []
  const write = process.stdout.write.bind(process.stdout)
  process.stdout.write = (chunk: string | Uint8Array) => printed.push(String(chunk)) > 0
  try {
    await program.parseAsync(['registration-token', ...words, '--json'], { from: 'user' })
  } finally {
    process.stdout.write = write
  }
  return JSON.parse(printed.join('')) as Record<string, unknown>
}

describe('initial access tokens (RFC 7591, section 3)', () => {
  const fixture = sharedStage(undefined, manyNetworks)

  it('register as many clients as they have uses: of 50 at once, one with the last (DR-01)', async () => {
    const { app, issuer } = fixture()
    for (const uses of [1, 3]) {
      const token = await initialToken(app, { uses })
      const answers = await Promise.all(Array.from({ length: 50 }, () => register({ issuer }, web, token)))
      const made = answers.filter(({ status }) => status === 201)
      expect(made).to.have.lengthOf(uses)
      expect(answers.filter(({ status }) => status === 401)).to.have.lengthOf(50 - uses)
      expect(new Set(made.map(({ body }) => body.client_id)).size).to.equal(uses)
    }
  })

  it('are not used up by a registration that is refused', async () => {
    const { app, issuer } = fixture()
    const token = await initialToken(app, { uses: 1 })
    expect((await register({ issuer }, { redirect_uris: ['http://rp.example'] }, token)).status).to.equal(400)
    expect((await register({ issuer }, web, token)).status).to.equal(201)
    expect((await register({ issuer }, web, token)).status).to.equal(401)
  })

  it('are made, listed and revoked by the command line, and shown once', async () => {
    const { app, issuer } = fixture()
    const policy = JSON.stringify({ redirectHosts: ['rp.example'] })
    const words = ['--name', 'Partners', '--uses', '2', '--expires', '12h', '--policy', policy]
    const made = await gatehouse(app, 'create', ...words)
    keepSecret(String(made.token))
    expect(made).to.include({ uses: 2 })
    expect(Date.parse(String(made.expires_at)) - Date.now()).to.be.closeTo(12 * 3_600_000, 60_000)
    expect((await register({ issuer }, web, String(made.token))).status).to.equal(201)

    const listed = (await gatehouse(app, 'list')) as unknown as Record<string, unknown>[]
    const one = listed.find(({ id }) => id === made.id)
    expect(one).to.include({ name: 'Partners', state: 'live', uses: 2, uses_left: 1 })
    expect(JSON.stringify(listed)).not.to.include(String(made.token))
    expect(JSON.stringify(await app.db('registration_tokens').select('*'))).not.to.include(String(made.token))

    expect(await gatehouse(app, 'revoke', String(made.id))).to.include({ revoked: true })
    const again = await gatehouse(app, 'revoke', String(made.id)).catch((error: unknown) => error)
    expect(again).to.include({ code: 'registration_token_not_found' })
    expect((await register({ issuer }, web, String(made.token))).status).to.equal(401)
    const actions = await app.db('audit_records').where({ target_id: made.id }).orderBy('id').pluck('action')
    expect(actions).to.deep.equal([
      'registration_token.created',
      'registration_token.used',
      'registration_token.revoked',
    ])
  })

  it('refuse what makes no sense at the command line', async () => {
    const { app } = fixture()
    for (const words of [
      ['create', '--uses', '0'],
      ['create', '--expires', 'soon'],
      ['create', '--expires', '400d'],
      ['create', '--policy', '{"grants":'],
      ['create', '--policy', '{"everything":true}'],
      ['revoke', 'not-an-id'],
    ]) {
      const refused = await gatehouse(app, ...words).then(
        () => null,
        (error: unknown) => error,
      )
      expect(refused, words.join(' ')).to.be.instanceOf(Error)
    }
  })

  it('carry a policy: hosts, grants, methods and scopes, which holds for later changes too', async () => {
    const { app, issuer } = fixture()
    const token = await initialToken(app, {
      policy: {
        ...anything,
        grants: ['authorization_code'],
        authMethods: ['client_secret_basic'],
        redirectHosts: ['rp.example', '*.partner.example'],
        scopes: ['openid', 'email'],
      },
    })
    const refused: object[] = [
      { grant_types: ['authorization_code', 'refresh_token'] },
      { token_endpoint_auth_method: 'none' },
      { redirect_uris: [callback, 'https://elsewhere.example/cb'] },
      { redirect_uris: ['https://partner.example/cb'] },
      { redirect_uris: ['https://evilpartner.example/cb'] },
      { scope: 'profile' },
    ]
    for (const one of refused) {
      const { status, body } = await register({ issuer }, { ...web, ...one }, token)
      expect(status, JSON.stringify(one)).to.equal(400)
      expect(body.error, JSON.stringify(one)).to.match(/^invalid_(client_metadata|redirect_uri)$/)
    }
    const uris = [callback, 'https://a.partner.example/cb']
    const { status, body } = await register(
      { issuer },
      { ...web, redirect_uris: uris, scope: 'openid profile' },
      token,
    )
    expect(status).to.equal(201)
    expect(body.scope).to.equal('openid')

    await set(app, 'registration.policy', anything) // the setting is not what it registered under
    const change = {
      client_id: body.client_id,
      redirect_uris: ['https://elsewhere.example/cb'],
      scope: 'openid profile email',
    }
    const url = String(body.registration_client_uri)
    const management = String(body.registration_access_token)
    expect((await send('PUT', url, change, management)).status).to.equal(400)
    const within = await send('PUT', url, { ...change, redirect_uris: uris }, management)
    expect(within.body.scope).to.equal('openid email')
  })
})

describe('an end of a client by its policy', () => {
  it('refuses it from then on, also before it is removed, and says so of its secret', async () => {
    const { app, issuer, clock } = await stage(manyNetworks)
    const policy = { ...anything, grants: ['client_credentials'], lifetimeDays: 2 }
    const token = await initialToken(app, { policy })
    const { body } = await register(
      { issuer },
      { client_name: 'M', grant_types: ['client_credentials'] },
      token,
    )
    const end = Number(body.client_id_issued_at) + 2 * 86_400
    expect(body.client_secret_expires_at).to.equal(end)
    const form = new URLSearchParams({
      grant_type: 'client_credentials',
      client_id: String(body.client_id),
      client_secret: String(body.client_secret),
    })
    const ask = async () => (await fetch(`${issuer}/token`, { method: 'POST', body: form })).status
    expect(await ask()).to.equal(200)
    clock.advance(2 * 86_400 + 1)
    expect(await ask()).to.equal(401)
  })

  it('ends the token itself', async () => {
    const { app, issuer, clock } = await stage(manyNetworks)
    const token = await initialToken(app, { lifetimeSeconds: 60 })
    expect((await register({ issuer }, web, token)).status).to.equal(201)
    clock.advance(61)
    expect((await register({ issuer }, web, token)).status).to.equal(401)
  })
})

interface Publisher {
  app: Gatehouse
  issuer: string
  token: string
  sign(claims: JWTPayload, from?: string): Promise<string>
  forge(claims: JWTPayload): Promise<string>
}

describe('software statements (RFC 7591, section 2.3)', () => {
  const fixture = sharedStage<Publisher>(async ({ app, issuer }) => {
    const [{ privateKey, publicKey }, other] = [
      await generateKeyPair('ES256'),
      await generateKeyPair('ES256'),
    ]
    const jwk = { ...(await exportJWK(publicKey)), kid: 'k1', alg: 'ES256' }
    await set(app, 'registration.publishers', [
      { issuer: 'https://publisher.example', jwks: { keys: [jwk] } },
    ])
    const signer =
      (key: Parameters<SignJWT['sign']>[0]) =>
      (claims: JWTPayload, from = 'https://publisher.example') =>
        new SignJWT(claims).setProtectedHeader({ alg: 'ES256', kid: 'k1' }).setIssuer(from).sign(key)
    return {
      app,
      issuer,
      token: await initialToken(app),
      sign: signer(privateKey),
      forge: signer(other.privateKey),
    }
  }, manyNetworks)

  it('win over what the application says of itself, and are answered unmodified (section 3.2.1)', async () => {
    const { issuer, token, sign } = fixture()
    const software_statement = await sign({
      software_id: 'harbour',
      client_name: 'Harbour by the publisher',
      redirect_uris: ['https://rp.example/published'],
    })
    const { status, body } = await register(
      { issuer },
      { ...web, software_statement, software_id: 'mine' },
      token,
    )
    expect(status, JSON.stringify(body)).to.equal(201)
    expect(body).to.deep.include({
      client_name: 'Harbour by the publisher',
      redirect_uris: ['https://rp.example/published'],
      software_id: 'harbour',
      software_statement,
    })
    const url = String(body.registration_client_uri)
    const change = {
      client_id: body.client_id,
      client_name: 'Renamed',
      redirect_uris: ['https://rp.example/other'],
    }
    const changed = await send('PUT', url, change, String(body.registration_access_token))
    expect(changed.body).to.deep.include({
      client_name: 'Harbour by the publisher',
      redirect_uris: ['https://rp.example/published'],
      software_statement,
    })
  })

  it('can give no more than the application could ask for', async () => {
    const { app, issuer, token, sign } = fixture()
    const software_statement = await sign({ first_party: true, client_id: 'gh_x', owner: { type: 'system' } })
    const { body } = await register({ issuer }, { ...web, software_statement }, token)
    expect(await findClient(app, String(body.client_id))).to.include({ firstParty: false, ownerType: 'self' })
    const password = await sign({ grant_types: ['password'] })
    const refused = await register({ issuer }, { ...web, software_statement: password }, token)
    expect(refused.body.error).to.equal('invalid_client_metadata')
  })

  it('are refused when nobody believed here signed them, or not with the publisher’s key', async () => {
    const { issuer, token, sign, forge } = fixture()
    const none = [{ alg: 'none' }, { iss: 'https://publisher.example', client_name: 'X' }]
      .map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'))
      .join('.')
    const cases: [statement: string, error: string][] = [
      [await sign({}, 'https://somebody.example'), 'unapproved_software_statement'],
      [await forge({ client_name: 'Forged' }), 'invalid_software_statement'],
      [`${none}.`, 'invalid_software_statement'],
      [await sign({ exp: 1_000_000_000 }), 'invalid_software_statement'],
      ['no JWT', 'invalid_software_statement'],
      [`${(await sign({})).slice(0, -4)}AAAA`, 'invalid_software_statement'],
    ]
    for (const [software_statement, error] of cases) {
      const { status, body } = await register({ issuer }, { ...web, software_statement }, token)
      expect(status, error).to.equal(400)
      expect(body.error).to.equal(error)
    }
  })
})
