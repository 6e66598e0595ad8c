import { z } from 'zod'

const text = z.string().max(200).nullable()

/** Something to open, for a while. */
const link = z.strictObject({ url: z.url().max(2000), expiresAt: z.date() })

/** Something that has happened. */
const notice = z.strictObject({ at: z.date() })

/** Something that will happen, and a link that calls it off. */
const pending = notice.extend({ url: z.url().max(2000), readyAt: z.date(), browser: text, place: text })

/**
 * Every letter there is, with what it tells beside its texts (`mail.<letter>` in views/texts). A text that is not there is
 * a part the letter does not have: `button` over its link, `warning` for who did not do it.
 */
export const letters = {
  'verify-email': link,
  'reset-password': link,
  'sign-in-link': link.extend({ code: text }),
  'factor-code': z.strictObject({ code: text }),
  'sign-in-refused': z.strictObject({ url: z.url().max(2000) }),
  'already-registered': z.strictObject({ url: z.url().max(2000) }),
  'password-changed': notice,
  'password-set': notice,
  'new-device': notice.extend({ browser: text, place: text }),
  'unusual-sign-in': link.extend({ ...notice.shape, browser: text, place: text, reasons: text }),
  'stopped-sign-in': notice.extend({ browser: text, place: text, reasons: text }),
  'change-email': link,
  'email-change-requested': notice,
  'email-changed': notice,
  invitation: link,
  'refresh-reused': notice,
  'session-copied': notice,
  'identity-linked': notice.extend({ provider: text }),
  'identity-unlinked': notice.extend({ provider: text }),
  'passkey-added': notice,
  'passkey-removed': notice,
  'passkey-copied': notice,
  'factor-added': notice,
  'factor-removed': notice,
  'recovery-codes-regenerated': notice,
  'recovery-code-used': notice.extend({ left: text }),
  'factor-reset-requested': pending,
  'factor-reset-pending': pending,
  'factor-reset-restarted': pending,
  'factor-reset-cancelled': notice,
  'factor-reset-completed': notice,
  'factors-reset': notice,
  'deletion-requested': link,
  'account-restored': notice,
  'accounts-merged': link,
  'account-merged-away': link,
  'accounts-merged-for-good': notice,
  'merge-undone': notice,
  'authentication-requested': notice.extend({ url: z.url().max(2000), app: text, place: text }),
  test: z.strictObject({}),
} as const satisfies Record<string, z.ZodType>

export type LetterName = keyof typeof letters

export type LocalsOf<Name extends LetterName> = z.input<(typeof letters)[Name]>

export const isLetter = (name: string): name is LetterName => Object.hasOwn(letters, name)

/** What a letter tells, as it is sealed: moments as RFC 3339, what it does not tell left out. */
export type Told = Record<string, string | null>

/** @throws ZodError: the caller tells something else than this letter takes. */
export function toTold<Name extends LetterName>(letter: Name, locals: LocalsOf<Name>): Told {
  const parsed: Record<string, string | Date | null> = letters[letter].parse(locals)
  return Object.fromEntries(
    Object.entries(parsed).map(([key, value]) => [key, value instanceof Date ? value.toISOString() : value]),
  )
}
