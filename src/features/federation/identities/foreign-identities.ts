import type { Db } from '../../../platform/app.ts'
import { type Identity, isNativeIdentity, listIdentities } from '../../accounts/index.ts'
import { speaksFor } from '../providers/issuers.ts'
import type { ProviderRecord } from '../providers/provider.ts'
import * as providers from '../providers/repository.ts'

type KnownProvider = Pick<ProviderRecord, 'id' | 'slug' | 'name' | 'connector' | 'enabled'>

/** A person's account elsewhere, with who speaks for it now. */
export interface ForeignIdentity extends Identity {
  /** Null for one that nobody speaks for any more: it opens nothing, until somebody does. */
  provider: KnownProvider | null
  /** As people read it; the host of the issuer where no provider is there to have a name. */
  providerName: string
}

/** In the order they were linked. Straight from Postgres, so that it may be asked inside a transaction. */
export async function listForeignIdentities(db: Db, userId: string): Promise<ForeignIdentity[]> {
  const identities = (await listIdentities(db, userId)).filter((one) => !isNativeIdentity(one))
  if (identities.length === 0) return []
  const known = await providers.list(db)
  return identities.map((identity) => {
    const provider = speaker(known, identity)
    return { ...identity, provider, providerName: provider?.name ?? hostOf(identity.issuer) }
  })
}

/** Of several, one that lets people in. */
function speaker(known: readonly ProviderRecord[], { issuer }: Identity): KnownProvider | null {
  const speaking = known.filter((provider) => speaksFor(provider.issuer, issuer))
  return speaking.find(({ enabled }) => enabled) ?? speaking[0] ?? null
}

const hostOf = (issuer: string): string => URL.parse(issuer)?.host ?? issuer
