import { decodeJwt } from 'jose'

import type { Gatehouse } from '../../../src/app.ts'
import { addMapping } from '../../../src/features/claims/index.ts'
import { bySystem } from '../../../src/platform/app.ts'
import { type Person, person } from '../../support/people.ts'
import type { RelyingParty } from '../../support/relying-party.ts'
import { bearer, eventually, get } from '../tokens/requests.ts'

type Given = Parameters<typeof addMapping>[2]

/** A mapping into every kind of token, unless told otherwise, that this process has heard of. */
export async function mapped(
  app: Gatehouse,
  claim: string,
  given: Partial<Given>,
): ReturnType<typeof addMapping> {
  const tokens = given.tokens ?? ['id_token', 'userinfo', 'access_token']
  const mapping = await addMapping(app, bySystem, { claim, ...given, tokens })
  const [token = 'id_token'] = mapping.tokens
  const scopes = new Set(mapping.scope === null ? [] : [mapping.scope])
  const asking = { clientId: mapping.clientId ?? '', firstParty: true, scopes, token }
  await eventually(async () =>
    (await app.operatorClaims.mappingsFor(asking)).some(({ id }) => id === mapping.id),
  )
  return mapping
}

export interface Said {
  id: Record<string, unknown>
  access: Record<string, unknown>
  userinfo: Record<string, unknown>
  accessToken: string
  refreshToken: string | undefined
}

/** What all tokens of a sign-in say. */
export async function said(
  app: Gatehouse,
  client: RelyingParty,
  { who, ...parameters }: { who?: Person; scope?: string } = {},
): Promise<Said> {
  const { tokens } = await client.signIn(who ?? (await person(app)), { parameters })
  return {
    id: { ...tokens.claims() },
    access: decodeJwt(tokens.access_token),
    userinfo: (await get(`${app.config.issuer}/userinfo`, bearer(tokens.access_token))).body,
    accessToken: tokens.access_token,
    refreshToken: tokens.refresh_token,
  }
}
