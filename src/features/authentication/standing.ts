import type { Context } from 'koa'

import { secondsAfter } from '../../lib/clock.ts'
import type { By } from '../../platform/app.ts'
import { type Demand, demandAtSignIn, type DemandedAt, fallsShort, type Level } from '../admission/index.ts'
import { findUser } from '../accounts/index.ts'
import { presentedDevice, recogniseDevice } from '../devices/index.ts'
import type { Interaction } from '../oidc/index.ts'
import { type AssessedSignIn, assessSignIn } from '../risk/index.ts'
import { attemptId, type Carried, loadProven, type ProvenSoFar } from './attempt.ts'
import { isPasswordBreached } from './breached-password.ts'
import { type Factor, levelOf } from './factors.ts'
import { nextStep, type Step } from './next-step.ts'
import type { Parts } from './parts.ts'
import * as attempts from './repository.ts'
import { type Available, availableTo } from './second-factor/available.ts'

type Machinery = Pick<Parts, 'clock' | 'config' | 'db' | 'risk' | 'settings'>

/** Where a sign-in stands. */
export interface Standing extends ProvenSoFar {
  step: Step
  demand: Demand
  /** A remembered device stood in for a second factor. */
  excused: boolean
  /** What the person could prove besides, where something is owed. */
  available: readonly Available[]
  /** How unusual the sign-in is; null before anybody is proven. */
  risk: AssessedSignIn | null
}

/** For how many days somebody who did not want a second factor is not asked again. */
const offerRestsDays = 30

const daySeconds = 24 * 3600

const nothingOwed = {
  demand: { level: 'none', because: null },
  excused: false,
  available: [],
  risk: null,
} as const

/** Where the sign-in of a browser stands: what is proven by now, what is demanded, and what that leads to. */
export async function standingOf(
  parts: Machinery & Pick<Parts, 'oidc'>,
  ctx: Context,
  by: By,
  interaction: Interaction,
): Promise<Standing> {
  const carried = interaction.stepUp ? await carriedBy(parts, ctx) : null
  const proven = await loadProven(parts, attemptId(interaction), carried)
  if (interaction.prompt === 'consent') return { ...proven, ...nothingOwed, step: 'consent' }
  if (interaction.prompt === 'select_account') return { ...proven, ...nothingOwed, step: 'select-account' }
  const { clientId, asked } = interaction
  return standingFrom(parts, by, proven, { clientId, asked, device: presentedDevice(parts, ctx) })
}

async function carriedBy(parts: Pick<Parts, 'oidc'>, ctx: Context): Promise<Carried | null> {
  const session = await parts.oidc.browserSession(ctx)
  return session && { ...session, connection: session.connection }
}

/** What a sign-in is for, and where it happens. */
export interface Asking {
  clientId: string
  asked: Level | null
  /** The value that the browser or application presents as a device; null when it has none. */
  device: string | null
  /** The person's device that presents it, where that was looked up already; null when it is none of theirs. */
  deviceId?: string | null
}

/** The same for what was proven to an application of ours. */
export async function standingFrom(
  parts: Machinery,
  by: By,
  proven: ProvenSoFar,
  asking: Asking,
): Promise<Standing> {
  const { userId } = proven
  const attempt = { owed: 'login', proven: proven.proven, offered: proven.offered } as const
  if (userId === null || levelOf(proven.proven) === 'none')
    return { ...proven, ...nothingOwed, step: 'identify' }
  const risk = await assessedAt(parts, by, { ...proven, userId }, asking)
  const demanded = await demandAtSignIn(parts, { ...asking, userId, risky: risk.verdict === 'factor' })
  const { worthOffering, excused } = demanded
  const short = fallsShort(levelOf(proven.proven), demanded.wished)
  const available = short ? await availableTo(parts, { userId, proven: proven.proven }) : []
  const address =
    short && available.length === 0 ? await addressToProve(parts, proven, { userId, risk }) : null
  if (address)
    return {
      ...{ ...proven, excused, risk, demand: { level: 'none', because: 'risk' }, available: [address] },
      step: nextStep({
        ...attempt,
        ...nothingOwed,
        available: [address.factor],
        addressOwed: true,
        enrolmentOffered: false,
      }),
    }
  const demand = demandFor(proven.proven, available, demanded)
  const enrolmentOffered = worthOffering && !short && !(await declinedLately(parts, userId))
  const known = { ...attempt, demand, available: available.map(({ factor }) => factor), enrolmentOffered }
  return { ...proven, demand, excused, available, risk, step: nextStep({ ...known, addressOwed: false }) }
}

/**
 * The address that somebody without a second factor is asked to prove where their sign-in is unusual: whoever has no more than the
 * password gets no further. Null where nothing is to be asked, or can be: they have just read a mail, or proven no address.
 */
async function addressToProve(
  { db }: Machinery,
  { proven }: ProvenSoFar,
  { userId, risk }: { userId: string; risk: AssessedSignIn },
): Promise<Available | null> {
  if (risk.verdict !== 'factor' || proven.includes('address-code') || proven.includes('mail')) return null
  const user = await findUser(db, userId)
  return user?.email && user.emailVerified ? { factor: 'address-code', id: userId, label: null } : null
}

async function assessedAt(
  parts: Machinery,
  by: By,
  { userId, proofs }: Pick<ProvenSoFar, 'proofs'> & { userId: string },
  { clientId, device, deviceId: known }: Asking,
): Promise<AssessedSignIn> {
  const deviceId = known === undefined ? await recogniseDevice(parts.db, { id: userId }, device) : known
  return assessSignIn(parts, by, {
    ...{ userId, deviceId, clientId },
    passwordBreached: isPasswordBreached({ proofs }),
  })
}

/** What is only wished for is asked of who has it. Nobody is stopped, or made to set something up, by a wish. */
function demandFor(
  proven: readonly Factor[],
  available: readonly Available[],
  { demand, wished }: Pick<DemandedAt, 'demand' | 'wished'>,
): Demand {
  const granted = available.some(({ factor }) => !fallsShort(levelOf([...proven, factor]), wished))
  return granted ? wished : demand
}

async function declinedLately({ db, clock }: Machinery, userId: string): Promise<boolean> {
  const declinedAt = await attempts.offerDeclinedAt(db, userId)
  return declinedAt !== null && secondsAfter(declinedAt, offerRestsDays * daySeconds) > clock.now()
}
