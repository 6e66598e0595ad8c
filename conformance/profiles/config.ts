import { check, equal, includes, must, type Profile } from '../check.ts'

/** OpenID Connect Discovery 1.0 and RFC 8414. */
export const profile: Profile = {
  name: 'Config OP',
  checks: [
    check('oidcc-discovery-endpoint-verification', 'the document has what section 3 requires', (suite) => {
      const { discovery, issuer } = suite
      equal(discovery.issuer, issuer, 'issuer')
      for (const name of ['authorization_endpoint', 'token_endpoint', 'userinfo_endpoint', 'jwks_uri'])
        must(suite.endpoint(name).startsWith(`${issuer}/`), `${name} is elsewhere`)
      includes(discovery.response_types_supported, ['code'], 'response_types_supported')
      includes(discovery.subject_types_supported, ['public'], 'subject_types_supported')
      includes(
        discovery.id_token_signing_alg_values_supported,
        ['RS256'],
        'id_token_signing_alg_values_supported',
      )
      includes(discovery.scopes_supported, ['openid'], 'scopes_supported')
      return Promise.resolve()
    }),
    check(
      'oidcc-discovery-issuer-not-matching-config',
      'both well-known paths say the same',
      async (suite) => {
        const other = await fetch(`${suite.issuer}/.well-known/oauth-authorization-server`)
        equal(await other.json(), suite.discovery, 'RFC 8414 document')
      },
    ),
    check('oidcc-server-rotate-keys', 'keys are named, told apart and public', async (suite) => {
      const reply = await fetch(suite.endpoint('jwks_uri'))
      const { keys = [] } = (await reply.json()) as { keys?: Record<string, unknown>[] }
      must(keys.length > 0, 'no keys')
      equal(new Set(keys.map(({ kid }) => kid)).size, keys.length, 'key ids that differ')
      for (const key of keys) {
        must(!('d' in key) && !('k' in key), 'a private or symmetric key is published')
        must(key.use === 'sig' && typeof key.alg === 'string', 'a key without use or alg')
      }
      must(
        keys.some(({ alg }) => alg === 'RS256'),
        'no key for RS256',
      )
    }),
    check(
      'oidcc-discovery-webfinger-unsupported',
      'nothing is advertised that is not there',
      async (suite) => {
        const urls = Object.entries(suite.discovery).filter(([name]) =>
          /_endpoint$|_iframe$|_uri$/.test(name),
        )
        for (const [name, url] of urls) {
          if (typeof url !== 'string' || name === 'op_policy_uri' || name === 'op_tos_uri') continue
          const asked = await fetch(url, { redirect: 'manual' })
          const posted = await fetch(url, { method: 'POST', redirect: 'manual' })
          must(asked.status !== 404 || posted.status !== 404, `${name} is not there`)
        }
      },
    ),
  ],
}
