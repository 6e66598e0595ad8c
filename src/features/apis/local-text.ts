import { z } from 'zod'

/** Shown to people who decide whom to trust: nothing invisible, nothing that turns the direction of writing. */
export const isVisible = (text: string): boolean => !/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u.test(text)

export const ShownText = z
  .string()
  .trim()
  .min(1)
  .max(300)
  .refine(isVisible, 'holds a character that is not shown')

/** A text by language. */
export const LocalText = z
  .record(z.string().regex(/^[a-z]{2,3}$/, 'must be a language like en or de'), ShownText)
  .refine((text) => Object.keys(text).length > 0, 'needs the text in one language at least')
  .refine((text) => Object.keys(text).length <= 20, 'has more than 20 languages')
export type LocalText = z.infer<typeof LocalText>

/** The text in this language; else in English, else in whichever there is. */
export function textIn(text: LocalText, language: string): string {
  const known = new Map(Object.entries(text))
  return known.get(language) ?? known.get('en') ?? Object.values(text)[0] ?? ''
}
