import { createHash, generateKeyPairSync } from 'node:crypto'
import { copyFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { exportJWK, generateKeyPair, SignJWT } from 'jose'

import { linkIdentity } from '../../src/features/accounts/index.ts'
import { bySystem } from '../../src/platform/app.ts'
import { randomToken } from '../../src/platform/crypto/index.ts'
import { transaction } from '../../src/platform/db/index.ts'
import { nativeApp } from '../authentication/native/app.ts'
import { enrolled, toMiddleOfStep } from '../factors/support.ts'
import { back, provider } from '../federation/upstream-providers.ts'
import { askFor, deviceClient } from '../oidc/device/device.ts'
import { asked, till } from '../oidc/ciba/support.ts'
import { bringer } from '../oidc/jwt-bearer/support.ts'
import { service, shipping } from '../oidc/token-exchange/support.ts'
import { asClient } from '../oidc/tokens/requests.ts'
import { openBrowser } from '../support/browser.ts'
import { keepSecret } from '../support/canary.ts'
import { afterTest } from '../support/parts.ts'
import { type Person, person } from '../support/people.ts'
import { relyingParty, type RelyingParty, signInAt } from '../support/relying-party.ts'
import type { Stage } from '../support/stage.ts'
import { startUpstream, type Upstream } from '../support/upstream/index.ts'
import type { Shell } from './shell.ts'

/** A service with somebody at it, providers beside it, and a shell in front of it. */
export interface Site extends Stage {
  shell: Shell
  upstream: Upstream
  ann: Person
}

/** What a reader has or fills in before the commands of a section run, and what these are refused. */
export interface Surroundings {
  /** What a reader writes in place of these words. */
  words?: Record<string, string>
  variables?: Record<string, string>
  /** Calls that are to be refused, each by how it begins: the text says so. */
  refused?: readonly string[]
}

type Prepare = (site: Site) => Promise<Surroundings> | Surroundings

/** THE list of what stands in a block of shell and is not run here, each for its reason. */
export const notRun: Readonly<Record<string, string>> = {
  'npm ci': 'installs what this test runs with: it has been run',
  'npm start': 'serves until it is told to stop; test/start does that with the same program',
  'npm test': 'is what runs this test',
}

const secretFile = (site: Site, ...names: string[]) => {
  for (const name of names) writeFileSync(join(site.shell.folder, name), 'a-client-secret-of-a-provider\n')
}

const withSecret =
  (name: string): Prepare =>
  (site) => {
    secretFile(site, name)
    return {}
  }

/** A confidential client, and a token of its own. */
async function machine(site: Site, ...scopes: string[]): Promise<{ client: RelyingParty; token: string }> {
  const client = await relyingParty(site.app, {
    redirectUris: [],
    postLogoutRedirectUris: [],
    grants: ['client_credentials'],
    scopes: ['openid', ...scopes],
  })
  const asked = { grant_type: 'client_credentials', scope: scopes.join(' ') }
  const { body } = await asClient(site.issuer, '/token', client, asked)
  keepSecret(String(body.access_token))
  return { client, token: String(body.access_token) }
}

const credentials = ({ clientId, secret }: RelyingParty) => ({ CLIENT: clientId, SECRET: secret ?? '' })

/** THE list of sections whose commands need something, or are refused something. All others run as they stand. */
export const surroundings: Readonly<Record<string, Prepare>> = {
  'README.md, A native app, without a browser': async ({ app }) => {
    const phone = await nativeApp(app, { applicationType: 'native' })
    const { access_token, refresh_token } = await phone.signedIn(await person(app))
    return {
      words: { 'ann@example.com': 'new@example.com' },
      variables: { CLIENT_ID: phone.clientId, ACCESS_TOKEN: access_token, REFRESH_TOKEN: refresh_token },
    }
  },
  'docs/get-started.md, Invite a person': () => ({ words: { 'ann@example.com': 'guest@example.com' } }),

  'docs/integrate.md, Identity providers, one by one': async (site) => {
    secretFile(site, 'a-secret')
    writeFileSync(join(site.shell.folder, 'claims.json'), JSON.stringify({ sub: '1', name: 'Ann' }))
    await provider(site.app, site.upstream, 'other', { slug: 'there' })
    return {
      words: { CONNECTOR: 'linkedin --slug from-file', FILE: 'a-secret', ID: '77abc', SLUG: 'there' },
      variables: { SECRET: 'a-client-secret-of-a-provider' },
      refused: ['1 gatehouse provider create linkedin --slug from-file --client-id 77abc --secret-stdin'], // the same again
    }
  },
  'docs/integrate.md, Google': (site) => {
    secretFile(site, 'google-secret')
    return { refused: ['1 gatehouse provider create google --slug work'] } // one provider an issuer
  },
  'docs/integrate.md, Facebook': withSecret('facebook-secret'),
  'docs/integrate.md, Microsoft': (site) => {
    secretFile(site, 'microsoft-secret')
    return {
      words: {
        '1111…': '33333333-2222-3333-4444-555555555555',
        '2222…': '22222222-3333-4444-5555-666666666666',
        '…': '--slug several --client-id 99999999-8888-7777-6666-555555555555 --secret-file microsoft-secret',
      },
      refused: ['1 gatehouse provider create microsoft --option tenant=organizations'], // of these two, one
    }
  },
  'docs/integrate.md, Apple': (site) => {
    const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
    writeFileSync(
      join(site.shell.folder, 'AuthKey_ABC123DEFG.p8'),
      privateKey.export({ format: 'pem', type: 'pkcs8' }),
    )
    return {}
  },
  'docs/integrate.md, GitHub': (site) => {
    secretFile(site, 'github-secret')
    return {
      words: {
        '--client-id …': '--client-id Ov23liAbCdEg',
        '--secret-file …': '--secret-file github-secret',
      },
    }
  },
  'docs/integrate.md, LinkedIn': async (site) => {
    secretFile(site, 'linkedin-secret')
    await site.shell.run('gatehouse provider delete from-file')
    return {}
  },
  'docs/integrate.md, Any OpenID Provider': (site) => {
    secretFile(site, 'work-secret')
    return {
      words: { 'https://login.example.com/realms/main': site.upstream.issuer('oidc') },
      refused: ['1 gatehouse provider domain check'], // nobody has put the record there
    }
  },
  'docs/integrate.md, Any OAuth 2 server': withSecret('forum-secret'),

  'docs/integrate.md, Applications on phones and desktops': async ({ app, issuer, upstream }) => {
    await provider(app, upstream, 'google', { slug: 'phones' })
    const client = await nativeApp(app, {
      applicationType: 'native',
      redirectUris: ['com.example.app:/callback'],
    })
    const [verifier, whom] = [randomToken(), { sub: randomToken(), name: 'Bob', email_verified: true }]
    await upstream.person('google', { ...whom, email: 'bob@example.com' })
    const query = new URLSearchParams({
      client_id: client.clientId,
      redirect_uri: 'com.example.app:/callback',
      code_challenge: createHash('sha256').update(verifier).digest('base64url'),
      code_challenge_method: 'S256',
      state: 'a state of its own',
    })
    const [browser, until] = [openBrowser(), (url: string) => url.startsWith('com.example.app:')]
    const away = await browser.go(`${issuer}/auth/oauth/phones?${query.toString()}`, { until })
    const { url } = await back({ browser, until, ours: issuer }, away)
    const nonce = String((await client.send('/auth/oauth/phones/nonce', {})).body.nonce)
    return {
      words: {
        SLUG: 'phones',
        CLIENT: client.clientId,
        CODE: new URL(url).searchParams.get('code') ?? '',
        VERIFIER: verifier,
        NONCE: nonce,
        ID_TOKEN: await upstream.idToken('google', { ...whom, sub: randomToken() }, { nonce }),
      },
    }
  },

  'docs/integrate.md, Devices without a browser': async ({ app, issuer }) => {
    const client = await deviceClient(app)
    const { deviceCode } = await askFor(issuer, client)
    return {
      words: { 'gh_…': client.clientId, 'device_code=…': `device_code=${deviceCode}` },
      refused: ['400 /token'], // authorization_pending: nobody has typed the code yet
    }
  },

  'docs/integrate.md, MCP clients sign in without set-up': async ({ app, issuer, ann, upstream }) => {
    const callback = 'http://127.0.0.1:33418/callback'
    const client = await relyingParty(app, {
      authentication: 'none',
      applicationType: 'native',
      redirectUris: [callback],
    })
    const begin = async () => {
      const begun = await client.begin({ resource: issuer, scope: 'openid profile' })
      const { url } = await signInAt(openBrowser(), begun.url, callback, ann)
      return { begun, url }
    }
    const [first, second] = [await begin(), await begin()]
    const tokens = await client.finish(first.begun, first.url)
    return {
      words: {
        CLIENT: client.clientId,
        CODE: new URL(second.url).searchParams.get('code') ?? '',
        VERIFIER: second.begun.checks.pkceCodeVerifier,
        TOKEN: tokens.access_token,
        'https://editor.example/oauth/client.json': `${upstream.issuer('oidc')}/.well-known/openid-configuration`, // theirs
      },
      refused: ['401 /users/me'],
    }
  },

  'docs/integrate.md, Applications that register themselves': async ({ shell }) => {
    const { said } = await shell.run(
      'gatehouse registration-token create --name Two --uses 2 --expires 1d --json',
    )
    const { token } = JSON.parse(said) as { token: string }
    keepSecret(token)
    return { words: { 'Bearer TOKEN': `Bearer ${token}` } }
  },

  'docs/integrate.md, How surely somebody was recognised': async (site) => {
    toMiddleOfStep(site)
    const ann = await enrolled(site)
    const phone = await nativeApp(site.app)
    const { body } = await phone.login(ann)
    return {
      words: {
        CLIENT: phone.clientId,
        'ann@example.com': ann.email,
        PASSWORD: ann.password,
        MFA_TOKEN: String(body.mfa_token),
        '123456': ann.app.codeAt(site.clock.now()),
      },
      refused: ['401 /auth/login'], // mfa_required
    }
  },

  'docs/integrate.md, Protect your own API': async (site) => {
    const { client, token } = await machine(site, 'ssf.manage')
    return { variables: { CLIENT_ID: client.clientId, CLIENT_SECRET: client.secret ?? '', TOKEN: token } }
  },

  'docs/integrate.md, A service that calls the next one for a person': async ({ app, ann }) => {
    const web = await relyingParty(app)
    const orders = await service(app, { exchangeFrom: [web.clientId], exchangeTo: [shipping] })
    const { tokens } = await web.signIn(ann)
    return {
      words: { WEB_CLIENT: web.clientId },
      variables: {
        ORDERS_ID: orders.clientId,
        ORDERS_SECRET: orders.secret ?? '',
        ANNS_TOKEN: tokens.access_token,
      },
    }
  },

  "docs/integrate.md, Somebody else's word about a person": async (site) => {
    const { app, issuer, ann, clock, upstream } = site
    const [partner, client] = ['https://partner.example', await bringer(app)]
    const there = { name: 'There', ...(await provider(app, upstream, 'microsoft', { slug: 'partner' })) }
    const keys = await generateKeyPair('ES256', { extractable: true })
    const jwks = { keys: [{ ...(await exportJWK(keys.publicKey)), kid: 'one', alg: 'ES256' }] }
    const link = { userId: ann.id, issuer: partner, subject: 'ann-there', provider: there, label: 'ann' }
    await transaction(app.db, (tx) =>
      linkIdentity(tx, clock.now(), bySystem, { ...link, because: 'both_proven' }),
    )
    const now = Math.floor(clock.now().getTime() / 1000)
    const assertion = await new SignJWT({
      iss: partner,
      sub: 'ann-there',
      aud: issuer,
      iat: now,
      exp: now + 120,
      jti: randomToken(),
    })
      .setProtectedHeader({ alg: 'ES256', kid: 'one' })
      .sign(keys.privateKey)
    writeFileSync(join(site.shell.folder, 'partner.json'), JSON.stringify(jwks))
    return {
      words: {
        '--jwks-uri https://partner.example/jwks.json': '--jwks partner.json',
        CLIENT: client.clientId,
      },
      variables: { ...credentials(client), ASSERTION: assertion },
    }
  },

  'docs/integrate.md, Asking for somebody who is not at your screen': async ({ app, issuer, ann }) => {
    const client = await till(app)
    const request = await asked(issuer, client, ann)
    return {
      words: { ...credentials(client), AUTH_REQ_ID: request },
      refused: ['400 /token'], // authorization_pending: the person has not decided
    }
  },

  'docs/integrate.md, Security events, and ending all that somebody has': async (site) => {
    const { client, token } = await machine(site, 'ssf.manage', 'global_token_revocation')
    const guest = await person(site.app)
    return {
      words: {
        'gh_…': client.clientId,
        SECRET: client.secret ?? '',
        TOKEN: token,
        YOURS: 'a-token-of-the-receiver',
        'ann@example.com': guest.email,
      },
    }
  },

  'docs/integrate.md, Webhooks': async ({ shell }) => {
    const { said } = await shell.run(
      'gatehouse webhook create https://app.example/other --event auth.user.created --json',
    )
    return { words: { ID: (JSON.parse(said) as { id: string }).id } }
  },

  'docs/integrate.md, Claims of your own in tokens': async ({ app, shell }) => {
    const { clientId } = await relyingParty(app)
    const { said } = await shell.run(`gatehouse claim add tier --value '"gold"' --into userinfo --json`)
    return { words: { CLIENT: clientId, ID: (JSON.parse(said) as { id: string }).id } }
  },
  'docs/integrate.md, A service of yours that is asked': async ({ app }) => ({
    words: { CLIENT: (await relyingParty(app)).clientId },
  }),

  'docs/migrate.md, From Keycloak': async ({ shell }) => {
    await shell.run('gatehouse provider delete google')
    fixture(shell, 'keycloak-realm.json', 'realm.json')
    return {
      words: {
        'export PROVIDER_GOOGLE=…':
          'export PROVIDER_GOOGLE=a-secret CLIENT_INTRANET=a-secret-of-the-intranet-that-is-long',
        'apply ': 'apply --yes ',
      },
      refused: ['2 gatehouse plan'], // something would change
    }
  },
  'docs/migrate.md, From Auth0': async ({ shell }) => {
    await shell.run('gatehouse provider delete google')
    fixture(shell, 'auth0-tenant.json', 'tenant.json')
    fixture(shell, 'auth0-users.ndjson', 'users.ndjson')
    return { words: { 'apply ': 'apply --yes ' }, refused: ['2 gatehouse plan'] }
  },

  'docs/operations.md, Roles and permissions': async (site) => ({
    words: { 'gh_…': (await machine(site, 'openid')).client.clientId },
  }),
  'docs/operations.md, Command line': async ({ app }) => ({
    words: { ID: (await relyingParty(app)).clientId },
  }),
  'docs/operations.md, People from another system': async ({ shell }) => {
    writeFileSync(join(shell.folder, 'people.csv'), 'email,name\ncarl@example.com,Carl\n')
    const { said } = await shell.run('gatehouse user import people.csv --on-conflict skip --json')
    return { words: { ID: (JSON.parse(said) as { id: string }).id } }
  },
}

const fixture = (shell: Shell, name: string, as: string) => {
  copyFileSync(join(import.meta.dirname, '../configuration/fixtures', name), join(shell.folder, as))
}

/** Everything that the sections share. */
export async function openSite(stage: Stage, shell: Shell): Promise<Site> {
  const upstream = await startUpstream()
  afterTest(() => upstream.close())
  const ann = await person(stage.app, { email: 'ann@example.com' })
  return { ...stage, shell, upstream, ann }
}
