import { type ForeignIdentity, listForeignIdentities, wayInWith } from '../../federation/index.ts'
import { hasPassword } from '../../credentials/index.ts'
import type { Parts } from '../parts.ts'

export interface OwnIdentities {
  identities: OwnIdentity[]
  hasPassword: boolean
}

export interface OwnIdentity extends ForeignIdentity {
  /** Without it nobody would get in to the account: it cannot be taken away. */
  lastWayIn: boolean
}

/** A person's accounts elsewhere, in the order they were linked, and whether there is a password beside them. */
export async function listOwnIdentities(app: Pick<Parts, 'db'>, userId: string): Promise<OwnIdentities> {
  const identities = await listForeignIdentities(app.db, userId)
  const others = (id: string) => identities.filter((one) => one.id !== id)
  return {
    identities: await Promise.all(
      identities.map(async (one) => ({
        ...one,
        lastWayIn: !(await wayInWith(app.db, userId, others(one.id))),
      })),
    ),
    hasPassword: await hasPassword(app.db, userId),
  }
}
