import { generateKeyPairSync } from 'node:crypto'

import { expect } from 'chai'

import { createClient, type NewClient, openClients } from '../../src/features/clients/index.ts'
import { openSettings } from '../../src/features/settings/index.ts'
import { bySystem } from '../../src/platform/app.ts'
import { Problem } from '../../src/platform/errors.ts'
import { parts } from '../support/parts.ts'

const web: NewClient = { name: 'Shop', redirectUris: ['https://rp.example/cb'] }

const publicKey = () => generateKeyPairSync('ec', { namedCurve: 'P-256' }).publicKey.export({ format: 'jwk' })
const asKeys = (...keys: object[]) => ({ jwks: { keys } }) as NewClient['authentication'] // refused where it is none

describe('registering a client', () => {
  it('chooses an id that can be no user’s and keeps only the hash of the secret', async () => {
    const app = await parts()

    const { client, secret } = await createClient(app, bySystem, web)

    expect(client.id).to.match(/^gh_[\w-]{22}$/)
    expect(secret).to.match(/^[\w-]{43}$/)
    const everything = JSON.stringify([
      await app.db('clients').select('*'),
      await app.db('client_secrets').select('*'),
      await app.db('audit_records').select('*'),
      await app.db('outbox_events').select('*'),
      client,
    ])
    expect(everything).not.to.include(secret)
  })

  it('is recorded and announced', async () => {
    const app = await parts()
    const { client } = await createClient(app, bySystem, web)
    const [record] = await app
      .db('audit_records')
      .select<{ action: string; target_id: string; changes: { after: object } }[]>(
        'action',
        'target_id',
        'changes',
      )
    expect(record).to.include({ action: 'client.created', target_id: client.id })
    expect(record?.changes.after).to.deep.include({
      redirect_uris: ['https://rp.example/cb'],
      pkce_exempt: false,
    })
    expect(await app.db('outbox_events').select('type')).to.deep.equal([{ type: 'auth.client.created' }])
  })

  it('marks a web client with a loopback address as development, and no native one', async () => {
    const app = await parts()
    const redirectUris = ['https://rp.example/cb', 'http://127.0.0.1/cb']
    const one = await createClient(app, bySystem, { ...web, redirectUris })
    const other = await createClient(app, bySystem, {
      ...web,
      redirectUris,
      applicationType: 'native',
      authentication: 'none',
    })
    expect([one.client.development, other.client.development]).to.deep.equal([true, false])
    expect(other.secret).to.equal(null)
  })

  it('keeps nothing of a refused one', async () => {
    const app = await parts()
    await refusal(createClient(app, bySystem, { ...web, redirectUris: ['http://rp.example/cb'] }))
    expect(await app.db('clients').select('id').whereNot({ id: 'gh_command_line_gatehouse' })).to.deep.equal(
      [],
    )
  })

  const refused: [what: string, input: Partial<NewClient>, code: string, field: string][] = [
    [
      'http to another machine',
      { redirectUris: ['http://rp.example/cb'] },
      'invalid_redirect_uri',
      'redirectUris.0',
    ],
    ['codes with nowhere to go', { redirectUris: [] }, 'invalid_redirect_uri', 'redirectUris'],
    [
      'a post-logout address that runs code',
      { postLogoutRedirectUris: ['javascript:alert(1)'] },
      'invalid_redirect_uri',
      'postLogoutRedirectUris.0',
    ],
    [
      'a public client without PKCE',
      { authentication: 'none', pkce: false },
      'invalid_client_metadata',
      'pkce',
    ],
    [
      'client_credentials of a public client',
      { authentication: 'none', grants: ['client_credentials'] },
      'invalid_client_metadata',
      'grants',
    ],
    ['refreshing what is never granted', { grants: ['refresh_token'] }, 'invalid_client_metadata', 'grants'],
    [
      'the implicit grant',
      { grants: ['implicit'] as unknown as NonNullable<NewClient['grants']> }, // from outside it may be anything
      'invalid_client_metadata',
      'grants.0',
    ],
    [
      'first-party for a user’s client',
      { firstParty: true, owner: { type: 'user', id: 'u1' } },
      'invalid_client_metadata',
      'firstParty',
    ],
    ['an invisible name', { name: 'Shop\u202e' }, 'invalid_client_metadata', 'name'],
    [
      'a web origin with a path',
      { corsOrigins: ['https://rp.example/'] },
      'invalid_client_metadata',
      'corsOrigins.0',
    ],
    ['the origin null', { corsOrigins: ['null'] }, 'invalid_client_metadata', 'corsOrigins.0'],
    ['any origin', { corsOrigins: ['*'] }, 'invalid_client_metadata', 'corsOrigins.0'],
    ['a logo that runs code', { logoUri: 'javascript:alert(1)' }, 'invalid_client_metadata', 'logoUri'],
    [
      'a symmetric key',
      { authentication: asKeys({ kty: 'oct', k: 'AAAA' }) },
      'invalid_client_metadata',
      'authentication',
    ],
    [
      'a private key',
      { authentication: asKeys({ ...publicKey(), d: 'AAAA' }) },
      'invalid_client_metadata',
      'authentication',
    ],
    [
      'a weak key',
      {
        authentication: asKeys(
          generateKeyPairSync('rsa', { modulusLength: 1024 }).publicKey.export({ format: 'jwk' }),
        ),
      },
      'invalid_client_metadata',
      'authentication',
    ],
    [
      'eleven keys',
      { authentication: asKeys(...Array.from({ length: 11 }, publicKey)) },
      'invalid_client_metadata',
      'authentication',
    ],
  ]
  for (const [what, input, code, field] of refused) {
    it(`refuses ${what}`, async () => {
      const problem = await refusal(createClient(await parts(), bySystem, { ...web, ...input }))
      expect(problem).to.include({ code, status: 400 })
      expect(problem.options.fields?.[0]?.field).to.match(new RegExp(`^${field}`))
    })
  }

  it('never repeats a private key it was sent', async () => {
    const problem = await refusal(
      createClient(await parts(), bySystem, {
        ...web,
        authentication: asKeys({ ...publicKey(), d: 'verysecret' }),
      }),
    )
    expect(JSON.stringify([problem, problem.options])).not.to.include('verysecret')
  })

  it('refuses a first-party client of a user in the database too', async () => {
    const app = await parts()
    const { client } = await createClient(app, bySystem, { ...web, owner: { type: 'user', id: 'u1' } })
    const forged = app.db('clients').where({ id: client.id }).update({ first_party: true })
    expect(await forged.then(String, String)).to.include('clients_first_party_is_ours')
  })

  it('answers the directory’s question about the secret', async () => {
    const app = await parts()
    const directory = openClients({ ...app, settings: openSettings(app) })
    const { client, secret } = await createClient(app, bySystem, web)
    const wrong = await createClient(app, bySystem, web)
    expect(directory.secretMatches(client, secret ?? '')).to.equal(true)
    expect(directory.secretMatches(client, wrong.secret ?? '')).to.equal(false)
    expect(directory.secretMatches(client, '')).to.equal(false)
    expect(directory.secretMatches(client, 'a'.repeat(1_000_000))).to.equal(false)
    await directory.close()
    expect(await app.db('client_secrets').whereNotNull('last_used_at')).to.have.lengthOf(1)
  })
})

async function refusal(work: Promise<unknown>): Promise<Problem> {
  const error = await work.then(
    () => new Error('nothing was refused'),
    (thrown: unknown) => thrown,
  )
  if (error instanceof Problem) return error
  throw error
}
