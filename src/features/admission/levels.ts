/** How surely a person was recognised, as it stands in `acr`; the highest last. */
const acrValues = {
  none: 'urn:gatehouse:acr:none',
  mail: 'urn:gatehouse:acr:mail',
  federated: 'urn:gatehouse:acr:federated',
  password: 'urn:gatehouse:acr:password',
  'two-step': 'urn:gatehouse:acr:two-step',
  mfa: 'urn:gatehouse:acr:mfa',
} as const

export type Level = keyof typeof acrValues

const isLevel = (name: string): name is Level => Object.hasOwn(acrValues, name)

const ranked: readonly Level[] = Object.keys(acrValues).filter(isLevel)

/** Whether one level is at least as high as another. */
export const reaches = (one: Level, other: Level): boolean => ranked.indexOf(one) >= ranked.indexOf(other)

export const higher = (one: Level, other: Level): Level => (reaches(one, other) ? one : other)
export const lower = (one: Level, other: Level): Level => (reaches(one, other) ? other : one)

export const acrNamed = (level: Level): string => acrValues[level]

/** The level that an `acr` stands for: none for one that is not ours. */
export const levelNamed = (acr: string | null | undefined): Level =>
  ranked.find((level) => acrValues[level] === acr) ?? 'none'

/** What clients may ask for, and tokens say. */
export const acrValuesSupported: readonly string[] = ranked
  .filter((level) => level !== 'none')
  .map((level) => acrValues[level])

/**
 * The level that `acr_values` asks for: the lowest of those named that are ours, since each of them is acceptable to whoever
 * asks (RFC 9470, section 4). Null where none is.
 */
export function levelAsked(values: string | undefined): Level | null {
  const named = (values ?? '').split(' ').map(levelNamed)
  const known = named.filter((level) => level !== 'none')
  return known.length === 0 ? null : known.reduce<Level>(lower, 'mfa')
}
