import { expect } from 'chai'
import { compactDecrypt, createRemoteJWKSet, decodeProtectedHeader, jwtVerify } from 'jose'
import * as openid from 'openid-client'

import type { Gatehouse } from '../../../src/app.ts'
import { createClient, type NewClient } from '../../../src/features/clients/index.ts'
import { bySystem } from '../../../src/platform/app.ts'
import { person, type Person } from '../../support/people.ts'
import { discover, drive, relyingParty } from '../../support/relying-party.ts'
import { sharedStage } from '../../support/shared-stage.ts'
import { visit } from '../authorize/ask.ts'
import { bearer, get } from '../tokens/requests.ts'
import { type Keys, keyPair, registered } from './support.ts'

interface Fixture {
  app: Gatehouse
  issuer: string
  ann: Person
  rsa: Keys
  ec: Keys
}

describe('OpenID Connect Core 1.0, section 10.2: what only the client may read', () => {
  const fixture = sharedStage<Fixture>(async ({ app, issuer }) => ({
    ...{ app, issuer, ann: await person(app) },
    rsa: await keyPair('RSA-OAEP-256', 'enc'),
    ec: await keyPair('ECDH-ES+A256KW', 'enc', 'P-256'),
  }))

  const opened = async (jwe: string, keys: Keys, audience: string) => {
    const { issuer } = fixture()
    const { plaintext, protectedHeader } = await compactDecrypt(jwe, keys.privateKey)
    const jwks = createRemoteJWKSet(new URL(`${issuer}/.well-known/jwks.json`))
    const inside = new TextDecoder().decode(plaintext)
    return {
      header: protectedHeader,
      inside,
      claims: (await jwtVerify(inside, jwks, { issuer, audience })).payload,
    }
  }

  it('an ID token is signed, then encrypted, and openid-client reads it', async () => {
    const { app, issuer, ann, rsa } = fixture()
    const client = await relyingParty(app, {
      keys: registered(rsa),
      idTokenEncryption: { algorithm: 'RSA-OAEP-256', content: 'A256GCM' },
    })
    const configuration = await discover(app, client.clientId, openid.ClientSecretBasic(client.secret ?? ''))
    openid.enableDecryptingResponses(configuration, ['A256GCM'], { key: rsa.privateKey, kid: rsa.kid })
    const { tokens, browser } = await drive({ ...client, configuration }).signIn(ann)
    expect(tokens.claims()).to.include({ sub: ann.id, iss: issuer, aud: client.clientId })
    expect(decodeProtectedHeader(tokens.id_token ?? '')).to.include({
      alg: 'RSA-OAEP-256',
      enc: 'A256GCM',
      cty: 'JWT',
    })
    expect(tokens.id_token).to.match(/^[^.]+(\.[^.]*){4}$/)

    const { inside } = await opened(tokens.id_token ?? '', rsa, client.clientId)
    const hinted = await visit(browser, client, { prompt: 'none', id_token_hint: inside })
    expect(hinted.answer, 'as a hint, decrypted').to.have.property('code')
  })

  it('userinfo is signed where that is registered (section 5.3.2)', async () => {
    const { app, issuer, ann } = fixture()
    const client = await relyingParty(app, { userinfoAlgorithm: 'ES256' })
    const { tokens } = await client.signIn(ann)
    const reply = await get(`${issuer}/userinfo`, bearer(tokens.access_token))
    expect(reply.headers.get('content-type')).to.match(/^application\/jwt/)
    const jwks = createRemoteJWKSet(new URL(`${issuer}/.well-known/jwks.json`))
    const text = String(reply.body.text)
    const { payload, protectedHeader } = await jwtVerify(text, jwks, { issuer, audience: client.clientId })
    expect(protectedHeader.alg).to.equal('ES256')
    expect(payload).to.include({ sub: ann.id, email: ann.email })
    for (const path of ['/userinfo', '/users/me'])
      expect((await get(issuer + path, bearer(text))).status, `${path} (JW-06)`).to.equal(401)
    const configuration = await discover(
      app,
      client.clientId,
      openid.ClientSecretBasic(client.secret ?? ''),
      {
        userinfo_signed_response_alg: 'ES256',
      },
    )
    expect(await openid.fetchUserInfo(configuration, tokens.access_token, ann.id)).to.include({
      email: ann.email,
    })
  })

  it('userinfo and answers are encrypted where that is registered', async () => {
    const { app, issuer, ann, ec } = fixture()
    const encryption = { algorithm: 'ECDH-ES+A256KW' } as const
    const client = await relyingParty(app, {
      keys: registered(ec),
      userinfoAlgorithm: 'RS256',
      userinfoEncryption: encryption,
      authorizationResponseEncryption: encryption,
    })
    const { tokens, browser } = await client.signIn(ann)
    const reply = await get(`${issuer}/userinfo`, bearer(tokens.access_token))
    const read = await opened(String(reply.body.text), ec, client.clientId)
    expect(read.header).to.include({ enc: 'A128CBC-HS256', kid: ec.kid })
    expect(read.claims).to.include({ sub: ann.id, email: ann.email })
    const { answer } = await visit(browser, client, { response_mode: 'jwt' })
    expect((await opened(answer.response ?? '', ec, client.clientId)).claims).to.have.property('code')
  })

  it('needs a key that fits and may be used for it: nothing else is registered', async () => {
    const { app, rsa, ec } = fixture()
    const signing = await keyPair('ES256')
    const good: NewClient = { name: 'x', redirectUris: ['https://rp.example/cb'] }
    const wrong: [field: string, given: object][] = [
      ['idTokenEncryption', { idTokenEncryption: { algorithm: 'RSA-OAEP-256' } }],
      ['idTokenEncryption', { idTokenEncryption: { algorithm: 'RSA-OAEP-256' }, keys: registered(ec) }],
      ['userinfoEncryption', { userinfoEncryption: { algorithm: 'ECDH-ES' }, keys: registered(rsa) }],
      ['userinfoEncryption', { userinfoEncryption: { algorithm: 'ECDH-ES' }, keys: registered(signing) }],
      ['idTokenEncryption.algorithm', { idTokenEncryption: { algorithm: 'dir' }, keys: registered(rsa) }],
      ['idTokenEncryption.algorithm', { idTokenEncryption: { algorithm: 'RSA1_5' }, keys: registered(rsa) }],
      [
        'idTokenEncryption.content',
        { idTokenEncryption: { algorithm: 'RSA-OAEP-256', content: 'none' }, keys: registered(rsa) },
      ],
      ['userinfoAlgorithm', { userinfoAlgorithm: 'none' }],
      ['userinfoAlgorithm', { userinfoAlgorithm: 'HS256' }],
      ['authorizationResponseAlgorithm', { authorizationResponseAlgorithm: 'none' }],
      ['requestObjectAlgorithm', { requestObjectAlgorithm: 'none' }],
      ['requireSignedRequestObject', { requireSignedRequestObject: true }],
      ['keys', { keys: registered(signing), authentication: { jwks: registered(signing) } }],
      ['responseModes.0', { responseModes: ['web_message'] }],
    ]
    for (const [field, given] of wrong) {
      const refusal: unknown = await createClient(app, bySystem, { ...good, ...given }).catch(
        (error: unknown) => error,
      )
      expect(refusal, JSON.stringify(given)).to.include({ code: 'invalid_client_metadata' })
      const { fields } = (refusal as { options: { fields: { field: string }[] } }).options
      expect(
        fields.map((one) => one.field),
        JSON.stringify(given),
      ).to.include(field)
    }
  })

  it('discovery names exactly what is offered', async () => {
    const { issuer } = fixture()
    const { body } = await get(`${issuer}/.well-known/openid-configuration`)
    const algorithms = ['RSA-OAEP-256', 'ECDH-ES', 'ECDH-ES+A128KW', 'ECDH-ES+A256KW']
    const content = ['A128CBC-HS256', 'A256CBC-HS512', 'A128GCM', 'A256GCM']
    for (const what of ['id_token', 'userinfo', 'authorization']) {
      expect(body[`${what}_encryption_alg_values_supported`], what).to.deep.equal(algorithms)
      expect(body[`${what}_encryption_enc_values_supported`], what).to.deep.equal(content)
      expect(body[`${what}_signing_alg_values_supported`], what).to.have.members(['RS256', 'ES256', 'EdDSA'])
    }
    expect(body).to.deep.include({
      request_parameter_supported: true,
      request_uri_parameter_supported: false,
      request_object_signing_alg_values_supported: ['RS256', 'PS256', 'ES256', 'EdDSA'],
      claims_parameter_supported: true,
      subject_types_supported: ['public', 'pairwise'],
      response_modes_supported: [
        'form_post',
        'fragment',
        'query',
        'jwt',
        'query.jwt',
        'fragment.jwt',
        'form_post.jwt',
      ],
    })
    expect(body).not.to.have.any.keys(
      'request_object_encryption_alg_values_supported',
      'request_object_encryption_enc_values_supported',
    )
    const empty = Object.entries(body).filter(([, value]) => Array.isArray(value) && value.length === 0)
    expect(empty).to.deep.equal([])
  })
})
