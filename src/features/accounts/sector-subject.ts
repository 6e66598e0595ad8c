import type { App } from '../../platform/app.ts'
import { randomToken } from '../../platform/crypto/index.ts'
import { subjectOf } from './find-user.ts'
import * as users from './repository.ts'

/**
 * What a pairwise client knows a person by from now on, made when it first meets them: random, so that nobody can compute it
 * from another (OpenID Connect Core 1.0, section 8.1), and a row, so that it stays whatever becomes of the client's addresses.
 *
 * @param sector - What `subject_sector()` of the database says of the client.
 */
export async function makeSectorSubject(
  { db, clock }: Pick<App, 'db' | 'clock'>,
  { userId, clientId, sector }: { userId: string; clientId: string; sector: string },
): Promise<string> {
  await users.insertSectorSubject(db, { subject: randomToken(), userId, sector, at: clock.now() })
  return subjectOf(db, userId, clientId)
}
