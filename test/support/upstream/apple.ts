import type Router from '@koa/router'
import type { KeyObject } from 'node:crypto'
import { decodeProtectedHeader, jwtVerify } from 'jose'
import type { Context } from 'koa'

import { refuse } from './clients.ts'
import type { AppleKey } from './contract.ts'
import { formOf, type Grant, openDesk, type Parameters } from './desk.ts'
import { idTokenOf } from './id-tokens.ts'
import { metadata } from './metadata.ts'
import type { State } from './state.ts'

/** The half of the client's key that Apple has. */
export type RegisteredKey = Pick<AppleKey, 'teamId' | 'keyId' | 'clientId'> & { publicKey: KeyObject }

/** Sign in with Apple: form_post, a signed client secret, and the person's name on the first sign-in only. */
export function apple(router: Router, state: State, key: RegisteredKey): void {
  const desk = openDesk(state, { refuse: wantsFormPost, alongside: introduction() })

  router.get('/.well-known/openid-configuration', (ctx) => {
    ctx.body = {
      ...metadata(state.base, {
        authorization: `${state.base}/auth/authorize`,
        token: `${state.base}/auth/token`,
        jwks: `${state.base}/auth/keys`,
      }),
      revocation_endpoint: `${state.base}/auth/revoke`,
      response_modes_supported: ['query', 'fragment', 'form_post'],
      scopes_supported: ['openid', 'email', 'name'],
      token_endpoint_auth_methods_supported: ['client_secret_post'],
    }
  })

  router.get('/auth/keys', (ctx) => {
    ctx.body = state.keys.published
  })

  router.get('/auth/authorize', (ctx) => {
    desk.authorize(ctx)
  })

  router.post('/login/:id', (ctx) => {
    desk.login(ctx)
  })

  router.post('/auth/token', async (ctx) => {
    if (!(await clientAsks(ctx, state, key))) {
      refuse(ctx, 'invalid_client', 'the client_secret is not one of this client')
      return
    }
    const grant = desk.redeem(formOf(ctx))
    if (typeof grant === 'string') {
      refuse(ctx, 'invalid_grant', grant)
      return
    }
    const token = desk.issue(grant)
    ctx.body = {
      access_token: token,
      token_type: 'Bearer',
      expires_in: 3600,
      refresh_token: desk.issue(grant, 'r.'),
      id_token: await idTokenOf(state, 'apple', grant, token),
    }
  })

  router.post('/auth/revoke', async (ctx) => {
    if (await clientAsks(ctx, state, key)) ctx.status = 200
    else refuse(ctx, 'invalid_client', 'the client_secret is not one of this client')
  })
}

/** Name and address travel in a form only. */
const wantsFormPost = ({ scope = '', response_mode }: Parameters): string | undefined =>
  /\b(name|email)\b/.test(scope) && response_mode !== 'form_post'
    ? 'response_mode must be form_post when name or email scope is requested.'
    : undefined

/** The `user` member: told once for every person, and not signed by anybody. */
function introduction(): (grant: Grant) => Record<string, string> {
  const introduced = new Set<string>()
  return ({ person, request: { scope = '' } }) => {
    if (!/\b(name|email)\b/.test(scope) || introduced.has(person.sub)) return {}
    introduced.add(person.sub)
    const name = { firstName: person.given_name ?? '', lastName: person.family_name ?? '' }
    return { user: JSON.stringify({ ...(/\bname\b/.test(scope) && { name }), email: person.email }) }
  }
}

const halfYearSeconds = 15_777_000

/** The client secret is a JWT of ES256 that the team signed, good for half a year at most. */
async function clientAsks(ctx: Context, state: State, key: RegisteredKey): Promise<boolean> {
  const { client_id, client_secret = '' } = formOf(ctx)
  if (client_id !== key.clientId) return false
  try {
    if (decodeProtectedHeader(client_secret).kid !== key.keyId) return false
    const { payload } = await jwtVerify(client_secret, key.publicKey, {
      algorithms: ['ES256'],
      issuer: key.teamId,
      subject: key.clientId,
      audience: state.base,
      requiredClaims: ['iat', 'exp'],
    })
    return Number(payload.exp) - Number(payload.iat) <= halfYearSeconds
  } catch {
    return false
  }
}
