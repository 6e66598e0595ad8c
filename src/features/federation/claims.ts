import { isReadable } from '../accounts/index.ts'
import type { Connector } from './connectors/connector.ts'
import { type MappedClaim, mappedClaims, type Mapping } from './providers/provider.ts'

/** What a provider said about a person, by its own names. */
export type Said = Readonly<Record<string, unknown>>

/** What is left of that by our names: texts, and whether the address was verified. */
export type MappedClaims = Partial<Record<Exclude<MappedClaim, 'email_verified'>, string>> & {
  email_verified: boolean
}

/** Reads what a JSON pointer names; undefined where nothing is (RFC 6901, section 4). */
export function valueAt(said: unknown, pointer: string): unknown {
  let value = said
  for (const token of pointer.split('/').slice(1)) {
    const name = token.replaceAll('~1', '/').replaceAll('~0', '~')
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, name)) return undefined
    value = (value as Record<string, unknown>)[name] // an object that has it: seen in the line above
  }
  return value
}

/** The connector's mapping with the provider's own beside and over it. */
export function mappingOf(connector: Pick<Connector, 'mapping'>, own: Mapping): [MappedClaim, string][] {
  return mappedClaims.flatMap((claim): [MappedClaim, string][] => {
    const pointer = own[claim] === undefined ? connector.mapping[claim] : own[claim]
    return typeof pointer === 'string' ? [[claim, pointer]] : []
  })
}

/**
 * Applies a mapping. Only texts count (and, as subjects, the whole numbers that some servers use for ids); what is empty
 * or too long is left out, and so is what somebody could not have typed here.
 */
export function applyMapping(mapping: readonly (readonly [MappedClaim, string])[], said: Said): MappedClaims {
  const mapped: MappedClaims = { email_verified: false }
  for (const [claim, pointer] of mapping) {
    const value = valueAt(said, pointer)
    if (claim === 'email_verified')
      mapped.email_verified = value === true || value === 'true' // Apple writes a text
    else {
      const text = claim === 'sub' ? subjectText(value) : plainText(value)
      if (text !== null) mapped[claim] = text
    }
  }
  return mapped
}

const longest = 2_000

const plainText = (value: unknown): string | null =>
  typeof value === 'string' && value.trim() !== '' && value.length <= longest && isReadable(value)
    ? value.trim()
    : null

/** What programs write where they know nobody. */
const nobody = new Set(['null', 'undefined', 'none', 'nil', 'nan', '0', 'false', 'true', '[object object]'])

/**
 * A subject: up to 255 ASCII characters, compared exactly (OpenID Connect Core 1.0, section 2). Null for anything that
 * could stand for more than one person.
 */
export function subjectText(value: unknown): string | null {
  const text = Number.isSafeInteger(value) && Number(value) > 0 ? String(value) : value
  if (typeof text !== 'string' || !/^[\x21-\x7e]{1,255}$/.test(text)) return null
  return nobody.has(text.toLowerCase()) ? null : text
}
