import { createPublicKey } from 'node:crypto'

import { expect } from 'chai'
import { decodeJwt } from 'jose'
import * as openid from 'openid-client'

import type { Gatehouse } from '../../../src/app.ts'
import { createClient, type NewClient } from '../../../src/features/clients/index.ts'
import { bySystem } from '../../../src/platform/app.ts'
import { sha256 } from '../../../src/platform/crypto/index.ts'
import { type Certified, makeCertificate } from '../../support/certificates.ts'
import { openBrowser } from '../../support/browser.ts'
import { type Person, person } from '../../support/people.ts'
import { discover, drive, relyingParty, signInAt } from '../../support/relying-party.ts'
import { sharedStage } from '../../support/shared-stage.ts'
import { type Answer, bearer, eventually, get, post } from '../tokens/requests.ts'
import { holder } from '../dpop/proofs.ts'

const certHeader = 'x-client-cert'
const flagHeader = 'x-client-verify'
const behindProxy = {
  TRUST_PROXY: '127.0.0.1,::1',
  CLIENT_CERT_HEADER: 'X-Client-Cert',
  CLIENT_CERT_VERIFIED_HEADER: 'X-Client-Verify',
}
const redirectUri = 'http://localhost:9/callback'

/** What a proxy adds to a request over a connection with this certificate. */
const showing = (certificate: Certified, flag = 'SUCCESS'): Record<string, string> => ({
  [certHeader]: encodeURIComponent(certificate.pem),
  [flagHeader]: flag,
})
/** The same in the form of RFC 9440. */
const showingDer = (certificate: Certified): Record<string, string> => ({
  [certHeader]: `:${certificate.der.toString('base64')}:`,
  [flagHeader]: 'SUCCESS',
})
const thumbprint = ({ der }: Certified): string => sha256(der).toString('base64url')
const subjectOf = (name: string): string => `CN=${name},OU=Authenticator Attestation,O=Harbour Keys,C=DE`

const register = async (app: Gatehouse, given: Partial<NewClient>): Promise<string> => {
  const { client } = await createClient(app, bySystem, {
    name: 'Machine',
    grants: ['client_credentials'],
    ...given,
  })
  return client.id
}

const ask = (issuer: string, clientId: string, headers: Record<string, string>): Promise<Answer> =>
  post(`${issuer}/token`, { grant_type: 'client_credentials', client_id: clientId }, headers)

interface Fixture {
  app: Gatehouse
  issuer: string
  ann: Person
}

describe('RFC 8705: mutual TLS behind a proxy', () => {
  const fixture = sharedStage<Fixture>(async ({ app, issuer }) => ({ app, issuer, ann: await person(app) }), {
    variables: behindProxy,
  })
  const good = makeCertificate({ name: 'client one' })

  it('section 2.1: lets in who shows the certificate with the registered subject, in both forms of the header', async () => {
    const { app, issuer } = fixture()
    const clientId = await register(app, {
      authentication: { certificate: { subjectDn: subjectOf('client one') } },
    })
    for (const headers of [showing(good), showingDer(good)]) {
      const { status, body } = await ask(issuer, clientId, headers)
      expect([status, body.token_type], JSON.stringify(body)).to.deep.equal([200, 'Bearer'])
    }
  })

  it('section 2.1: refuses every other certificate, none, and one that the proxy did not check', async () => {
    const { app, issuer } = fixture()
    const clientId = await register(app, {
      authentication: { certificate: { subjectDn: subjectOf('client one') } },
    })
    const attempts: Record<string, Record<string, string>> = {
      none: {},
      'the flag alone': { [flagHeader]: 'SUCCESS' },
      'another subject': showing(makeCertificate({ name: 'client two' })),
      'a longer subject': showing(makeCertificate({ name: 'client one,CN=x' })),
      'the subject in a value': showing(makeCertificate({ name: `x,${subjectOf('client one')}` })),
      'a subject with a line': showing(makeCertificate({ name: `x\nCN=client one` })),
      'a failed check': showing(good, 'FAILED:unable to verify the first certificate'),
      'no check': showing(good, 'NONE'),
      'an empty flag': showing(good, ''),
      'no flag': { [certHeader]: encodeURIComponent(good.pem) },
      'no certificate': { [certHeader]: 'x', [flagHeader]: 'SUCCESS' },
      'an escape that is none': { [certHeader]: '%', [flagHeader]: 'SUCCESS' },
      'two certificates': {
        [certHeader]: `${encodeURIComponent(good.pem)}, ${encodeURIComponent(good.pem)}`,
        [flagHeader]: 'SUCCESS',
      },
      'cut short': {
        [certHeader]: `:${good.der.subarray(0, 100).toString('base64')}:`,
        [flagHeader]: 'SUCCESS',
      },
    }
    for (const [what, headers] of Object.entries(attempts)) {
      const { status, body } = await ask(issuer, clientId, headers)
      expect([status, body.error], what).to.deep.equal([401, 'invalid_client'])
    }
  })

  it('section 2.1.2: knows a certificate by its other names, each to the letter', async () => {
    const { app, issuer } = fixture()
    const names: [
      certificate: NonNullable<Parameters<typeof makeCertificate>[0]['alternatives']>,
      name: object,
      fits: boolean,
    ][] = [
      [{ dns: ['client.example'] }, { sanDns: 'client.example' }, true],
      [{ dns: ['other.example', 'client.example'] }, { sanDns: 'client.example' }, true],
      [{ dns: ['*.example'] }, { sanDns: 'client.example' }, false],
      [{ dns: ['client.example.evil.test'] }, { sanDns: 'client.example' }, false],
      [{ uri: ['https://client.example/id'] }, { sanUri: 'https://client.example/id' }, true],
      [{ uri: ['https://client.example/id/x'] }, { sanUri: 'https://client.example/id' }, false],
      [{ uri: ['x, URI:https://client.example/id, y'] }, { sanUri: 'https://client.example/id' }, false],
      [{ dns: ['x, URI:https://client.example/id'] }, { sanUri: 'https://client.example/id' }, false],
      [
        { uri: ['https://a.example/', 'https://client.example/id'] },
        { sanUri: 'https://client.example/id' },
        true,
      ],
      [{ email: ['client@example.com'] }, { sanEmail: 'client@example.com' }, true],
      [{ email: ['x@example.com'] }, { sanEmail: 'client@example.com' }, false],
      [{ ip: [Buffer.from([192, 0, 2, 7])] }, { sanIp: '192.0.2.7' }, true],
      [{ ip: [Buffer.from([192, 0, 2, 8])] }, { sanIp: '192.0.2.7' }, false],
    ]
    for (const [alternatives, name, fits] of names) {
      const clientId = await register(app, {
        authentication: { certificate: name } as NonNullable<NewClient['authentication']>,
      })
      const { status } = await ask(issuer, clientId, showing(makeCertificate({ name: 'x', alternatives })))
      expect(status, JSON.stringify([alternatives, name])).to.equal(fits ? 200 : 401)
    }
  })

  it('section 2.2: lets in who shows a certificate that stands among its keys, checked by nobody else', async () => {
    const { app, issuer } = fixture()
    const own = makeCertificate({ name: 'self-signed' })
    const jwk = createPublicKey(own.pem).export({ format: 'jwk' })
    const keys = { keys: [{ ...jwk, x5c: [own.der.toString('base64')] }] }
    const clientId = await register(app, {
      authentication: { selfSigned: true, jwks: keys },
    })
    for (let time = 0; time < 2; time++)
      expect((await ask(issuer, clientId, showing(own, 'FAILED:self-signed certificate'))).status).to.equal(
        200,
      )
    for (const headers of [showing(good), showing(makeCertificate({ name: 'self-signed' })), {}])
      expect((await ask(issuer, clientId, headers)).body.error).to.equal('invalid_client')
  })

  it('section 2.2: such a client is registered only with the certificates of its own keys', async () => {
    const { app } = fixture()
    const own = makeCertificate({ name: 'self-signed' })
    const jwk = createPublicKey(own.pem).export({ format: 'jwk' })
    for (const x5c of [undefined, [good.der.toString('base64')], ['AAAA'], []]) {
      const refusal = await register(app, {
        authentication: { selfSigned: true, jwks: { keys: [{ ...jwk, x5c }] } },
      }).catch((error: unknown) => error)
      expect(refusal, JSON.stringify(x5c)).to.include({ code: 'invalid_client_metadata' })
    }
  })

  it('section 3: binds tokens to the certificate, which userinfo and our API then want to see', async () => {
    const { app, issuer, ann } = fixture()
    const clientId = await register(app, {
      redirectUris: [redirectUri],
      grants: ['authorization_code', 'refresh_token'],
      firstParty: true,
      authentication: { certificate: { subjectDn: subjectOf('client one') } },
      senderConstraint: 'certificate',
    })
    const configuration = await discover(app, clientId, openid.TlsClientAuth(), {
      use_mtls_endpoint_aliases: true,
    })
    configuration[openid.customFetch] = (url, { headers, ...options }) =>
      fetch(url, { ...options, headers: { ...headers, ...showing(good) } } as RequestInit)
    const party = drive({ clientId, secret: null, redirectUri, configuration })
    const { tokens } = await party.signIn(ann)
    const { access_token: token, refresh_token: refreshToken = '' } = tokens
    expect(decodeJwt(token).cnf).to.deep.equal({ 'x5t#S256': thumbprint(good) })
    for (const path of ['/userinfo', '/users/me']) {
      const stranger = makeCertificate({ name: 'client one' })
      expect((await get(issuer + path, { ...bearer(token), ...showing(good) })).status, path).to.equal(200)
      for (const headers of [{}, showing(stranger)]) {
        const reply = await get(issuer + path, { ...bearer(token), ...headers })
        expect(reply.status, path).to.equal(401)
        expect(reply.headers.get('www-authenticate'), path).to.contain('error="invalid_token"')
      }
    }
    const shown = await openid.tokenIntrospection(configuration, token)
    expect(shown).to.deep.include({
      active: true,
      token_type: 'Bearer',
      cnf: { 'x5t#S256': thumbprint(good) },
    })
    const next = await party.refresh(refreshToken)
    expect(decodeJwt(next.access_token).cnf).to.deep.equal({ 'x5t#S256': thumbprint(good) })
    expect(next.refresh_token, 'it need not be replaced').to.equal(refreshToken)
    await openid.tokenRevocation(configuration, next.access_token)
    await eventually(async () => !(await openid.tokenIntrospection(configuration, next.access_token)).active)
  })

  it('section 4: binds tokens of a public client too, its refresh tokens with them', async () => {
    const { app, issuer, ann } = fixture()
    const client = await relyingParty(app, { authentication: 'none', senderConstraint: 'certificate' })
    const begun = await client.begin({ scope: 'openid offline_access' })
    const { url } = await signInAt(openBrowser(), begun.url, client.redirectUri, ann)
    const form = (more: Record<string, string>) => ({ client_id: client.clientId, ...more })
    const redeem = (headers: Record<string, string>) =>
      post(
        `${issuer}/token`,
        form({
          grant_type: 'authorization_code',
          code: new URL(url).searchParams.get('code') ?? '',
          redirect_uri: client.redirectUri,
          code_verifier: begun.checks.pkceCodeVerifier,
        }),
        headers,
      )
    expect((await redeem({})).body.error, 'without a certificate').to.equal('invalid_grant')
    const { status, body } = await redeem(showing(good, 'NONE'))
    expect(status, JSON.stringify(body)).to.equal(200)
    const refresh = (headers: Record<string, string>) =>
      post(
        `${issuer}/token`,
        form({ grant_type: 'refresh_token', refresh_token: String(body.refresh_token) }),
        headers,
      )
    for (const headers of [{}, showing(makeCertificate({ name: 'client one' }))])
      expect((await refresh(headers)).body.error).to.equal('invalid_grant')
    expect((await refresh(showing(good))).status).to.equal(200)
  })

  it('takes one binding, not two (RFC 9449, section 5)', async () => {
    const { app, issuer } = fixture()
    const clientId = await register(app, {
      authentication: { certificate: { subjectDn: subjectOf('client one') } },
      senderConstraint: 'certificate',
    })
    const key = await holder()
    const both = { ...showing(good), ...(await key.header({ url: `${issuer}/token` })) }
    const { status, body } = await ask(issuer, clientId, both)
    expect([status, body.error]).to.deep.equal([400, 'invalid_request'])
  })

  it('is advertised', async () => {
    const { body } = await get(`${fixture().issuer}/.well-known/openid-configuration`)
    expect(body.token_endpoint_auth_methods_supported).to.include.members([
      'tls_client_auth',
      'self_signed_tls_client_auth',
    ])
    expect(body.tls_client_certificate_bound_access_tokens).to.equal(true)
    expect(body).not.to.have.property('mtls_endpoint_aliases')
  })
})

const elsewhere: [what: string, variables: Record<string, string>, advertised: boolean][] = [
  ['from anybody but a trusted proxy', { ...behindProxy, TRUST_PROXY: '192.0.2.1' }, true],
  ['where none is configured', { TRUST_PROXY: '127.0.0.1,::1' }, false],
]

for (const [what, variables, advertised] of elsewhere) {
  describe(`a certificate in a header ${what} (RFC 9440, section 4)`, () => {
    const fixture = sharedStage<Fixture>(
      async ({ app, issuer }) => ({ app, issuer, ann: await person(app) }),
      { variables },
    )
    const good = makeCertificate({ name: 'client one' })

    it('is dropped: it proves nothing and binds nothing', async () => {
      const { app, issuer } = fixture()
      const byName = await register(app, {
        authentication: { certificate: { subjectDn: subjectOf('client one') } },
      })
      for (const headers of [showing(good), showingDer(good)])
        expect((await ask(issuer, byName, headers)).body.error).to.equal('invalid_client')
      const { client, secret } = await createClient(app, bySystem, {
        name: 'Machine',
        grants: ['client_credentials'],
        senderConstraint: 'certificate',
      })
      const form = { grant_type: 'client_credentials', client_id: client.id, client_secret: secret ?? '' }
      const bound = await post(`${issuer}/token`, form, showing(good))
      expect(bound.status, 'and its tokens are not given out unbound').to.equal(400)
      expect(bound.body).not.to.have.property('access_token')
    })

    it(advertised ? 'while the method is advertised' : 'and nothing of it is advertised', async () => {
      const { body } = await get(`${fixture().issuer}/.well-known/openid-configuration`)
      expect(JSON.stringify(body).includes('tls_client')).to.equal(advertised)
    })
  })
}
