import type { Db } from '../../../platform/app.ts'
import { errors } from '../errors.ts'
import type { CodeKind, CodePurpose } from './code.ts'
import * as codes from './repository.ts'
import type { SentFactor } from './repository.ts'

/** What a code is sent to: a factor, or the address of an account, which bears the account's id. */
export type Target = Pick<SentFactor, 'id' | 'userId' | 'sealed'> & { kind: CodeKind }

interface Which {
  userId: string
  factorId: string
  purpose: CodePurpose
}

/**
 * One that codes of this purpose are sent to: to enrol, such factors as are not confirmed; else such as are; at a sign-in also the
 * address, which proves no second factor, whoever has any.
 *
 * @throws factor_not_found (404)
 */
export async function demandTarget(db: Db, { userId, factorId, purpose }: Which, now: Date): Promise<Target> {
  if (factorId === userId && purpose === 'sign-in')
    return { id: userId, userId, sealed: null, kind: 'address' }
  const factor = (await codes.listSent(db, userId, now)).find(({ id }) => id === factorId)
  if (!factor || factor.confirmed === (purpose === 'enrol')) throw errors.factor_not_found()
  return factor
}

/** As a code names it in its row: null for an address. */
export const factorOf = ({ userId, factorId }: Pick<Which, 'userId' | 'factorId'>): string | null =>
  factorId === userId ? null : factorId
