import type { ScopeKind } from './definitions.ts'
import { errors } from './errors.ts'

/** On whose behalf a setting is read; several at once, or none for the system. */
export interface Scope {
  organizationId?: string | undefined
  clientId?: string | undefined
}

/** One place where a setting can have a value. */
export interface Place {
  kind: ScopeKind
  /** Empty for the system. */
  id: string
}

export const system: Place = { kind: 'system', id: '' }

/** Where to look, narrowest first. */
export function placesOf({ organizationId, clientId }: Scope): Place[] {
  const places: Place[] = []
  if (clientId !== undefined) places.push({ kind: 'client', id: clientId })
  if (organizationId !== undefined) places.push({ kind: 'organization', id: organizationId })
  return [...places, system]
}

/**
 * The one place that a change is for.
 *
 * @throws setting_scope_not_allowed (400): for more than one at once, or for an impossible id.
 */
export function placeOf(scope: Scope): Place {
  const [place = system, next] = placesOf(scope)
  if (next && next.kind !== 'system') {
    throw errors.setting_scope_not_allowed({ detail: 'Name an organization or a client, not both.' })
  }
  if (place.kind !== 'system' && !/^\S{1,200}$/.test(place.id)) {
    throw errors.setting_scope_not_allowed({ detail: `The id of the ${place.kind} is missing or malformed.` })
  }
  return place
}
