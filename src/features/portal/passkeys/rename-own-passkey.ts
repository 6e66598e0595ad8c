import type { App, By } from '../../../platform/app.ts'
import { transaction } from '../../../platform/db/index.ts'
import { renamePasskey } from '../../passkeys/index.ts'

/** @throws passkey_not_found (404): unknown, deleted, or somebody else's; the answer is the same for all three. */
export const renameOwnPasskey = (
  app: Pick<App, 'db' | 'clock'>,
  by: By,
  change: { userId: string; id: string; name: string },
): Promise<void> => transaction(app.db, (tx) => renamePasskey(tx, app.clock.now(), by, change))
