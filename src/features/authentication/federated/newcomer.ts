import type { By, Db } from '../../../platform/app.ts'
import { transaction } from '../../../platform/db/index.ts'
import { Problem } from '../../../platform/errors.ts'
import { networkOf } from '../../../platform/limits/index.ts'
import {
  acceptableProfile,
  canonicalEmail,
  createUser,
  findIdentity,
  findUserByLogin,
  linkIdentity,
  saveProfile,
  type User,
} from '../../accounts/index.ts'
import * as audit from '../../audit/index.ts'
import {
  domainOf,
  isAuthoritative,
  newcomerRefusal,
  type ProviderRecord,
  provesEmail,
  type UpstreamAnswer,
} from '../../federation/index.ts'
import { acceptMailedTo, hasOpenInvitation } from '../../invitations/index.ts'
import { requestMail } from '../mail-request.ts'
import type { Parts } from '../parts.ts'
import { verificationDemanded } from '../register/register.ts'
import { sendVerification } from '../verification/request-verification.ts'
import type { Arrival, Arriving, Entered, Newcomer, Together } from './arrival.ts'
import { signIn } from './enter.ts'
import { takeAuthoritative } from './take-authoritative.ts'

type Outcome = Arrival | Entered | 'overtaken'

/**
 * Decides what becomes of somebody whom nobody here is yet: an account that has their address is told of, none is opened by
 * it; else one is made where that is allowed.
 */
export async function newcomer(app: Parts, by: By, arriving: Arriving, together: Together): Promise<Outcome> {
  const { provider, answer } = arriving
  const email = canonicalEmail(answer.claims.email ?? '')
  const { email_verified: verified } = answer.claims
  const emailProven = email !== null && (await provesEmail(app.db, provider, { email, verified }))
  const invited = email !== null && emailProven && (await hasOpenInvitation(app, email))
  const comer: Newcomer = { ...arriving, email, emailProven, invited }
  const owner = email === null ? null : await findUserByLogin(app.db, email)
  if (!owner || email === null) return (await refuse(app, by, comer)) ?? create(app, by, comer, together)
  const themselves = await findIdentity(app.db, answer.issuer, answer.subject) // by their other tab, a moment ago
  return themselves ? 'overtaken' : metOwner(app, by, { ...comer, email, owner }, together)
}

/** @throws too_many_requests (429) */
async function refuse(app: Parts, by: By, comer: Newcomer): Promise<Arrival | null> {
  const code = await refusalOf(app, comer)
  if (code === null) {
    await app.limits.take('register', networkOf(by.origin?.ip ?? ''))
    return null
  }
  await recordRefusal(app, by, comer.provider, code)
  return { kind: 'refused', code }
}

const refusalOf = async (app: Parts, { provider, ...comer }: Newcomer) =>
  newcomerRefusal({
    ...comer,
    policy: provider.policy,
    registrationMode: await app.settings.get('registration.mode'),
    proofDemanded: await verificationDemanded(app),
  })

/** Their address has an account. Only who proved the address, or where anybody may learn it, is told so; else all is as if it had none. */
async function metOwner(
  app: Parts,
  by: By,
  met: Newcomer & { email: string; owner: User },
  together: Together,
): Promise<Outcome> {
  const { provider, email, emailProven } = met
  if (emailProven && (await isAuthoritative(app.db, provider.id, domainOf(email)))) {
    const taken = await takeAuthoritative(app, by, met, together)
    if (taken !== null) return taken
  }
  if (emailProven || (await anybodyMayLearn(app))) return { kind: 'account-exists', email }
  const refused = await refuse(app, by, met)
  if (refused) return refused
  await requestMail(app, by, { job: 'registration.tell-owner', action: 'registration.refused' }, email)
  return { kind: 'address-unproven', email, userId: null }
}

/** A form for new accounts says it of every address. */
const anybodyMayLearn = async (app: Parts): Promise<boolean> =>
  (await app.settings.get('registration.mode')) === 'open' && !(await verificationDemanded(app))

/** Thrown to undo a transaction that somebody else overtook. */
const overtaken = new Error('overtaken')

async function create(app: Parts, by: By, comer: Newcomer, together: Together): Promise<Outcome> {
  const pending = !comer.emailProven && comer.email !== null && (await verificationDemanded(app))
  try {
    return await transaction(app.db, (tx) => make(app, tx, by, { ...comer, pending }, together))
  } catch (error) {
    if (error === overtaken || (error instanceof Problem && overtakenBy.has(error.code))) return 'overtaken'
    throw error
  }
}

const overtakenBy = new Set(['email_taken', 'invitation_invalid'])

async function make(
  app: Parts,
  tx: Db,
  by: By,
  comer: Newcomer & { pending: boolean },
  together: Together,
): Promise<Outcome> {
  const { provider, answer, email, emailProven, invited, pending, language: locale } = comer
  const at = app.clock.now()
  const status = pending ? 'pending' : 'active'
  const account = { email, emailVerified: emailProven, name: nameOf(answer), locale, status } as const
  const user = await createUser(app, tx, by, account)
  const self: By = { ...by, actor: { type: 'user', id: user.id } }
  const { issuer, subject, label } = answer
  const because = 'account_created' as const
  const identity = await linkIdentity(tx, at, self, {
    userId: user.id,
    issuer,
    subject,
    provider,
    label,
    because,
  })
  if (!identity) throw overtaken
  const profile = acceptableProfile(answer.claims)
  if (profile) await saveProfile(tx, at, user.id, profile)
  if (invited) await useInvitation(tx, at, self, { email, userId: user.id })
  if (email !== null && !emailProven)
    await sendVerification(app, tx, at, { id: user.id, email, locale: user.locale })
  await audit.record(tx, at, self, {
    action: 'registration.succeeded',
    target: { type: 'user', id: user.id },
    details: { provider: provider.slug },
  })
  if (pending && email !== null) return { kind: 'address-unproven', email, userId: user.id }
  return signIn(app, tx, at, { ...comer, identity, user }, together)
}

/** It may have been withdrawn at this very moment. */
async function useInvitation(
  tx: Db,
  at: Date,
  by: By,
  { email, userId }: { email: string | null; userId: string },
): Promise<void> {
  if (email === null || !(await acceptMailedTo(tx, at, by, { email, userId }))) throw overtaken
}

/** As long as a name may be here. */
const nameOf = ({ claims }: UpstreamAnswer): string | null => {
  const name =
    claims.name ?? [claims.given_name, claims.family_name].filter((part) => part !== undefined).join(' ')
  return name === '' || name.length > 200 ? null : name
}

async function recordRefusal(app: Parts, by: By, provider: ProviderRecord, reason: string): Promise<void> {
  await audit.record(app.db, app.clock.now(), by, {
    action: 'registration.refused',
    outcome: 'denied',
    reason,
    target: { type: 'provider', id: provider.id },
  })
}
