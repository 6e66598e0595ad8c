import { createHash, randomUUID } from 'node:crypto'

import type { OpenIdName, UpstreamPerson } from './contract.ts'
import { epochSeconds, type Grant } from './desk.ts'
import { halfHash, sign } from './keys.ts'
import { bendToken } from './lies-in-tokens.ts'
import { claimsWithout } from './persons.ts'
import type { State } from './state.ts'

type Claims = Record<string, unknown>

/** The tenant of Microsoft's personal accounts. */
export const consumers = '9188040d-6c67-4c5b-b112-36a304b66dad'

export const tenantOf = ({ tid }: UpstreamPerson): string => tid ?? consumers

/** Microsoft's object id is the same for every client, where `sub` is not. */
const objectId = (sub: string): string =>
  createHash('sha256')
    .update(sub)
    .digest('hex')
    .replace(/^(.{8})(.{4})(.{4})(.{4})(.{12}).*$/, '$1-$2-$3-$4-$5')

const standard = (person: UpstreamPerson): Claims => claimsWithout(person, 'tid', 'hd')

/** What each puts into its ID tokens about a person, after its public documentation. */
const profiles: Record<OpenIdName | 'facebook', (state: State, person: UpstreamPerson) => Claims> = {
  google: ({ client }, person) => ({ azp: client.id, ...claimsWithout(person, 'tid') }),
  microsoft: ({ base }, person) => ({
    iss: `${base}/${tenantOf(person)}/v2.0`,
    tid: tenantOf(person),
    oid: objectId(person.sub),
    sub: person.sub,
    name: person.name,
    preferred_username: person.email,
    email: person.email, // nobody verified it: there is no email_verified, only the optional claim xms_edov
    ...(person.email_verified === true && { xms_edov: true }),
    ver: '2.0',
    nbf: epochSeconds(),
  }),
  apple: (_state, { sub, email, email_verified }) => ({
    sub,
    ...(email !== undefined && {
      email,
      email_verified,
      is_private_email: email.endsWith('@privaterelay.appleid.com'),
    }),
    nonce_supported: true,
  }),
  linkedin: (_state, person) => standard(person),
  facebook: (_state, { sub, email, name, given_name, family_name, picture }) => ({
    sub,
    email,
    name,
    given_name,
    family_name,
    picture,
    jti: randomUUID(),
  }),
  oidc: (_state, person) => standard(person),
  other: (_state, person) => standard(person),
}

const hourSeconds = 3600

const body = (state: State, name: OpenIdName | 'facebook', person: UpstreamPerson): Claims => ({
  iss: state.base,
  aud: state.client.id,
  iat: epochSeconds(),
  exp: epochSeconds() + hourSeconds,
  ...profiles[name](state, person),
})

/** The ID token of a code flow, before any lie. */
export function idTokenOf(
  state: State,
  name: OpenIdName | 'facebook',
  grant: Grant,
  accessToken: string,
): Promise<string> {
  const { nonce } = grant.request
  return sign(state.keys, {
    ...body(state, name, grant.person),
    auth_time: grant.authTime,
    at_hash: halfHash(accessToken),
    ...(name !== 'apple' && { sid: grant.sid }),
    ...(name !== 'linkedin' && nonce !== undefined && { nonce }),
  })
}

/** The ID token that a provider's SDK hands to an app. */
export async function nativeIdToken(
  state: State,
  name: OpenIdName | 'facebook',
  person: UpstreamPerson,
  claims: Claims = {},
): Promise<string> {
  const honest = await sign(state.keys, {
    ...body(state, name, person),
    auth_time: epochSeconds(),
    ...claims,
  })
  return bendToken(state, honest)
}

/** A logout token (OpenID Connect Back-Channel Logout 1.0, section 2.4). */
export async function logoutTokenOf(state: State, claims: Claims): Promise<string> {
  const honest = await sign(
    state.keys,
    {
      iss: state.base,
      aud: state.client.id,
      iat: epochSeconds(),
      exp: epochSeconds() + 120,
      jti: randomUUID(),
      events: { 'http://schemas.openid.net/event/backchannel-logout': {} },
      ...claims,
    },
    'logout+jwt',
  )
  return bendToken(state, honest)
}
