import { createHash, randomBytes } from 'node:crypto'
import type { Context } from 'koa'

import type { UpstreamPerson } from './contract.ts'
import { bendCallback } from './lies-in-answers.ts'
import { formPostPage, loginPage, refusalPage } from './pages.ts'
import type { State } from './state.ts'

/** A person's session in one browser at a provider. */
interface Session {
  person: UpstreamPerson
  sid: string
  /** Epoch seconds. */
  authTime: number
}

/** What a code or an access token stands for. */
export interface Grant extends Session {
  /** The authorization request. */
  request: Parameters
}

export type Parameters = Record<string, string | undefined>

export interface Desk {
  /** The authorization endpoint: a redirect at once, or the sign-in page. */
  authorize(ctx: Context): void
  /** The sign-in page's form. */
  login(ctx: Context): void
  /** Takes a code: its grant, or why not. A code works once. */
  redeem(parameters: Parameters): Grant | string
  /** An access token for this grant. */
  issue(grant: Grant, prefix?: string): string
  /** The grant behind the access token of a request: as bearer, or in the query. */
  bearer(ctx: Context): { token: string; grant: Grant } | undefined
  granted(token: string): Grant | undefined
}

export interface DeskOptions {
  /** Refuses a request of its own kind: what the page says, or undefined. */
  refuse?(request: Parameters): string | undefined
  /** What it calls itself in authorization responses; else its base (RFC 9207). */
  respondsAs?: string
  /** More members of the authorization response. */
  alongside?(grant: Grant): Record<string, string>
}

export const epochSeconds = (): number => Math.floor(Date.now() / 1000)

const random = (): string => randomBytes(24).toString('base64url')

/** Authorization codes, sessions and access tokens of one provider that is not the library. */
export function openDesk(state: State, options: DeskOptions = {}): Desk {
  const cookie = `upstream_${state.name}_session`
  const sessions = new Map<string, Session>()
  const requests = new Map<string, Parameters>()
  const codes = new Map<string, Grant>()
  const tokens = new Map<string, Grant>()

  const respond = (ctx: Context, request: Parameters, members: Record<string, string>) => {
    const parameters = { ...members, ...(request.state !== undefined && { state: request.state }) }
    const target = new URL(request.redirect_uri ?? '')
    if (request.response_mode === 'form_post') {
      ctx.type = 'html'
      ctx.body = formPostPage(target.href, bendCallback(state, parameters))
      return
    }
    for (const [name, value] of Object.entries(parameters)) target.searchParams.set(name, value)
    ctx.redirect(target.href)
  }

  const proceed = (ctx: Context, request: Parameters, session: Session) => {
    const person = state.known.get(session.person.sub) ?? session.person // as the provider knows them by now
    const [code, grant] = [random(), { ...session, person, request }]
    codes.set(code, grant)
    respond(ctx, request, { code, iss: options.respondsAs ?? state.base, ...options.alongside?.(grant) })
  }

  return {
    authorize(ctx) {
      const request = single(ctx.query)
      const why = refusal(state, request) ?? options.refuse?.(request)
      if (why !== undefined) {
        refuse(ctx, why)
        return
      }
      const session = sessions.get(ctx.cookies.get(cookie) ?? '')
      if (session && suffices(session, request)) {
        proceed(ctx, request, session)
        return
      }
      if (request.prompt === 'none') {
        respond(ctx, request, { error: 'login_required' })
        return
      }
      const id = random()
      requests.set(id, request)
      ctx.type = 'html'
      ctx.body = loginPage(state, { action: `${state.base}/login/${id}`, hint: request.login_hint })
    },

    login(ctx) {
      const request = requests.get(ctx.path.split('/').at(-1) ?? '')
      if (!request) {
        refuse(ctx, 'this sign-in is over')
        return
      }
      const person = state.known.get(formOf(ctx).sub ?? '') ?? state.person
      const [id, session] = [random(), { person, sid: random(), authTime: epochSeconds() }]
      sessions.set(id, session)
      ctx.cookies.set(cookie, id, { path: `/${state.name}`, httpOnly: true, sameSite: 'lax' })
      proceed(ctx, request, session)
    },

    redeem(parameters) {
      const grant = codes.get(parameters.code ?? '')
      codes.delete(parameters.code ?? '')
      if (!grant) return 'the code is unknown, expired or used'
      if (grant.request.redirect_uri !== parameters.redirect_uri) return 'the redirect_uri is another one'
      return verifierFits(grant.request, parameters.code_verifier) ? grant : 'the code_verifier does not fit'
    },

    issue(grant, prefix = '') {
      const token = `${prefix}${random()}`
      tokens.set(token, grant)
      return token
    },

    bearer(ctx) {
      const [, inHeader] = /^(?:bearer|token) (.+)$/i.exec(ctx.get('authorization')) ?? []
      const token = inHeader ?? single(ctx.query).access_token ?? ''
      const grant = tokens.get(token)
      return grant && { token, grant }
    },

    granted: (token) => tokens.get(token),
  }
}

function refuse(ctx: Context, why: string): void {
  ctx.status = 400
  ctx.type = 'html'
  ctx.body = refusalPage(why)
}

/** Why a request may not even be sent back. */
function refusal({ client }: State, request: Parameters): string | undefined {
  const {
    client_id,
    redirect_uri = '',
    response_type = 'code',
    code_challenge,
    code_challenge_method,
  } = request
  if (client_id !== client.id) return 'the client_id is unknown'
  if (!URL.canParse(redirect_uri) || !redirect_uri.startsWith('http://localhost'))
    return 'the redirect_uri is not registered'
  if (response_type !== 'code') return 'the response_type is not supported'
  if (code_challenge !== undefined && code_challenge_method !== 'S256')
    return 'the code_challenge_method must be S256'
  return undefined
}

/** Whether the person need not be asked again (OpenID Connect Core 1.0, section 3.1.2.1). */
function suffices({ person, authTime }: Session, request: Parameters): boolean {
  const { prompt = '', max_age, login_hint } = request
  if (/\b(login|select_account)\b/.test(prompt)) return false
  if (max_age !== undefined && epochSeconds() - authTime >= Number(max_age)) return false
  return login_hint === undefined || login_hint === person.email || login_hint === person.sub
}

/** A verifier belongs to a challenge, and none to none (RFC 9700, section 4.8.2). */
function verifierFits({ code_challenge }: Parameters, verifier: string | undefined): boolean {
  if (verifier === undefined) return code_challenge === undefined
  return createHash('sha256').update(verifier).digest('base64url') === code_challenge
}

/** Query parameters, each once. */
export const single = (query: Context['query']): Parameters =>
  Object.fromEntries(
    Object.entries(query).flatMap(([name, value]) => (typeof value === 'string' ? [[name, value]] : [])),
  )

/** The form in a request's body. */
export function formOf(ctx: Context): Parameters {
  const { body } = ctx.request as { body?: Parameters } // the parser stands in front of every desk
  return body ?? {}
}
