import { z } from 'zod'

import type { App, Db } from '../../platform/app.ts'
import { accountErrors, findUserByLogin, findUserBySubject, subjectOf, type User } from '../accounts/index.ts'
import { Problem } from '../../platform/errors.ts'
import { errors } from './errors.ts'
import type { SubjectId } from './streams/schema.ts'

const IssSub = z.object({
  format: z.literal('iss_sub'),
  iss: z.string().max(2_000),
  sub: z.string().max(300),
})
const Email = z.object({ format: z.literal('email'), email: z.string().min(1).max(320) })
const Opaque = z.object({ format: z.literal('opaque'), id: z.string().min(1).max(300) })

/** Subject identifiers that can name a person here (RFC 9493, section 3.2). */
const Understood = z.discriminatedUnion('format', [IssSub, Email, Opaque])

/**
 * Whom a client means: by what it knows them by itself (`iss_sub`, or `opaque` for the `sub` alone), or by their e-mail address.
 * What another client knows somebody by names nobody. Null: there is nobody, or they are deleted.
 *
 * @throws subject_invalid (400): a format that is not understood, or not all of it.
 */
export async function personNamed(
  { config, db }: Pick<App, 'config' | 'db'>,
  clientId: string,
  subject: SubjectId,
): Promise<User | null> {
  const parsed = Understood.safeParse(subject)
  if (!parsed.success)
    throw errors.subject_invalid({ detail: 'Name a person by format iss_sub, email or opaque (RFC 9493).' })
  const named = parsed.data
  if (named.format === 'email') return byEmail(db, named.email)
  if (named.format === 'iss_sub' && named.iss !== config.issuer) return null
  return bySubject(db, clientId, named.format === 'iss_sub' ? named.sub : named.id)
}

/** A user name is no address. */
const byEmail = (db: Db, email: string): Promise<User | null> =>
  email.includes('@') ? findUserByLogin(db, email) : Promise.resolve(null)

async function bySubject(db: Db, clientId: string, subject: string): Promise<User | null> {
  const user = await findUserBySubject(db, subject)
  if (!user || user.status === 'deleted') return null
  return (await subjectKnown(db, user.id, clientId)) === subject ? user : null
}

/** Null for a pairwise client that never had a token of them. */
const subjectKnown = (db: Db, userId: string, clientId: string): Promise<string | null> =>
  subjectOf(db, userId, clientId).catch((error: unknown) => {
    if (error instanceof Problem && error.code === accountErrors.user_not_found().code) return null
    throw error
  })
