import type { Db } from '../../platform/app.ts'
import { authoritativeProviderOf } from './domains/repository.ts'
import { domainOf, trustsEmail } from './policy.ts'
import type { ProviderRecord } from './providers/provider.ts'

/**
 * Whether a provider's word that an address is somebody's is taken. Where one speaks for the domain it is that one's and no
 * other's: whoever left an organization keeps accounts elsewhere that name its address. Else it is a trusted one's. What the
 * provider itself does not call verified counts nowhere: in many a directory people write their address themselves.
 */
export async function provesEmail(
  db: Db,
  provider: Pick<ProviderRecord, 'id' | 'policy' | 'connector'>,
  { email, verified }: { email: string; verified: boolean },
): Promise<boolean> {
  if (!verified) return false
  const speaker = await authoritativeProviderOf(db, domainOf(email))
  return speaker === null ? trustsEmail(provider) : speaker === provider.id
}
