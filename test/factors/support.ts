import { type AuthenticatorApp, openAuthenticatorApp } from '../support/authenticator-app.ts'
import { keepSecret } from '../support/canary.ts'
import { type Answer, callApi, type Me, type MeOptions, signedIn } from '../support/my-api.ts'
import { relyingParty } from '../support/relying-party.ts'
import type { Stage } from '../support/stage.ts'
import { atLogin, type Keyed, keyed } from '../passkeys/support.ts'

export const begin = (me: Pick<Me, 'call'>, name = 'Phone'): Promise<Answer> =>
  me.call('POST', '/users/me/factors/totp', { name })

export const verify = (me: Pick<Me, 'call'>, id: string, code: string): Promise<Answer> =>
  me.call('POST', `/users/me/factors/totp/${id}/verify`, { code })

/** Something that has begun, and the app that has read it. */
export async function begun(
  me: Pick<Me, 'call'>,
): Promise<{ id: string; app: AuthenticatorApp; body: object }> {
  const { status, body } = await begin(me)
  if (status !== 201) throw new Error(`not begun: ${status} ${JSON.stringify(body)}`)
  return { id: String(body.id), app: openAuthenticatorApp(String(body.secret)), body }
}

/** What somebody has who turned two-step sign-in on. */
export interface Enrolled {
  factorId: string
  app: AuthenticatorApp
  codes: string[]
}

/** Adds an app. Its first code is of the step before this one, so that this one is still good. */
export async function enrol(stage: Pick<Stage, 'clock'>, me: Pick<Me, 'call'>): Promise<Enrolled> {
  const { id, app } = await begun(me)
  const bring = () => verify(me, id, app.codeAt(stage.clock.now(), -1))
  let reply = await bring()
  if (reply.status === 403) reply = await bring() // a step ended meanwhile
  if (reply.status !== 200) throw new Error(`not added: ${reply.status} ${JSON.stringify(reply.body)}`)
  const codes = (reply.body.recovery_codes ?? []) as string[]
  keepSecret(...codes)
  return { factorId: id, app, codes }
}

/** Puts the clock into the middle of a step, so that none ends while codes are tried. */
export function toMiddleOfStep({ clock }: Pick<Stage, 'clock'>): void {
  clock.advance(45 - ((clock.now().getTime() / 1000) % 30))
}

/** Somebody with an app, whose session is from before: signed in by password alone. */
export async function enrolled(stage: Stage, options: MeOptions = {}): Promise<Me & Enrolled> {
  const me = await signedIn(stage, options)
  return { ...me, ...(await enrol(stage, me)) }
}

/** Somebody who signed in with a passkey: at the highest level there is. */
export async function strong(stage: Stage, as?: Keyed): Promise<Keyed> {
  const me = as ?? (await keyed(stage))
  const client = await relyingParty(stage.app)
  const login = await atLogin(client)
  const landing = await login.signIn(me.device)
  const tokens = await client.finish(login.begun, landing.url)
  const token = tokens.access_token
  const call: Me['call'] = (method, path, body) => callApi(stage.issuer + path, { method, token, body })
  return { ...me, token, client, browser: login.browser, call }
}

export const listed = async (me: Pick<Me, 'call'>): Promise<Record<string, unknown>[]> =>
  (await me.call('GET', '/users/me/factors')).body.items as Record<string, unknown>[]
