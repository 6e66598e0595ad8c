import { createHash, randomBytes } from 'node:crypto'

import { type Application, callback, type Person } from '../rig/people.ts'
import { type Browser, openBrowser } from './browser.ts'
import { type Answer, call, memberOf } from './http.ts'

/** One application at one door: what it asks of the service, each request sent once. */
export interface Client {
  signIn(person: Pick<Person, 'email' | 'password'>): Promise<Answer>
  refresh(token: string): Promise<Answer>
  machineToken(): Promise<Answer>
  register(email: string, password: string): Promise<Answer>
  verify(token: string, password: string): Promise<Answer>
  reset(token: string, password: string): Promise<Answer>
  giveRole(by: string, userId: string): Promise<Answer>
  takeRole(by: string, userId: string): Promise<Answer>
  signOut(access: string): Promise<Answer>
  userinfo(access: string): Promise<Answer>
  /** A browser in which this person is signed in; the form may be sent to another replica than the one that made it. */
  browser(person: Person, formTo?: string): Promise<Browser>
  /** A code, where the browser's session is still good; and what redeems it. */
  code(browser: Browser): Promise<Code | null>
  redeem(code: Code): Promise<Answer>
  get(path: string): Promise<Answer>
}

export interface Code {
  value: string
  verifier: string
}

/** The role that is given and taken. */
export const heldRole = 'support'

const scope = 'openid profile email'

/** `origin`: a replica, or the balancer in front. */
export function openClient(origin: string, issuer: string, application: Application): Client {
  const { id, authorization } = application
  const token = (form: Record<string, string>) =>
    call(origin, { method: 'POST', path: '/token', headers: { authorization }, form })
  const native = (path: string, json: object) =>
    call(origin, { method: 'POST', path, headers: { authorization, ...elsewhere() }, json })
  const bearer = (access: string) => ({ authorization: `Bearer ${access}` })
  const challenge = (verifier: string) => createHash('sha256').update(verifier).digest('base64url')
  const authorize = (verifier: string) => {
    const query = {
      ...{ client_id: id, response_type: 'code', redirect_uri: callback, scope, state: 'some-state' },
      ...{ code_challenge: challenge(verifier), code_challenge_method: 'S256' },
    }
    return `/authorize?${new URLSearchParams(query).toString()}`
  }
  return {
    signIn: ({ email, password }) => native('/auth/login', { email, password, scope }),
    refresh: (refresh_token) => token({ grant_type: 'refresh_token', refresh_token }),
    machineToken: () => token({ grant_type: 'client_credentials' }),
    register: (email, password) => native('/auth/register', { email, password }),
    verify: (token, password) => native('/auth/email/verify', { token, password }),
    reset: (token, password) => native('/auth/password/reset', { token, new_password: password }),
    giveRole: (by, userId) =>
      call(origin, {
        method: 'POST',
        path: `/admin/users/${userId}/roles`,
        headers: bearer(by),
        json: { role: heldRole },
      }),
    takeRole: (by, userId) =>
      call(origin, {
        method: 'DELETE',
        path: `/admin/users/${userId}/roles/${heldRole}`,
        headers: bearer(by),
      }),
    signOut: (access) => call(origin, { method: 'POST', path: '/auth/logout', headers: bearer(access) }),
    userinfo: (access) => call(origin, { path: '/userinfo', headers: bearer(access) }),
    async browser({ email, password }, formTo = origin) {
      const browser = openBrowser(origin, issuer)
      const page = await browser.go(authorize(randomBytes(32).toString('base64url')))
      const landing = await browser.at(formTo).submit(page, { login: email, password })
      if (!landing.url.startsWith(callback))
        throw new Error(
          `the sign-in ended at ${landing.url} (${landing.answer.status} ${saidBy(landing.answer.text)})`,
        )
      return browser
    },
    async code(browser) {
      const verifier = randomBytes(32).toString('base64url')
      const { url } = await browser.go(authorize(verifier))
      const value = url.startsWith(callback) ? new URL(url).searchParams.get('code') : null
      return value === null ? null : { value, verifier }
    },
    redeem: ({ value, verifier }) =>
      token({
        ...{ grant_type: 'authorization_code', code: value, redirect_uri: callback, code_verifier: verifier },
      }),
    get: (path) => call(origin, { path }),
  }
}

/** A page without its markup. */
const saidBy = (html: string): string =>
  html
    .replace(/<[^>]*>/g, ' ')
    .replace(/\s+/g, ' ')
    .slice(0, 300)

/** Limits count by network; each of these comes from one of its own (RFC 2544, section C.2.2, for tests). */
const elsewhere = (): Record<string, string> => ({
  'x-forwarded-for': `198.18.${randomBytes(1)[0] ?? 0}.${randomBytes(1)[0] ?? 0}`,
})

export interface Tokens {
  access: string
  refresh: string
}

export const tokensOf = (answer: Answer): Tokens => ({
  access: memberOf(answer, 'access_token'),
  refresh: memberOf(answer, 'refresh_token'),
})
