import { mkdtempSync, readFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'chai'
import { Secret, TOTP } from 'otpauth'

import { findUserByLogin } from '../../src/features/accounts/index.ts'
import { convertAuth0 } from '../../src/features/configuration/convert/auth0.ts'
import { convertKeycloak } from '../../src/features/configuration/convert/keycloak.ts'
import { verifyPassword } from '../../src/features/credentials/index.ts'
import { verifyTotp } from '../../src/features/factors/index.ts'
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

async function signsIn(
  { app, clock }: Stage,
  { login, password, seed }: { login: string; password: string; seed?: Secret },
): Promise<void> {
  const user = await findUserByLogin(app.db, login)
  expect((await verifyPassword(app, user, password)).ok, login).to.equal(true)
  expect((await verifyPassword(app, user, `${password}!`)).ok).to.equal(false)
  if (!seed) return
  const code = new TOTP({ secret: seed }).generate({ timestamp: clock.now().getTime() })
  expect(await verifyTotp(app, { userId: user?.id ?? '', code })).to.include({ kind: 'totp' })
}

const subjectsOf = (app: Stage['app']): Promise<string[]> => app.db('subjects').pluck('subject')

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
    expect(await subjectsOf(app)).to.include('f3d1a2b4-5c6d-4e7f-8a9b-0c1d2e3f4a5b')
    const seed = new Secret({ buffer: new TextEncoder().encode('QnzXVuqoLwAKR9mW2yTc').buffer })
    await signsIn(built, { login: 'maria', password: 'old keycloak password 1', seed })
    await signsIn(built, { login: 'anton@shop.example', password: 'old argon password 1' })
    expect(await app.db('user_identities').where({ subject: '108123456789' }).pluck('issuer')).to.deep.equal([
      'https://accounts.google.com',
    ])
    expect((await findUserByLogin(app.db, 'anton@shop.example'))?.status).to.equal('disabled')
  })

  it('takes a tenant of Auth0 along in the same way', async () => {
    const built = await stage()
    const { app } = built
    const text = await moved(built, 'auth0', 'auth0-tenant.json', 'auth0-users.ndjson')

    expect(await app.db('clients').pluck('id')).to.include('kP3vXc9QmZ1tYb7sLw2nRf5hJd8gAe4u')
    for (const left of ['implicit', 'samlp', 'app_metadata'])
      expect(text.slice(0, text.indexOf('version:'))).to.include(left)
    expect(await subjectsOf(app)).to.include.members([
      'auth0|5f7c8ec7c33c6c004bbafe82',
      'google-oauth2|1122334455',
    ])
    const seed = Secret.fromBase32('JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP')
    await signsIn(built, { login: 'ida@portal.example', password: 'old auth0 password 1', seed })
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
