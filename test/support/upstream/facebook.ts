import { createHmac } from 'node:crypto'
import type Router from '@koa/router'
import type { Context } from 'koa'

import type { UpstreamPerson } from './contract.ts'
import { epochSeconds, type Desk, formOf, openDesk, type Parameters, single } from './desk.ts'
import { idTokenOf } from './id-tokens.ts'
import { metadata } from './metadata.ts'
import { type State, tells } from './state.ts'

/** Facebook Login: its dialog, its Graph, and the issuer of Limited Login's ID tokens. Gives the desk for native tokens. */
export function facebook(router: Router, state: State): Desk {
  const desk = openDesk(state)

  router.get('/.well-known/openid-configuration', (ctx) => {
    ctx.body = {
      ...metadata(state.base, {
        authorization: `${state.base}/dialog/oauth/`,
        jwks: `${state.base}/.well-known/oauth/openid/jwks/`,
      }),
      response_types_supported: ['id_token', 'token id_token'],
    }
  })

  router.get('/.well-known/oauth/openid/jwks/', (ctx) => {
    ctx.body = state.keys.published
  })

  router.get('/:version/dialog/oauth', (ctx) => {
    desk.authorize(ctx)
  })

  router.post('/login/:id', (ctx) => {
    desk.login(ctx)
  })

  const exchange = async (ctx: Context) => {
    const sent = { ...single(ctx.query), ...formOf(ctx) }
    if (sent.client_id !== state.client.id || sent.client_secret !== state.client.secret) {
      refuse(ctx, 'Error validating client secret.', 1)
      return
    }
    const grant = desk.redeem(sent)
    if (typeof grant === 'string') {
      refuse(ctx, `Error validating verification code: ${grant}.`, 100)
      return
    }
    const token = desk.issue(grant, 'EAA')
    ctx.body = {
      access_token: token,
      token_type: 'bearer',
      expires_in: lifetimeSeconds,
      ...(/\bopenid\b/.test(grant.request.scope ?? '') && {
        id_token: await idTokenOf(state, 'facebook', grant, token),
      }),
    }
  }
  router.get('/:version/oauth/access_token', exchange)
  router.post('/:version/oauth/access_token', exchange)

  router.get('/:version/me', (ctx) => {
    me(ctx, state, desk)
  })

  router.get('/:version/debug_token', (ctx) => {
    debug(ctx, state, desk)
  })

  return desk
}

const lifetimeSeconds = 60 * 24 * 3600

/** An error as Graph puts it. */
function refuse(ctx: Context, message: string, code: number, type = 'OAuthException'): void {
  ctx.status = 400
  ctx.body = { error: { message, type, code, fbtrace_id: 'A1b2C3d4E5f6' } }
}

/** Secret of the app that a token is of; another app's is not ours to know. */
const secretOf = (state: State, app: string | undefined): string =>
  app === state.client.id ? state.client.secret : `the secret of ${app ?? 'nobody'}`

function me(ctx: Context, state: State, desk: Desk): void {
  const found = desk.bearer(ctx)
  if (!found) {
    refuse(ctx, 'Invalid OAuth access token - Cannot parse access token', 190)
    return
  }
  const { fields = 'id,name', appsecret_proof } = single(ctx.query)
  if (appsecret_proof === undefined) {
    refuse(ctx, 'API calls from the server require an appsecret_proof argument', 100, 'GraphMethodException')
    return
  }
  const { grant, token } = found
  const proof = createHmac('sha256', secretOf(state, grant.request.client_id)).update(token).digest('hex')
  if (appsecret_proof !== proof) {
    refuse(ctx, 'Invalid appsecret_proof provided in the API argument', 100, 'GraphMethodException')
    return
  }
  const wanted = new Set(['id', ...fields.split(/,(?![^({]*[)}])/).map((field) => field.split(/[.{(]/)[0])])
  ctx.body = Object.fromEntries(Object.entries(profile(grant.person)).filter(([name]) => wanted.has(name)))
}

const profile = ({ sub, name, email, given_name, family_name, picture }: UpstreamPerson) => ({
  id: sub,
  name,
  email,
  first_name: given_name,
  last_name: family_name,
  picture: {
    data: { url: picture ?? 'https://scontent.example.com/none.jpg', is_silhouette: picture === undefined },
  },
})

/** What a token is worth, told to whoever has the app's own token: `<id>|<secret>`. */
function debug(ctx: Context, state: State, desk: Desk): void {
  const { input_token = '', ...sent }: Parameters = single(ctx.query)
  const access_token = sent.access_token ?? ctx.get('authorization').replace(/^bearer /i, '') // Graph takes both
  if (access_token !== `${state.client.id}|${state.client.secret}`) {
    refuse(ctx, 'Invalid OAuth access token signature.', 190)
    return
  }
  const grant = desk.granted(input_token)
  if (!grant) {
    const error = { code: 190, message: 'Invalid OAuth access token.' }
    ctx.body = { data: { error, is_valid: false, scopes: [] } }
    return
  }
  const expired = tells(state, 'expired')
  ctx.body = {
    data: {
      app_id: tells(state, 'wrong-audience') ? 'another-app' : grant.request.client_id,
      type: 'USER',
      application: 'Gatehouse',
      issued_at: grant.authTime,
      expires_at: epochSeconds() + (expired ? -1 : lifetimeSeconds),
      is_valid: !expired,
      scopes: ['email', 'public_profile'],
      user_id: grant.person.sub,
    },
  }
}
