import { isLoopback } from '../../lib/loopback.ts'
import type { App } from '../../platform/app.ts'
import { sha256 } from '../../platform/crypto/index.ts'
import type { WithSettings } from '../settings/index.ts'
import type { Admitted } from './admit.ts'
import { type Demand, demandOf, fallsShort } from './demand.ts'
import { acrNamed, type Level, levelNamed, reaches } from './levels.ts'
import { findSignInFacts } from './repository.ts'

type Machinery = Pick<App, 'config'> & WithSettings

/** Who signs in, where, and what is known of it. */
export interface SigningIn {
  userId: string
  clientId: string
  /** The value that the browser or application presents as a device; null when it has none. */
  device: string | null
  asked: Level | null
  risky: boolean
}

export interface DemandedAt {
  /** What must be reached. */
  demand: Demand
  /**
   * What is asked besides of who can give it: what the client would like, a Voluntary Claim (OpenID Connect Core 1.0, section
   * 3.1.2.1), and a second factor where the sign-in is unusual. Whoever has none must not be led to set one up by that: it may
   * be a stranger with their password.
   */
  wished: Demand
  /** The person has no second factor, and is to be asked whether they want one. */
  worthOffering: boolean
  /** Less is demanded than would be on a device that is not remembered. */
  excused: boolean
}

/** How surely a person must be recognised to sign in to a client now. One statement. */
export async function demandAtSignIn(
  app: Machinery & Pick<App, 'db' | 'clock'>,
  { userId, clientId, device, asked, risky }: SigningIn,
): Promise<DemandedAt> {
  const policy = await app.settings.get('mfa.policy', { clientId })
  const deviceHash = device === null ? null : sha256(device)
  const facts = await findSignInFacts(app.db, { userId, deviceHash }, app.clock.now())
  const known = { ...facts, policy, asked: null, risky: false, postponed: mayPostponeFactors(app) }
  const demand = demandOf(known)
  const wished = demandOf({ ...known, asked, risky })
  const excused = fallsShort(demand.level, demandOf({ ...known, remembered: false }))
  return { demand, wished, excused, worthOffering: policy === 'offered' && facts.ownLevel === 'none' }
}

/** The same for a browser session that lives already; it says whether a remembered device stood in for a factor. */
export async function demandInSession(
  app: Machinery,
  person: Pick<Admitted, 'administrator' | 'ownLevel'>,
  { clientId, asked, remembered }: { clientId: string; asked: Level | null; remembered: boolean },
): Promise<Demand> {
  const policy = await app.settings.get('mfa.policy', { clientId })
  const { administrator, ownLevel } = person
  const postponed = mayPostponeFactors(app)
  return demandOf({ administrator, ownLevel, policy, asked, remembered, risky: false, postponed })
}

/** Whether somebody is an administrator whose own factors do not reach what administrators owe, where that may wait. One statement, and there alone. */
export async function isFactorPostponed(
  app: Pick<App, 'config' | 'db' | 'clock'>,
  userId: string,
): Promise<boolean> {
  if (!mayPostponeFactors(app)) return false
  const facts = await findSignInFacts(app.db, { userId, deviceHash: null }, app.clock.now())
  return facts.administrator && facts.ownLevel !== 'mfa'
}

/** Whether who was recognised so surely may do more than with their own account. Somebody who read a mail never may. */
export function isEnoughFor(app: Pick<App, 'config'>, acr: string | null | undefined): boolean {
  const level = levelNamed(acr)
  return mayPostponeFactors(app) ? level !== 'mail' : reaches(level, 'mfa')
}

/**
 * The `acr` that is missing to change what protects an account: whoever has a second factor must have shown it, so that a weaker
 * way in cannot take the stronger one away, or add another (OWASP ASVS 5.0, 7.5.1). Null when nothing is.
 */
export const missingAcr = (
  { ownLevel }: Pick<Admitted, 'ownLevel'>,
  acr: string | null | undefined,
): string | null => (reaches(levelNamed(acr), ownLevel) ? null : acrNamed(ownLevel))

/**
 * Whether administrators may set up a second factor later: on a developer's own machine, where nobody else reaches the
 * service, a first start must not stand before a wall.
 */
export const mayPostponeFactors = ({ config }: Pick<App, 'config'>): boolean =>
  !config.production && isLoopback(new URL(config.issuer).hostname)
