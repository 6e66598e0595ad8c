import type { App } from '../../../platform/app.ts'
import { httpErrors } from '../../../platform/http/index.ts'
import { recentSignInSeconds } from '../../authorization/index.ts'
import { type FactorKind, factorsOf } from '../../factors/index.ts'

/** Levels that a person's own factors reach, each with all that are at least as high, itself first. */
const enough = {
  mfa: ['urn:gatehouse:acr:mfa'],
  'two-step': ['urn:gatehouse:acr:two-step', 'urn:gatehouse:acr:mfa'],
} as const

export type OwnLevel = keyof typeof enough

const levels: Record<FactorKind, OwnLevel> = { totp: 'mfa', sms: 'two-step', mail: 'two-step' }

/**
 * The level that somebody with these factors must have signed in at to change what proves them: the highest that they reach, so
 * that a weaker way in cannot take the stronger one away (OWASP ASVS 5.0, 7.5.1; CASES MF-06). Null: a recent sign-in will do.
 */
export function levelNeeded(kinds: readonly FactorKind[]): OwnLevel | null {
  const reached = kinds.map((kind) => levels[kind])
  if (reached.includes('mfa')) return 'mfa'
  return reached.includes('two-step') ? 'two-step' : null
}

/** Who asks, and how well they have proven who they are. */
interface Asking {
  userId: string
  acr: string | null
}

/** The `acr` that is missing; null when nothing is. */
export async function missingAcr({ db }: Pick<App, 'db'>, { userId, acr }: Asking): Promise<string | null> {
  const { kinds } = await factorsOf(db, userId)
  const level = levelNeeded(kinds)
  if (level === null) return null
  const accepted: readonly (string | null)[] = enough[level]
  return accepted.includes(acr) ? null : enough[level][0]
}

/**
 * Demands a sign-in at the level that the person has; that it is recent is asked for beside this.
 *
 * @throws insufficient_user_authentication (401): with what RFC 9470, section 3, tells a client to ask for.
 */
export async function demandOwnLevel(app: Pick<App, 'db'>, caller: Asking): Promise<void> {
  const acr = await missingAcr(app, caller)
  if (acr === null) return
  const asked = `acr_values="${acr}", max_age="${recentSignInSeconds}"`
  const challenge = `Bearer error="insufficient_user_authentication", ${asked}`
  throw httpErrors.insufficient_user_authentication({ challenge })
}
