import type { App } from '../../platform/app.ts'
import { sha256 } from '../../platform/crypto/index.ts'
import * as invitations from './repository.ts'

/** An invitation that can still be accepted, by the value in its link; looking does not use it up. */
export const findOpenInvitation = (
  app: Pick<App, 'db' | 'clock'>,
  token: string,
): Promise<{ email: string | null; mailed: boolean } | null> =>
  invitations.findOpen(app.db, sha256(token), app.clock.now())

/** Whether somebody was invited at this very address, canonical. */
export const hasOpenInvitation = async (app: Pick<App, 'db' | 'clock'>, email: string): Promise<boolean> =>
  (await invitations.findOpenFor(app.db, email, app.clock.now())) !== null
