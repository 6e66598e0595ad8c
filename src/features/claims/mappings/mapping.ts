import { type Attribute, scopeOf } from '../attributes.ts'
import { type Asking, type Reach, reaches } from '../tokens.ts'

/** What a claim says: something of the person, or the same for everybody. */
export type Source = { attribute: Attribute } | { value: unknown }

/** What is said of a mapping. */
export interface Decided extends Reach {
  claim: string
  source: Source
}

export interface Mapping extends Decided {
  id: string
  createdAt: Date
}

/** The mappings that a token gets, one a claim: a client's own stands before everybody's. */
export function applying(mappings: readonly Mapping[], asking: Asking): Mapping[] {
  const reaching = mappings.filter((one) => reaches(one, asking) && isCovered(one, asking))
  const own = new Set(reaching.filter(({ clientId }) => clientId !== null).map(({ claim }) => claim))
  return reaching.filter(({ clientId, claim }) => clientId !== null || !own.has(claim))
}

/** A third party gets what people have agreed to by the name they know it by, under whatever name it stands. */
function isCovered({ source }: Mapping, { firstParty, scopes }: Asking): boolean {
  if (firstParty || !('attribute' in source)) return true
  const scope = scopeOf(source.attribute)
  return scope === null || scopes.has(scope)
}
