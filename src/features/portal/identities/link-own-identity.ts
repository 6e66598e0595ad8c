import type { By, Db } from '../../../platform/app.ts'
import { type Linked, linkProven, noteFederatedUse } from '../../authentication/index.ts'
import type { ProviderRecord, UpstreamAnswer } from '../../federation/index.ts'
import type { Parts } from '../parts.ts'
import { holdLiveSession } from '../visit/live-session.ts'

/** What a provider proved, and whose it is to be. */
export interface Linking {
  userId: string
  /** In which they ask, by its own name or the one it has at a client; that their sign-in is recent was asked before. */
  session: string
  provider: ProviderRecord
  answer: UpstreamAnswer
}

/**
 * Links an identity to the account of who is signed in, in the caller's transaction, which uses up what proved it. Both sides
 * are proven: the identity by its provider a moment ago, the account by a recent sign-in in a session that is still alive
 * when this commits.
 *
 * @throws session_ended (401): it did meanwhile, or the account is not in use any more.
 */
export async function linkOwnIdentity(
  app: Pick<Parts, 'config'>,
  tx: Db,
  at: Date,
  by: By,
  { userId, session, provider, answer }: Linking,
): Promise<Linked> {
  await holdLiveSession(tx, { userId, session })
  const linked = await linkProven(tx, at, by, { provider, answer, userId })
  if (linked.kind !== 'taken')
    await noteFederatedUse(app, tx, at, { identity: linked.identity, provider, answer })
  return linked
}
