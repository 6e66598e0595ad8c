import { interactionPolicy, type Configuration, Provider } from 'oidc-provider'
import type { Context, Next } from 'koa'

import { front } from './front.ts'
import { loginPage } from './pages.ts'
import { claimsWithout } from './persons.ts'
import type { State } from './state.ts'
import { openStorage } from './storage.ts'

/** A provider that runs the library, with its own keys, cookies and storage; persons agree to everything. */
export function openLibrary(state: State): Provider {
  const provider = new Provider(state.base, configurationOf(state))
  acceptAnyLoopbackClient(provider)
  provider.silent = true // lies break connections
  provider.use(front(state))
  provider.use((ctx, next) => interact(provider, state, ctx, next))
  return provider
}

const hourSeconds = 3600
const yearSeconds = 365 * 24 * 3600

function configurationOf(state: State): Configuration {
  const { name, client, keys } = state
  return {
    adapter: openStorage(),
    clients: [
      {
        client_id: client.id,
        client_secret: client.secret,
        redirect_uris: ['http://localhost/callback'],
        grant_types: ['authorization_code', 'refresh_token'],
      },
    ],
    jwks: {
      keys: [{ ...keys.privateKey.export({ format: 'jwk' }), kid: keys.id, alg: 'RS256', use: 'sig' }],
    },
    routes: { authorization: '/authorize', token: '/token', userinfo: '/userinfo', jwks: '/jwks' },
    findAccount: (_ctx, sub) => {
      const person = state.known.get(sub)
      return person && { accountId: sub, claims: () => claimsWithout(person, 'tid') }
    },
    responseTypes: ['code'],
    clientAuthMethods: ['client_secret_basic', 'client_secret_post'],
    scopes: ['openid', 'profile', 'email', 'offline_access'],
    claims: {
      openid: ['sub', 'hd'],
      profile: ['name', 'given_name', 'family_name', 'picture', 'locale'],
      email: ['email', 'email_verified'],
    },
    conformIdTokenClaims: false, // Google and many others put what they know into the ID token
    features: { devInteractions: { enabled: false }, backchannelLogout: { enabled: true } },
    interactions: {
      policy: policy(state),
      url: (_ctx, { uid }) => `${state.base}/interaction/${uid}`,
    },
    loadExistingGrant: agreeToAll,
    cookies: {
      keys: ['one test long'],
      names: {
        session: `upstream_${name}_session`,
        interaction: `upstream_${name}_interaction`,
        resume: `upstream_${name}_resume`,
      },
      long: { path: `/${name}` },
    },
    pkce: { required: () => false },
    ttl: {
      Session: yearSeconds,
      Grant: yearSeconds,
      RefreshToken: yearSeconds,
      Interaction: hourSeconds,
      AccessToken: hourSeconds,
      IdToken: hourSeconds,
    },
    renderError: (ctx, out) => {
      ctx.type = 'text'
      ctx.body = `${out.error}: ${out.error_description ?? ''}`
    },
  }
}

/** Asks again, too, when the request hints at somebody else than who is signed in, or wants the person to choose. */
function policy(state: State): interactionPolicy.DefaultPolicy {
  const prompts = interactionPolicy.base()
  prompts.add(new interactionPolicy.Prompt({ name: 'select_account', requestable: true }), 0)
  prompts.get('login')?.checks.add(
    new interactionPolicy.Check('login_hint', 'somebody else is hinted at', 'login_required', (ctx) => {
      const { params, session, result } = ctx.oidc
      const hint = params?.login_hint
      const person = state.known.get(session?.accountId ?? '')
      return hint !== undefined && !result?.login && hint !== person?.sub && hint !== person?.email
    }),
  )
  return prompts
}

/** One grant per person, kept: the library ends the tokens of a grant that the session has exchanged for another. */
const agreeToAll: Configuration['loadExistingGrant'] = async (ctx) => {
  const { session, provider, params } = ctx.oidc
  const clientId = ctx.oidc.client?.clientId ?? ''
  const known = session?.grantIdFor(clientId)
  const kept = known === undefined ? undefined : await provider.Grant.find(known)
  const grant = kept ?? new provider.Grant({ clientId, accountId: session?.accountId ?? '' })
  if (typeof params?.scope === 'string') grant.addOIDCScope(params.scope)
  await grant.save()
  return grant
}

/** One registration that fits every test: any loopback callback, either way to send the secret, a `sid` in ID tokens. */
function acceptAnyLoopbackClient(provider: Provider): void {
  const client = provider.Client.prototype
  const isLoopback = (uri: string) => URL.canParse(uri) && new URL(uri).origin.startsWith('http://localhost')
  client.redirectUriAllowed = isLoopback
  client.postLogoutRedirectUriAllowed = isLoopback
  Object.defineProperties(client, {
    includeSid: { value: () => true },
    clientAuthMethod: {
      get: () => (Provider.ctx?.get('authorization') ? 'client_secret_basic' : 'client_secret_post'),
    },
  })
}

/** The sign-in page, one form per person. */
async function interact(provider: Provider, state: State, ctx: Context, next: Next): Promise<void> {
  if (!ctx.path.startsWith('/interaction/')) {
    await next()
    return
  }
  const interaction = await provider.interactionDetails(ctx.req, ctx.res)
  if (ctx.method !== 'POST') {
    const hint = interaction.params.login_hint
    ctx.type = 'html'
    ctx.body = loginPage(state, {
      action: `${state.base}${ctx.path}`,
      hint: typeof hint === 'string' ? hint : undefined,
    })
    return
  }
  const accountId = (await formOf(ctx)).get('sub') ?? state.person.sub
  const session = await provider.Session.get(ctx)
  if (session.accountId !== undefined && session.accountId !== accountId) {
    delete interaction.session // or the library asks first whether the other person is to be signed out
    await session.destroy()
  }
  interaction.result = { login: { accountId, remember: true }, consent: {}, select_account: {} }
  await interaction.save(hourSeconds)
  ctx.redirect(interaction.returnTo)
}

async function formOf(ctx: Context): Promise<URLSearchParams> {
  const chunks: Buffer[] = []
  for await (const chunk of ctx.req) chunks.push(chunk as Buffer)
  return new URLSearchParams(Buffer.concat(chunks).toString())
}
