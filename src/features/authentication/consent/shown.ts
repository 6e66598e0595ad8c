import { type Detail, showDetail, type ShownDetail, textIn } from '../../apis/index.ts'
import type { Interaction } from '../../oidc/index.ts'
import type { Parts } from '../parts.ts'

const described = new Set(['openid', 'profile', 'email', 'phone', 'address', 'offline_access'])

/** A scope about the person has texts of the pages; one of an API has its own. */
export interface ShownScope {
  name: string
  titleKey: string | null
  detailKey: string | null
  isNew: boolean
  text: string | null
  /** The name of the API. */
  api: string | null
}

/** What a client asks for, as the person reads it. */
export async function scopesShown(
  { apis }: Pick<Parts, 'apis'>,
  interaction: Interaction,
  language: string,
): Promise<ShownScope[]> {
  const { requestedScopes, missingScopes, requestedClaims, missingClaims, apiScopes } = interaction
  const ofApis = apiScopes.map(async ({ api: identifier, scope, missing }) => {
    const api = await apis.byIdentifier(identifier)
    const known = api?.scopes.find(({ name }) => name === scope)
    return {
      ...{ name: scope, titleKey: null, detailKey: null, isNew: missing },
      text: known ? textIn(known.description, language) : scope,
      api: api?.name ?? identifier,
    }
  })
  const ofThePerson = requestedScopes.map((name) => scopeShown(name, missingScopes.includes(name)))
  const claims = requestedClaims.map((name) => claimShown(name, missingClaims.includes(name)))
  return [...ofThePerson, ...claims, ...(await Promise.all(ofApis))]
}

function scopeShown(name: string, isNew: boolean): ShownScope {
  const key = described.has(name) ? name : 'unknown'
  const texts = { titleKey: `scopes.${key}.title`, detailKey: `scopes.${key}.detail` }
  return { name, ...texts, isNew, text: null, api: null }
}

/** One that is asked for by itself (OpenID Connect Core 1.0, section 5.5). */
const claimShown = (name: string, isNew: boolean): ShownScope => ({
  ...{ name, titleKey: `claims.${name}`, detailKey: 'claims.detail', isNew },
  ...{ text: null, api: null },
})

/**
 * What is asked for in detail, all of it. A type that was taken away since has no words any more: its request is refused when
 * it goes on, and here its fields stand as they were sent.
 */
export async function detailsShown(
  { apis }: Pick<Parts, 'apis'>,
  { authorizationDetails }: Interaction,
  language: string,
): Promise<(ShownDetail & { api: string | null })[]> {
  return Promise.all(
    authorizationDetails.map(async (detail) => {
      const found = await apis.byDetailType(detail.type)
      if (!found) return { ...asSent(detail), api: null }
      return { ...showDetail(found.type, detail, language), api: found.api.name }
    }),
  )
}

const asSent = ({ type, ...fields }: Detail): ShownDetail => ({
  title: type,
  summary: null,
  fields: Object.entries(fields).map(([label, value]) => ({ label, values: [JSON.stringify(value)] })),
})
