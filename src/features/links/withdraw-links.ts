import type { Db } from '../../platform/app.ts'
import type { LinkPurpose } from './purposes.ts'
import * as links from './repository.ts'

/** Ends the open links of a person for these purposes: their mail was answered by other means, or must not be any more. One that is being made at this moment is ended too. */
export async function withdrawLinks(
  tx: Db,
  at: Date,
  userId: string,
  purposes: readonly LinkPurpose[],
): Promise<void> {
  await links.lock(tx, userId)
  for (const purpose of purposes) await links.supersede(tx, { userId, purpose }, at)
}
