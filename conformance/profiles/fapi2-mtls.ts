import { X509Certificate } from 'node:crypto'
import { request as plainRequest } from 'node:http'
import { decodeJwt } from 'jose'
import { Agent, request as send } from 'undici'

import { type Certified, makeCertificate } from '../../test/support/certificates.ts'
import { pairOf, subjectOf } from '../authority.ts'
import { check, equal, must, type Profile, Skipped } from '../check.ts'
import { request } from '../financial-client.ts'
import { callback, overHttps } from '../places.ts'
import { certificateHeader, verifiedHeader } from '../proxy.ts'
import { authorizationUrl, codeIn, follow, type Parameters, random } from '../relying-party.ts'
import type { Registered, Suite } from '../suite.ts'

interface Answer {
  status: number
  body: Record<string, unknown>
}

/** Posts a form, or fetches where there is none, over a connection with this certificate. */
async function connect(
  { authority }: Suite,
  url: string,
  by: Certified | null,
  { form, headers = {} }: { form?: Parameters; headers?: Record<string, string> } = {},
): Promise<Answer> {
  const dispatcher = new Agent({ connect: { ca: authority.pem, ...(by && pairOf(by)) } })
  const given = Object.entries(form ?? {}).filter(
    (entry): entry is [string, string] => entry[1] !== undefined,
  )
  const { statusCode, body } = await send(url, {
    dispatcher,
    method: form ? 'POST' : 'GET',
    headers: { ...(form && { 'content-type': 'application/x-www-form-urlencoded' }), ...headers },
    ...(form && { body: new URLSearchParams(given).toString() }),
  })
  const text = await body.text()
  await dispatcher.close()
  return { status: statusCode, body: text.startsWith('{') ? (JSON.parse(text) as Answer['body']) : {} }
}

interface Bank {
  client: Registered
  certificate: Certified
}

const known = new WeakMap<Suite, Bank>()

function bankOf(suite: Suite): Bank {
  if (!overHttps) throw new Skipped('certificates come from the proxy: --https')
  const bank = known.get(suite) ?? register(suite)
  known.set(suite, bank)
  return bank
}

function register(suite: Suite): Bank {
  const name = `bank ${random().slice(0, 8)}`
  const told = suite.command([
    ...['client', 'create', '--name', 'Bank', '--redirect-uri', callback, '--profile', 'fapi2', '--json'],
    ...['--grant', 'authorization_code', 'refresh_token', '--tls-subject-dn', subjectOf(name)],
  ])
  const { client_id } = JSON.parse(told) as { client_id: string } // the command's own answer
  const client = {
    client_id,
    redirect_uris: [callback],
    registration_access_token: '',
    registration_client_uri: '',
  }
  return { client, certificate: suite.authority.issue(name) }
}

const push = (suite: Suite, { client }: Bank, by: Certified | null, headers?: Record<string, string>) =>
  connect(suite, suite.endpoint('pushed_authorization_request_endpoint'), by, {
    form: request(client, random()),
    ...(headers && { headers }),
  })

async function signedIn(suite: Suite) {
  const bank = bankOf(suite)
  const { client, certificate } = bank
  const verifier = random()
  const form = request(client, verifier)
  const url = suite.endpoint('pushed_authorization_request_endpoint')
  const pushed = await connect(suite, url, certificate, { form })
  equal(pushed.status, 201, JSON.stringify(pushed.body))
  const [to] = authorizationUrl(suite, client, {
    ...{ request_uri: String(pushed.body.request_uri), response_type: undefined, redirect_uri: undefined },
    ...{ scope: undefined, state: undefined, nonce: undefined },
  })
  const code = codeIn(await follow(suite, to, {}))
  const redeem = (by: Certified | null) =>
    connect(suite, suite.endpoint('token_endpoint'), by, {
      form: {
        ...{ grant_type: 'authorization_code', client_id: client.client_id, code },
        ...{ redirect_uri: callback, code_verifier: verifier },
      },
    })
  return { ...bank, redeem }
}

const userinfo = (suite: Suite, token: unknown, by: Certified | null, headers: Record<string, string> = {}) =>
  connect(suite, suite.endpoint('userinfo_endpoint'), by, {
    headers: { authorization: `Bearer ${String(token)}`, ...headers },
  })

/** What somebody writes who would like to be taken for the proxy. */
const forged = ({ pem }: Certified): Record<string, string> => ({
  [certificateHeader]: encodeURIComponent(pem),
  [verifiedHeader]: 'SUCCESS',
})

/** Asks the server itself, past the proxy, from this address of this machine. */
const past = (suite: Suite, from: string, headers: Record<string, string>): Promise<number> =>
  new Promise((resolve, reject) => {
    const { port } = new URL(suite.inside)
    const asking = plainRequest({
      ...{ host: '127.0.0.1', port, path: '/userinfo', localAddress: from },
      headers: { host: new URL(suite.issuer).host, 'x-forwarded-proto': 'https', ...headers },
    })
    asking.on('response', (answer) => {
      answer.resume()
      resolve(answer.statusCode ?? 0)
    })
    asking.on('error', reject)
    asking.end()
  })

/** FAPI 2.0 Security Profile (final), with certificates: RFC 8705 behind a proxy that ends TLS. */
export const profile: Profile = {
  name: 'FAPI 2.0 Security Profile (mTLS)',
  checks: [
    check(
      'fapi2-security-profile-final-happy-flow',
      'a certificate proves the client and binds its token',
      async (suite) => {
        const { certificate, redeem } = await signedIn(suite)
        const { status, body } = await redeem(certificate)
        equal(status, 200, JSON.stringify(body))
        const digest = new X509Certificate(certificate.pem).fingerprint256.replaceAll(':', '')
        const thumbprint = Buffer.from(digest, 'hex').toString('base64url')
        equal(decodeJwt(String(body.access_token)).cnf, { 'x5t#S256': thumbprint }, 'cnf')
        equal((await userinfo(suite, body.access_token, certificate)).status, 200, 'userinfo')
        equal((await userinfo(suite, body.access_token, null)).status, 401, 'userinfo without a certificate')
        const other = suite.authority.issue('somebody else')
        equal((await userinfo(suite, body.access_token, other)).status, 401, 'userinfo with another')
        equal(
          (await userinfo(suite, body.access_token, null, forged(certificate))).status,
          401,
          'a header through the proxy',
        )
        const authorization = { authorization: `Bearer ${String(body.access_token)}` }
        const told = { ...authorization, ...forged(certificate) }
        equal(await past(suite, '127.0.0.1', told), 200, 'the header from where the proxy is')
        equal(await past(suite, '127.0.0.2', told), 401, 'the header from an untrusted peer')
      },
    ),
    check(
      'fapi2-security-profile-final-ensure-holder-of-key-required',
      'a code needs the certificate too',
      async (suite) => {
        const { certificate, redeem } = await signedIn(suite)
        equal((await redeem(null)).status, 401, 'none')
        equal((await redeem(suite.authority.issue('somebody else'))).status, 401, 'another')
        equal((await redeem(certificate)).status, 200, 'its own')
        equal((await redeem(certificate)).body.error, 'invalid_grant', 'a second time')
      },
    ),
    check(
      'fapi2-security-profile-final-ensure-mtls-client-auth',
      'nobody else pushes a request',
      async (suite) => {
        const bank = bankOf(suite)
        const name = new X509Certificate(bank.certificate.pem).subject
          .split('\n')
          .find((one) => one.startsWith('CN='))
        const selfMade = makeCertificate({ name: name?.slice(3) ?? '' })
        const wrong: [what: string, by: Certified | null, headers?: Record<string, string>][] = [
          ['no certificate', null],
          ['one of another name', suite.authority.issue('somebody else')],
          ['one that no authority signed', selfMade],
          ['a header', null, forged(bank.certificate)],
        ]
        for (const [what, by, headers] of wrong)
          equal((await push(suite, bank, by, headers)).status, 401, what)
        equal((await push(suite, bank, bank.certificate)).status, 201, 'its own')
      },
    ),
    check(
      'fapi2-security-profile-final-discovery-end-point-verification',
      'discovery says that certificates work',
      (suite) => {
        bankOf(suite)
        equal(
          suite.discovery.tls_client_certificate_bound_access_tokens,
          true,
          'tls_client_certificate_bound_access_tokens',
        )
        const { token_endpoint_auth_methods_supported: methods } = suite.discovery
        must(Array.isArray(methods) && methods.includes('tls_client_auth'), 'tls_client_auth')
        return Promise.resolve()
      },
    ),
  ],
}
