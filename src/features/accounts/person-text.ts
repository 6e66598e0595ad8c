import { z } from 'zod'

/**
 * Controls, line ends, half characters, and marks that turn the direction of what stands around them. Joiners stay: Persian
 * and the scripts of India are not written without.
 */
const misleading = /[\p{Cc}\p{Cs}\p{Zl}\p{Zp}\u202a-\u202e\u2066-\u2069]/u

/** Whether a text on one line can be shown without misleading whoever reads it. */
export const isReadable = (text: string): boolean => !misleading.test(text)

const faults = {
  empty: 'must not be empty; null clears it',
  unreadable: 'holds characters that cannot be shown',
}

/** Something a person calls themselves, on one line. */
export const line = (longest: number) =>
  z.string().trim().min(1, faults.empty).max(longest).refine(isReadable, faults.unreadable)

/** The same on several lines (OpenID Connect Core 1.0, section 5.1.1). */
export const lines = (longest: number) =>
  z
    .string()
    .trim()
    .min(1, faults.empty)
    .max(longest)
    .refine((text) => isReadable(text.replace(/\r?\n/g, ' ')), faults.unreadable)

/** A language tag, in the spelling that everybody else writes it in (RFC 5646, section 2.1.1). */
export const LanguageTag = z
  .string()
  .max(35)
  .refine((tag) => canonicalTag(tag) !== null, 'must be a language tag like en or pt-BR')
  .transform((tag) => canonicalTag(tag) ?? tag)

function canonicalTag(tag: string): string | null {
  try {
    return Intl.getCanonicalLocales(tag)[0] ?? null
  } catch {
    return null
  }
}
