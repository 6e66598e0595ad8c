import { createHash } from 'node:crypto'
import type Router from '@koa/router'
import type { Context } from 'koa'

import type { UpstreamPerson } from './contract.ts'
import { formOf, type Grant, openDesk } from './desk.ts'
import { type State, tells } from './state.ts'

/** GitHub's OAuth apps: OAuth 2 with its own ideas of errors, and addresses at an endpoint of their own. */
export function github(router: Router, state: State): void {
  const desk = openDesk(state, { respondsAs: `${state.base}/login/oauth` })

  router.get('/login/oauth/authorize', (ctx) => {
    desk.authorize(ctx)
  })

  router.post('/login/:id', (ctx) => {
    desk.login(ctx)
  })

  router.post('/login/oauth/access_token', (ctx) => {
    const form = formOf(ctx)
    if (form.client_id !== state.client.id || form.client_secret !== state.client.secret) {
      answer(ctx, {
        error: 'incorrect_client_credentials',
        error_description: 'The client_id and/or client_secret passed are incorrect.',
      })
      return
    }
    const grant = desk.redeem(form)
    if (typeof grant === 'string') {
      answer(ctx, { error: 'bad_verification_code', error_description: grant })
      return
    }
    const scope = (grant.request.scope ?? '').replaceAll(' ', ',')
    answer(ctx, { access_token: desk.issue(grant, 'gho_'), scope, token_type: 'bearer' })
  })

  router.get('/user', (ctx) => {
    const grant = caller(ctx, desk.bearer(ctx)?.grant)
    if (grant) ctx.body = userOf(grant.person)
  })

  router.get('/user/emails', (ctx) => {
    const grant = caller(ctx, desk.bearer(ctx)?.grant)
    if (!grant) return
    if (/\buser(:email)?\b/.test(grant.request.scope ?? '')) ctx.body = addresses(state, grant.person)
    else refuseCall(ctx, 404, 'Not Found')
  })
}

/** Everything is a success to GitHub, and a form unless JSON is asked for by name. */
function answer(ctx: Context, members: Record<string, string>): void {
  ctx.status = 200
  if (ctx.get('accept').includes('application/json')) {
    ctx.body = members
    return
  }
  ctx.type = 'application/x-www-form-urlencoded'
  ctx.body = new URLSearchParams(members).toString()
}

/** The API answers to nobody without a user agent. */
function caller(ctx: Context, grant: Grant | undefined): Grant | undefined {
  if (ctx.get('user-agent') === '') {
    refuseCall(
      ctx,
      403,
      'Request forbidden by administrative rules. Please make sure your request has a User-Agent header',
    )
    return undefined
  }
  if (!grant) refuseCall(ctx, 401, 'Bad credentials')
  return grant
}

function refuseCall(ctx: Context, status: number, message: string): void {
  ctx.status = status
  ctx.body = { message, documentation_url: 'https://docs.github.com/rest', status: String(status) }
}

/** GitHub counts its users: the number in `sub`, or one made of it. */
const numberOf = ({ sub }: UpstreamPerson): number =>
  /^\d{1,15}$/.test(sub) ? Number(sub) : createHash('sha256').update(sub).digest().readUInt32BE()

const loginOf = ({ email, sub }: UpstreamPerson): string => email?.split('@')[0] ?? `user-${sub}`

const userOf = (person: UpstreamPerson) => ({
  login: loginOf(person),
  id: numberOf(person),
  avatar_url: person.picture ?? `https://avatars.example.com/u/${numberOf(person)}`,
  type: 'User',
  name: person.name ?? null,
  email: null, // the person shows none in public
})

function addresses(state: State, person: UpstreamPerson) {
  const { email, email_verified = true } = person
  if (email === undefined || tells(state, 'no-email')) return []
  const verified = !tells(state, 'email-list-unverified') && !tells(state, 'unverified-email')
  const hidden = `${numberOf(person)}+${loginOf(person)}@users.noreply.github.com`
  return [
    { email: hidden, primary: false, verified, visibility: null },
    { email, primary: true, verified: verified && email_verified, visibility: 'private' },
  ]
}
