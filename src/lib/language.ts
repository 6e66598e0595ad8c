/** Longest wish that is looked at, in characters: browsers send well under 200, and the rest is dropped unread. */
const maximumLength = 500

/** Language ranges looked at per wish; a longer list is an attempt to make us work, not a person. */
const maximumRanges = 20

/**
 * Chooses the language to speak: the first wish that names something we have wins, else `supported[0]`.
 *
 * A wish is a `ui_locales` value (space-separated tags in order of preference; OpenID Connect Core 1.0, section
 * 3.1.2.1) or an `Accept-Language` header (weighted ranges; RFC 9110, section 12.5.4). Ranges match by lookup: `de-AT`
 * finds `de` (RFC 4647, section 3.4), and, so that `pt` may find `pt-BR`, also as a prefix (section 3.3.1).
 */
export function pickLanguage<Language extends string>(
  supported: readonly [Language, ...Language[]],
  ...wishes: (string | undefined)[]
): Language {
  for (const wish of wishes) {
    for (const range of rangesOf(wish ?? '')) {
      const found = range === '*' ? supported[0] : match(supported, range)
      if (found) return found
    }
  }
  return supported[0]
}

/** The ranges of one wish, most wanted first, in lower case, without those refused by `q=0`. */
function rangesOf(wish: string): string[] {
  const bounded = wish.slice(0, maximumLength)
  const weighted = bounded.includes(',') || bounded.includes(';')
  const parts = bounded.split(weighted ? ',' : ' ').slice(0, maximumRanges)
  return parts
    .map(toRange)
    .filter(({ tag, weight }) => tag !== '' && weight > 0)
    .sort((one, other) => other.weight - one.weight) // stable: equal weights keep the sender's order
    .map(({ tag }) => tag)
}

/** An unreadable weight counts as 0: what we do not understand is not a wish. */
function toRange(part: string): { tag: string; weight: number } {
  const [tag = '', ...parameters] = part.split(';').map((piece) => piece.trim().toLowerCase())
  const quality = parameters.find((parameter) => parameter.startsWith('q='))
  if (quality === undefined) return { tag, weight: 1 }
  const value = quality.slice('q='.length)
  return { tag, weight: /^(0(\.\d{0,3})?|1(\.0{0,3})?)$/.test(value) ? Number(value) : 0 }
}

function match<Language extends string>(supported: readonly Language[], range: string): Language | undefined {
  const subtags = range.split('-')
  for (let length = subtags.length; length > 0; length--) {
    const shortened = subtags.slice(0, length).join('-')
    const found = supported.find((language) => language.toLowerCase() === shortened)
    if (found) return found
  }
  return supported.find((language) => language.toLowerCase().startsWith(`${range}-`))
}
