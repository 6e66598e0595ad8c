import { transaction } from '../../../platform/db/index.ts'
import {
  federationErrors,
  type Outcome,
  peekRequest,
  type ProviderRecord,
  useRequest,
} from '../../federation/index.ts'
import type { Visit } from '../visit/at-account.ts'
import type { Portal } from '../visit/sign-in.ts'
import { linkOwnIdentity } from './link-own-identity.ts'

/** What a browser came back with. */
export type Connection =
  | { kind: 'linked' | 'already'; provider: ProviderRecord }
  | Taken
  /** The provider proved nobody. */
  | { kind: 'failed'; failed: Extract<Outcome, { failed: unknown }>['failed'] }

/**
 * The identity opens another account here. The person has proven both: they are signed in to this one, and the provider
 * vouches for them at the other. Whose it is never reaches a page.
 */
export interface Taken {
  kind: 'taken'
  provider: ProviderRecord
  identityId: string
  ownerId: string
}

/**
 * Links what a provider proved to the account of the person at the page. Whatever comes of it, the request is used up: for
 * one of any number of concurrent callers, by who began it, in the session and browser they began it in.
 *
 * @throws upstream_request_ended (400): used before, too old, of somebody or something else, or its provider lets nobody in
 * any more.
 * @throws session_ended (401): it did meanwhile.
 */
export async function finishConnection(
  portal: Portal,
  { user, session, by }: Visit,
  named: { id: string; browserHash: Buffer },
): Promise<Connection> {
  const bound = { purpose: 'link', userId: user.id, sessionUid: session.uid } as const
  const { request } = await peekRequest(portal, named, bound)
  const provider = await portal.federation.providers.byId(request.providerId)
  if (!provider?.enabled) throw federationErrors.upstream_request_ended()
  return transaction(portal.db, async (tx): Promise<Connection> => {
    const at = portal.clock.now()
    const { outcome } = await useRequest(portal, tx, at, named, bound)
    if ('failed' in outcome) return { kind: 'failed', failed: outcome.failed }
    const { answer } = outcome
    const linking = { userId: user.id, session: session.uid, provider, answer }
    const linked = await linkOwnIdentity(portal, tx, at, by, linking)
    return linked.kind === 'taken' ? { ...linked, provider } : { kind: linked.kind, provider }
  })
}
