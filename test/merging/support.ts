import { decodeJwt } from 'jose'

import type { Gatehouse } from '../../src/app.ts'
import { bearer, get, introspect } from '../oidc/tokens/requests.ts'
import { type Answer, type Me, signedIn } from '../support/my-api.ts'
import { type Person, person } from '../support/people.ts'
import { type RelyingParty, relyingParty, type Tokens } from '../support/relying-party.ts'
import type { Stage } from '../support/stage.ts'

/** Offers and confirms, where both must succeed. */
export async function mergeInto(me: Me, other: Person): Promise<string> {
  const offered = await me.call('POST', '/users/me/merges', { login: other.email, password: other.password })
  if (offered.status !== 201) throw new Error(`not offered: ${JSON.stringify(offered.body)}`)
  const id = String(offered.body.id)
  const confirmed = await me.call('POST', `/users/me/merges/${id}/confirm`)
  if (confirmed.status !== 200) throw new Error(`not merged: ${JSON.stringify(confirmed.body)}`)
  return id
}

export const offer = (
  me: Me,
  { email: login, password }: Pick<Person, 'email' | 'password'>,
): Promise<Answer> => me.call('POST', '/users/me/merges', { login, password })

export const undo = (me: Me, id: string): Promise<Answer> => me.call('POST', `/users/me/merges/${id}/undo`)

/** Every place in which a client reads the `sub` of a person. */
export async function subjectsIn(
  issuer: string,
  client: RelyingParty,
  tokens: Tokens,
): Promise<Record<string, unknown>> {
  const [userinfo, access, refresh] = [
    await get(`${issuer}/userinfo`, bearer(tokens.access_token)),
    await introspect(issuer, client, tokens.access_token),
    await introspect(issuer, client, tokens.refresh_token),
  ]
  return {
    idToken: tokens.claims()?.sub,
    accessToken: decodeJwt(tokens.access_token).sub,
    userinfo: userinfo.body.sub,
    introspectedAccess: access.body.sub,
    introspectedRefresh: refresh.body.sub,
  }
}

/** The same `sub` everywhere. */
export const everywhere = (sub: string) => ({
  idToken: sub,
  accessToken: sub,
  userinfo: sub,
  introspectedAccess: sub,
  introspectedRefresh: sub,
})

export const usual = { scope: 'openid profile email offline_access' }

/** What the token endpoint answered with an error. */
export const refusedRefresh = (client: RelyingParty, tokens: Tokens): Promise<unknown> =>
  client.refresh(tokens.refresh_token ?? '').then(
    () => null,
    (error: unknown) => (Object(error) as { error?: unknown }).error, // openid-client’s
  )

export interface Trio {
  ann: Me
  bob: Person
  /** Where ann alone has been, bob alone, and both. */
  hers: RelyingParty
  his: RelyingParty
  both: RelyingParty
  bobAtHis: Tokens
  bobAtBoth: Tokens
  annAtHers: Tokens
  annAtBoth: Tokens
}

/** Two people at three clients. */
export async function trio(opened: Stage): Promise<Trio> {
  const { app } = opened
  const [hers, his, both] = [await relyingParty(app), await relyingParty(app), await relyingParty(app)]
  const [ann, bob] = [await signedIn(opened), await person(app, { name: 'Bob Example' })]
  const [bobAtHis, annAtHers] = [
    await his.signIn(bob, { parameters: usual }),
    await hers.signIn(ann, { parameters: usual }),
  ]
  const bobAtBoth = await both.signIn(bob, { parameters: usual })
  const annAtBoth = await both.signIn(ann, { parameters: usual })
  return {
    ...{ ann, bob, hers, his, both },
    bobAtHis: bobAtHis.tokens,
    bobAtBoth: bobAtBoth.tokens,
    annAtHers: annAtHers.tokens,
    annAtBoth: annAtBoth.tokens,
  }
}

export const userRow = async (app: Gatehouse, id: string): Promise<Record<string, unknown>> => {
  const row = await app
    .db('users')
    .select<Record<string, unknown>[]>('status', 'status_reason', 'delete_at', 'email', 'username', 'name')
    .where({ id })
    .first()
  return row ?? {}
}

export const eventsOf = async (
  app: Gatehouse,
  type: string,
  subject: string,
): Promise<Record<string, unknown>[]> => {
  const rows = await app
    .db('outbox_events')
    .select<{ data: Record<string, unknown> }[]>('data')
    .where({ type, subject })
  return rows.map(({ data }) => data)
}
