import type { Context } from 'koa'

import type { Endpoint, Lie } from './contract.ts'
import { bendPerson, bendToken } from './lies-in-tokens.ts'
import { rememberSession, type State, tells } from './state.ts'

type Answer = Record<string, unknown>

const megabytes = 1024 * 1024

/** Where a lie is told unless the test says where. */
const places: Partial<Record<Lie, readonly Endpoint[]>> = {
  slow: ['discovery', 'jwks', 'token', 'userinfo', 'debug'],
  down: ['discovery', 'jwks', 'token', 'userinfo', 'debug'],
  'big-answer': ['token'],
  'big-userinfo': ['userinfo'],
  'redirect-to-loopback': ['token'],
  'html-answer': ['token'],
  'error-500': ['token'],
  'broken-json': ['token'],
}

/** Whether this answer is one of those that the lie of the moment replaces. */
export function toldHere(state: State, lie: Lie, endpoint: Endpoint): boolean {
  if (state.lying?.lie !== lie) return false
  return state.lying.at === undefined
    ? (places[lie]?.includes(endpoint) ?? false)
    : state.lying.at === endpoint
}

/** Lies that take the place of an answer, whatever it was. */
const replacements: Partial<Record<Lie, (ctx: Context) => void>> = {
  'big-answer': grow,
  'big-userinfo': grow,
  'redirect-to-loopback': (ctx) => {
    ctx.redirect('http://127.0.0.1:1/')
  },
  'html-answer': (ctx) => {
    ctx.status = 200
    ctx.type = 'html'
    ctx.body = '<!doctype html><title>We are improving</title><script>alert(1)</script>'
  },
  'error-500': (ctx) => {
    ctx.status = 500
    ctx.body = { error: 'server_error' }
  },
  'broken-json': (ctx) => {
    ctx.status = 200
    ctx.type = 'json'
    ctx.body = '{"access_token": a-token-in-broken-json'
  },
}

function grow(ctx: Context): void {
  const padding = 'x'.repeat(5 * megabytes)
  ctx.body = isAnswer(ctx.body) ? { ...ctx.body, padding } : `padding=${padding}`
}

/** Puts the lie of the moment into an answer of the back channel. */
export async function bendAnswer(state: State, endpoint: Endpoint, ctx: Context): Promise<void> {
  if (isAnswer(ctx.body) && ctx.status < 400) ctx.body = await bent(state, endpoint, ctx.body)
  const lie = state.lying?.lie
  if (lie !== undefined && toldHere(state, lie, endpoint)) replacements[lie]?.(ctx)
}

const isAnswer = (body: unknown): body is Answer =>
  typeof body === 'object' && body !== null && Object.getPrototypeOf(body) === Object.prototype

async function bent(state: State, endpoint: Endpoint, answer: Answer): Promise<Answer> {
  if (endpoint === 'token') return bentTokens(state, answer)
  if (endpoint === 'discovery') return bentMetadata(state, answer)
  if (endpoint === 'userinfo') return bentPerson(state, answer)
  return answer
}

async function bentTokens(state: State, answer: Answer): Promise<Answer> {
  if (typeof answer.id_token !== 'string') return answer
  rememberSession(state, answer.id_token)
  return { ...answer, id_token: await bendToken(state, answer.id_token) }
}

function bentMetadata(state: State, answer: Answer): Answer {
  const metadata = { ...answer }
  if (!namesItself(state)) delete metadata.authorization_response_iss_parameter_supported
  if (tells(state, 'discovery-wrong-issuer')) metadata.issuer = 'https://another-issuer.example.com'
  if (tells(state, 'discovery-inside')) metadata.token_endpoint = 'http://169.254.169.254/latest/token'
  if (tells(state, 'discovery-script')) metadata.authorization_endpoint = 'javascript:alert(document.domain)'
  return metadata
}

function bentPerson(state: State, answer: Answer): Answer {
  const subject = 'sub' in answer ? 'sub' : 'id'
  if (!(subject in answer)) return answer
  if (tells(state, 'foreign-userinfo-sub')) return { ...answer, [subject]: '9999' }
  return bendPerson(state, answer, subject)
}

/** Which providers send `iss` with the code (RFC 9207). */
export const namesItself = ({ name }: State): boolean => ['oidc', 'other', 'github'].includes(name)

/** The parameters of an authorization response as the browser carries them, lies included. */
export function bendCallback(state: State, honest: Record<string, string>): Record<string, string> {
  const { iss, ...rest } = honest
  const named = namesItself(state) && iss !== undefined ? { iss } : {}
  const kept = { ...named, ...(rest.state !== undefined && { state: rest.state }) }
  if (tells(state, 'html-error'))
    return { ...kept, error: 'server_error', error_description: '<script>alert(document.domain)</script>' }
  if (tells(state, 'access-denied')) return { ...kept, ...denials[state.name] }
  if (tells(state, 'wrong-iss-parameter')) return { ...rest, iss: 'https://another-issuer.example.com' }
  return { ...rest, ...named }
}

/** How each says that the person would rather not. */
const denials: Record<State['name'], Record<string, string>> = {
  google: { error: 'access_denied' },
  microsoft: { error: 'access_denied', error_subcode: 'cancel' },
  apple: { error: 'user_cancelled_authorize' },
  linkedin: { error: 'user_cancelled_login', error_description: 'The user cancelled LinkedIn login' },
  oidc: { error: 'access_denied', error_description: 'the person said no' },
  other: { error: 'access_denied', error_description: 'the person said no' },
  facebook: {
    error: 'access_denied',
    error_reason: 'user_denied',
    error_code: '200',
    error_description: 'Permissions error',
  },
  github: { error: 'access_denied', error_description: 'The user has denied your application access.' },
  oauth2: { error: 'access_denied' },
}
