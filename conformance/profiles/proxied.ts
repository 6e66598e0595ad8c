import { exportJWK, generateKeyPair, SignJWT } from 'jose'

import { openBrowser } from '../../test/support/browser.ts'
import { check, equal, must, type Profile, Skipped } from '../check.ts'
import { callback, overHttps } from '../places.ts'
import { openReceiver } from '../receiver.ts'
import { authorize, challengeOf, codeIn, post, random, redeem, tokensIn } from '../relying-party.ts'

/** What stands between a server and the world: cookies under https, and addresses that only a private authority vouches for. */
export const profile: Profile = {
  name: 'Behind a proxy, with a private authority',
  checks: [
    check('cookies', 'every cookie is Secure and tied to its host', async (suite) => {
      if (!overHttps) throw new Skipped('there is no proxy: --https')
      const browser = openBrowser()
      const { landing } = await authorize(suite, await suite.register(), {}, { browser, answer: false })
      const lines = [...landing.headers.getSetCookie()]
      await authorize(suite, await suite.register(), {}, { browser })
      for (const { name } of browser.cookies()) must(/^__(Host|Secure)-/.test(name), `the cookie ${name}`)
      for (const line of lines) must(/; *secure/i.test(line), `${line.split('=')[0] ?? ''} is not Secure`)
      must(
        browser.cookies().some(({ name }) => name.startsWith('__Host-gatehouse_session')),
        'there is no session',
      )
    }),
    check('jwks-uri', 'keys of an address prove a client and its request object', async (suite) => {
      const receiver = await openReceiver(suite.authority)
      try {
        const { privateKey, publicKey } = await generateKeyPair('ES256')
        receiver.serve('/keys', {
          keys: [{ ...(await exportJWK(publicKey)), kid: 'one', alg: 'ES256', use: 'sig' }],
        })
        const client = await suite.register({
          token_endpoint_auth_method: 'private_key_jwt',
          jwks_uri: `${receiver.origin}/keys`,
          request_object_signing_alg: 'ES256',
        })
        const sign = (claims: object) =>
          new SignJWT({ ...claims, iss: client.client_id, aud: suite.issuer, jti: random() })
            .setProtectedHeader({ alg: 'ES256', kid: 'one' })
            .setIssuedAt()
            .setExpirationTime('2m')
            .sign(privateKey)
        const request = await sign({
          ...{ client_id: client.client_id, response_type: 'code', redirect_uri: callback, scope: 'openid' },
        })
        const code = codeIn(await authorize(suite, client, { request, state: undefined, nonce: undefined }))
        tokensIn(
          await post(suite.endpoint('token_endpoint'), null, {
            ...{ grant_type: 'authorization_code', code, redirect_uri: callback },
            client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
            client_assertion: await sign({ sub: client.client_id }),
          }),
        )
      } finally {
        await receiver.close()
      }
    }),
    check('client-id-metadata-document', 'an address stands for a client', async (suite) => {
      const receiver = await openReceiver(suite.authority)
      try {
        const client_id = `${receiver.origin}/client.json`
        const document = {
          ...{ client_id, client_name: 'Agent', redirect_uris: [callback] },
          ...{
            grant_types: ['authorization_code'],
            response_types: ['code'],
            token_endpoint_auth_method: 'none',
          },
        }
        receiver.serve('/client.json', document)
        const client = { ...document, registration_access_token: '', registration_client_uri: '' }
        const verifier = random()
        const challenge = { code_challenge: challengeOf(verifier), code_challenge_method: 'S256' }
        const code = codeIn(await authorize(suite, client, challenge))
        const answer = await redeem(suite, client, code, { code_verifier: verifier })
        equal(answer.status, 200, JSON.stringify(answer.body))
      } finally {
        await receiver.close()
      }
    }),
  ],
}
