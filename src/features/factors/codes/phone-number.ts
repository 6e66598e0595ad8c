/** Kinds of numbers that no person reads messages at, and that cost most. A number that could be a phone may be one. */
const neverTexted: ReadonlySet<string | undefined> = new Set([
  ...['FIXED_LINE', 'PREMIUM_RATE', 'TOLL_FREE', 'SHARED_COST', 'VOIP', 'PAGER', 'UAN', 'VOICEMAIL'],
])

/**
 * The one form of a phone number that is stored, compared, counted and sent to (ITU-T E.164); null when it is none, or none that
 * gets text messages. It must name its country: what a number without one means depends on where it was typed.
 */
export async function canonicalNumber(typed: string): Promise<string | null> {
  const text = typed.normalize('NFKC').trim().replace(/^00/, '+')
  if (!/^\+[\d\s().\-/]{6,40}$/.test(text)) return null
  const { parsePhoneNumberFromString } = await import('libphonenumber-js/max') // few processes ever need it
  const number = parsePhoneNumberFromString(text)
  if (!number?.isPossible() || neverTexted.has(number.getType())) return null
  return number.ext === undefined ? number.number : null
}

/** Whether codes may be sent there: what it begins with was named. */
export const isAllowed = (number: string, prefixes: readonly string[]): boolean =>
  prefixes.some((prefix) => number.startsWith(prefix))

/** As its owner sees it, and nobody learns it from. */
export const masked = (number: string): string => `•••• ${number.slice(-2)}`
