/** Kinds of factors that are kept here. Passkeys and security keys are kept in features/passkeys. */
export type FactorKind = 'totp' | 'sms' | 'mail'

/** What proves a person a second time, as its owner sees it. */
export interface Factor {
  id: string
  userId: string
  kind: FactorKind
  /** As its owner calls it. */
  name: string
  createdAt: Date
  /** When it was shown to work. */
  confirmedAt: Date
  lastUsedAt: Date | null
}

/** A code that was right a moment ago, and may have been used up by somebody else since: see `useFactor`. */
export type ProvenCode =
  | { kind: 'totp'; userId: string; factorId: string; step: number }
  | { kind: 'recovery-code'; userId: string; codeHash: Buffer }
  | { kind: 'sent'; userId: string; factorId: string | null; codeId: string } // null: the address of the account

/** Why there is none; for the audit log, never for the caller. */
export type UnprovenCode = 'wrong_code' | 'too_many_codes'
