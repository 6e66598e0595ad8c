import { type ForeignIdentity, hasWayIn, listForeignIdentities, otherWays } from '../../federation/index.ts'
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
  const others = await otherWays(app.db, userId)
  return {
    identities: identities.map((one) => ({
      ...one,
      lastWayIn: !hasWayIn({ ...others, identities: identities.filter(({ id }) => id !== one.id) }),
    })),
    hasPassword: others.hasPassword,
  }
}
