/**
 * Characters no identifier may hold: controls, format characters (zero width, direction marks, soft hyphen), spaces of
 * every kind, unassigned and private ones, and what is drawn as nothing (Unicode Standard Annex #31, section 2.3).
 */
const unseen = /[\p{C}\p{Z}\p{Default_Ignorable_Code_Point}]/u

/** Capital I with dot and small i without: which letter each equals depends on the language, so neither is accepted. */
const undecidedCase = /[\u0130\u0131]/u

/**
 * The one form in which identifiers are compared: NFKC, lower case. Null for text nobody can read back: refused before
 * and after, never cut or trimmed into something else.
 */
export function fold(value: string): string | null {
  if (unseen.test(value) || undecidedCase.test(value)) return null
  const folded = value.normalize('NFKC').toLowerCase().normalize('NFKC')
  return unseen.test(folded) ? null : folded
}
