/** Characters, counted as Unicode code points after normalisation (NIST SP 800-63B-4, section 3.1.1.2). */
export const longestPassword = 256

/** UTF-16 code units beyond which a text is too long whatever it holds, so that it is not even normalised. */
const longestRaw = 4 * longestPassword

/**
 * The form in which passwords are checked, counted and hashed: NFKC, once, nothing trimmed or folded, so that the same
 * keys on another keyboard or system give the same password. Null when it is too long.
 */
export function normalPassword(password: string): string | null {
  if (password.length > longestRaw) return null
  const normal = password.normalize('NFKC')
  return lengthOf(normal) > longestPassword ? null : normal
}

export const lengthOf = (text: string): number => Array.from(text).length
