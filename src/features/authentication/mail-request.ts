import { z } from 'zod'

import type { App, By, Db } from '../../platform/app.ts'
import { transaction } from '../../platform/db/index.ts'
import { Problem } from '../../platform/errors.ts'
import { findUser, findUserByLogin, type User } from '../accounts/index.ts'
import * as audit from '../audit/index.ts'
import { enqueue, type Job } from '../outbox/index.ts'
import { identifierOf } from '../lockout/index.ts'

type Machinery = Pick<App, 'config' | 'db' | 'clock'>

/** No user has it (RFC 9562, section 5.9). */
const nobody = '00000000-0000-0000-0000-000000000000'

/** What somebody says who asks for a mail. */
export interface Asking {
  /** E-mail address or username, as typed. */
  login: string
  /** The answer to the challenge of a `proof_required` before. */
  proof: string | null
}

/** A mail that somebody asks for who may be anybody. */
export interface MailRequest {
  /** The job that decides and writes. */
  job: 'recovery.send' | 'verification.send' | 'registration.tell-owner' | 'sign-in-mail.send'
  action: 'recovery.requested' | 'verification.requested' | 'registration.refused' | 'sign_in.mail_requested'
  /** What commits with it; it does the same whether or not there is such a person. */
  also?: ((tx: Db, at: Date, user: User | null) => Promise<void>) | undefined
  /** What the job is to know besides: the id of a row. */
  about?: string
}

/**
 * Writes down that a mail was asked for, and nothing else: one lookup, one record and one job, the same for a person who
 * gets it, one who does not and one who does not exist. All that differs happens later, where nobody measures (OWASP Forgot
 * Password Cheat Sheet).
 */
export async function requestMail(
  app: Machinery,
  by: By,
  { job, action, also, about }: MailRequest,
  login: string,
): Promise<void> {
  const user = await findUserByLogin(app.db, login)
  await transaction(app.db, async (tx) => {
    const at = app.clock.now()
    await also?.(tx, at, user)
    const identifier = identifierOf(app, login)
    // Not beside the person: the hash of an address would outlive their erasure.
    const target = user ? { type: 'user', id: user.id } : { type: 'identifier', id: identifier }
    await audit.record(tx, at, by, { action, target })
    await enqueue(tx, job, { userId: user?.id ?? nobody, ...(about !== undefined && { about }) })
  })
}

const Payload = z.object({ userId: z.uuid(), about: z.uuid().optional() })

/** A person who has an address to write to. */
export type Reachable = User & { email: string }

/**
 * The other half of `requestMail`: writes the mail if this person is to get it, and has not just got several of the kind.
 */
export const mailJob = (
  app: Machinery & Pick<App, 'limits' | 'log'>,
  name: MailRequest['job'],
  isFor: (user: User) => boolean,
  write: (tx: Db, at: Date, user: Reachable, about: string | undefined) => Promise<void>,
): Job => ({
  name,
  async run(payload) {
    const { userId, about } = Payload.parse(payload)
    const user = await findUser(app.db, userId)
    if (!user?.email || !isFor(user)) return
    const reachable = { ...user, email: user.email }
    if (await mayGetAnother(app, name, user.id))
      await transaction(app.db, (tx) => write(tx, app.clock.now(), reachable, about))
    else app.log.info({ job: name, userId: user.id }, 'no mail was written: there were several just now')
  },
})

async function mayGetAnother(app: Pick<App, 'limits'>, kind: string, userId: string): Promise<boolean> {
  try {
    await app.limits.take('letters', `${kind}:${userId}`)
    return true
  } catch (refusal) {
    if (refusal instanceof Problem && refusal.code === 'too_many_requests') return false
    throw refusal
  }
}
