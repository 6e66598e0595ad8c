import { expect } from 'chai'
import { decodeProtectedHeader } from 'jose'
import * as openid from 'openid-client'

import type { Gatehouse } from '../../../src/app.ts'
import { changeSetting, resetSetting } from '../../../src/features/settings/index.ts'
import { bySystem } from '../../../src/platform/app.ts'
import { person } from '../../support/people.ts'
import { discover, drive, relyingParty, type RelyingParty } from '../../support/relying-party.ts'
import { stage } from '../../support/stage.ts'
import { eventually, get, introspect, opens, post, refresh, signingClient } from '../tokens/requests.ts'

const everything = (app: Gatehouse, profile: string) =>
  changeSetting(app, bySystem, 'tokens.signing_profile', profile)

const headersOf = (tokens: Record<string, unknown>) =>
  ['access_token', 'id_token'].flatMap((name) =>
    typeof tokens[name] === 'string' ? [decodeProtectedHeader(tokens[name])] : [],
  )

const advertised = async (origin: string) =>
  (await get(`${origin}/.well-known/openid-configuration`)).body.id_token_signing_alg_values_supported

const idTokenAlgorithms = ['RS256', 'ES256', 'EdDSA'] as const

/** The same client, which takes ID tokens by this algorithm and no other. */
async function expecting(app: Gatehouse, client: RelyingParty, alg: string): Promise<RelyingParty> {
  const authenticate = openid.ClientSecretBasic(client.secret ?? '')
  const metadata = { id_token_signed_response_alg: alg }
  return drive({ ...client, configuration: await discover(app, client.clientId, authenticate, metadata) })
}

function expectSignedBy(tokens: Record<string, unknown>, ...algorithms: string[]): void {
  const headers = headersOf(tokens)
  expect(headers.map(({ alg }) => alg)).to.deep.equal(algorithms)
  for (const { kid } of headers) expect(kid).to.match(/^[\w-]{43}$/)
}

describe('the signing profile (KM-06)', function () {
  this.timeout(60_000)

  it('standard: access tokens ES256, ID tokens as the client is registered, every header with its kid', async () => {
    const { app } = await stage()
    const ann = await person(app)
    for (const idTokenAlgorithm of idTokenAlgorithms) {
      const client = await expecting(app, await relyingParty(app, { idTokenAlgorithm }), idTokenAlgorithm)
      expectSignedBy((await client.signIn(ann)).tokens, 'ES256', idTokenAlgorithm)
    }
  })

  it('eddsa: everything EdDSA on both replicas from the moment it is set, whatever the client asked for', async () => {
    const { app, issuer, replica } = await stage()
    const origins = [issuer, (await replica()).origin]
    const ann = await person(app)
    await everything(app, 'eddsa')
    for (const origin of origins)
      expect(await eventually(async () => String(await advertised(origin)) === 'EdDSA'), origin).to.be.below(
        1_000,
      )

    for (const idTokenAlgorithm of idTokenAlgorithms) {
      const client = await expecting(app, await relyingParty(app, { idTokenAlgorithm }), 'EdDSA')
      let { tokens: next }: { tokens: Record<string, unknown> } = await client.signIn(ann)
      for (const origin of origins) {
        expectSignedBy(next, 'EdDSA', 'EdDSA')
        for (const other of origins) expect(await opens(other, next.access_token)).to.equal(true)
        next = (await refresh(origin, client, next.refresh_token)).body
      }
      expectSignedBy(next, 'EdDSA', 'EdDSA')
    }
  })

  it('eddsa: tokens of machines too; and no RS256 or ES256 token is taken any more', async () => {
    const { app, issuer, replica } = await stage()
    const origins = [issuer, (await replica()).origin]
    const client = await relyingParty(app)
    const { tokens } = await client.signIn(await person(app))
    for (const origin of origins) expect(await opens(origin, tokens.access_token)).to.equal(true)
    await everything(app, 'eddsa')
    for (const origin of origins) {
      await eventually(async () => !(await opens(origin, tokens.access_token)))
      expect((await introspect(origin, client, tokens.access_token)).body).to.deep.equal({ active: false })
    }
    const machine = await signingClient(app)
    const form = { grant_type: 'client_credentials', ...(await machine.assertion()) }
    expectSignedBy((await post(`${issuer}/token`, form)).body, 'EdDSA')
  })

  it('back to standard: tokens are ES256 and RS256 again, and the documents say so', async () => {
    const { app, issuer } = await stage()
    const ann = await person(app)
    const client = await relyingParty(app)
    await everything(app, 'eddsa')
    await eventually(async () => String(await advertised(issuer)) === 'EdDSA')
    await resetSetting(app, bySystem, 'tokens.signing_profile')
    await eventually(async () => String(await advertised(issuer)).split(',').length === 3)
    const { tokens } = await client.signIn(ann)
    expect(headersOf(tokens).map(({ alg }) => alg)).to.deep.equal(['ES256', 'RS256'])
    expect(await opens(issuer, tokens.access_token)).to.equal(true)
  })

  it('is known to a process that starts later', async () => {
    const { app, replica } = await stage()
    await everything(app, 'eddsa')
    const later = await replica()
    expect(await advertised(later.origin)).to.deep.equal(['EdDSA'])
  })
})
