import { mkdtempSync, readFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'chai'
import * as openid from 'openid-client'
import { Secret, TOTP } from 'otpauth'

import { findUserByLogin } from '../../src/features/accounts/index.ts'
import { convertAuth0 } from '../../src/features/configuration/convert/auth0.ts'
import { convertKeycloak } from '../../src/features/configuration/convert/keycloak.ts'
import { verifyPassword } from '../../src/features/credentials/index.ts'
import { typesCode } from '../authentication/second-factor-support.ts'
import { atSignIn } from '../federation/upstream-providers.ts'
import { discover, drive } from '../support/relying-party.ts'
import { stage, type Stage } from '../support/stage.ts'
import { run } from './support.ts'

const fixture = (name: string): string => join(import.meta.dirname, 'fixtures', name)

/** What becomes of these files, applied as it is. */
async function moved({ app }: Stage, system: string, ...names: string[]): Promise<string> {
  const path = join(mkdtempSync(join(tmpdir(), 'gatehouse-convert-')), 'gatehouse.yaml')
  await run(app, 'convert', system, ...names.map(fixture), '-o', path)
  process.env.PROVIDER_GOOGLE = 'a-client-secret-of-a-provider'
  process.env.CLIENT_INTRANET = 'a-secret-of-the-intranet-that-is-long'
  try {
    expect((await run(app, 'plan', '-f', path)).code).to.equal(2)
    await run(app, 'apply', '-f', path, '--yes')
    expect((await run(app, 'plan', '-f', path)).code, 'once is enough').to.equal(0)
  } finally {
    delete process.env.PROVIDER_GOOGLE
    delete process.env.CLIENT_INTRANET
  }
  return readFileSync(path, 'utf8')
}

/** Signs in at an application that was moved too, by the old password and the code of the old app; who it says that is. */
async function signsIn(
  { app, clock }: Stage,
  at: { clientId: string; redirectUri: string },
  { login, password, seed }: { login: string; password: string; seed: Secret },
): Promise<object> {
  const configuration = await discover(app, at.clientId, openid.None())
  const client = drive({ ...at, secret: null, configuration })
  const { browser, until, begun } = await atSignIn(client)
  const refused = await browser.submit({ login, password: `${password}!` }, { until })
  expect(refused.url).to.match(/\/login$/)
  await browser.submit({ login, password }, { until })
  const code = new TOTP({ secret: seed }).generate({ timestamp: clock.now().getTime() })
  const landing = await typesCode({ browser, until }, code)
  const claims = (await client.finish(begun, landing.url)).claims()
  return { sub: claims?.sub, acr: claims?.acr, amr: claims?.amr }
}

const mfa = { acr: 'urn:gatehouse:acr:mfa', amr: ['pwd', 'otp', 'mfa'] }

describe('gatehouse convert', () => {
  it('takes a realm of Keycloak along: clients with their ids, people with password, app and sub', async () => {
    const built = await stage()
    const { app } = built
    const text = await moved(built, 'keycloak', 'keycloak-realm.json')

    expect(await app.db('clients').pluck('id')).to.include.members([
      'shop-frontend',
      'order-worker',
      'intranet',
    ])
    expect(text).not.to.include('Zk3uYb1mJ7sQ0xWvT9rLp4aHnC8eGdF2')
    const worker = await app.clients.get('order-worker')
    expect(worker && app.clients.secretMatches(worker, 'Zk3uYb1mJ7sQ0xWvT9rLp4aHnC8eGdF2')).to.equal(true)
    for (const left of [
      'shop.example/old/*',
      'sp.example',
      'manager',
      'attributes department',
      'CLIENT_INTRANET',
    ])
      expect(text.slice(0, text.indexOf('version:')), 'told at the top').to.include(left)
    const seed = new Secret({ buffer: new TextEncoder().encode('QnzXVuqoLwAKR9mW2yTc').buffer })
    const maria = { login: 'maria', password: 'old keycloak password 1', seed }
    const shop = { clientId: 'shop-frontend', redirectUri: 'https://shop.example/callback' }
    expect(await signsIn(built, shop, maria)).to.deep.equal({
      sub: 'f3d1a2b4-5c6d-4e7f-8a9b-0c1d2e3f4a5b',
      ...mfa,
    })
    const anton = await findUserByLogin(app.db, 'anton@shop.example')
    expect((await verifyPassword(app, anton, 'old argon password 1')).ok).to.equal(true)
    expect(await app.db('user_identities').where({ subject: '108123456789' }).pluck('issuer')).to.deep.equal([
      'https://accounts.google.com',
    ])
    expect(anton?.status).to.equal('disabled')
  })

  it('takes a tenant of Auth0 along in the same way', async () => {
    const built = await stage()
    const { app } = built
    const text = await moved(built, 'auth0', 'auth0-tenant.json', 'auth0-users.ndjson')

    expect(await app.db('clients').pluck('id')).to.include('kP3vXc9QmZ1tYb7sLw2nRf5hJd8gAe4u')
    for (const left of ['implicit', 'samlp', 'app_metadata'])
      expect(text.slice(0, text.indexOf('version:'))).to.include(left)
    expect(await app.db('subjects').pluck('subject')).to.include('google-oauth2|1122334455')
    const seed = Secret.fromBase32('JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP')
    const ida = { login: 'ida@portal.example', password: 'old auth0 password 1', seed }
    const page = { clientId: 'mB6nTq2RzK8yXs4vLc1wPh7jFd3gUa9e', redirectUri: 'https://spa.example/' }
    expect(await signsIn(built, page, ida)).to.deep.equal({ sub: 'auth0|5f7c8ec7c33c6c004bbafe82', ...mfa })
  })

  it('takes names that every object has, and what is no time or number, for nothing', () => {
    const tenant = convertAuth0([
      {
        ...{ client_id: 'constructor', callbacks: ['https://rp.example/cb'] },
        grant_types: ['authorization_code', 'constructor', '__proto__'],
      },
      { strategy: 'constructor', name: 'toString' },
      { user_id: 'auth0|1', email: 'a@b.example', identities: [{ connection: 'constructor', user_id: 1 }] },
    ])
    expect(tenant.clients.constructor).to.deep.include({ grant_types: ['authorization_code'] })
    expect(tenant.identity_providers).to.deep.equal({})
    expect(tenant.users).to.deep.equal([{ sub: 'auth0|1', email: 'a@b.example' }])

    const deep = `${'['.repeat(100_000)}${']'.repeat(100_000)}`
    const realm = convertKeycloak([
      {
        users: [
          {
            ...{ id: 'u', username: 'ann', createdTimestamp: 1e300 },
            credentials: [{ type: 'otp', secretData: '{"value":"x"}', credentialData: `{"digits":${deep}}` }],
          },
        ],
      },
    ])
    expect(realm.users).to.deep.equal([{ sub: 'u', username: 'ann' }])
  })
})
