import type { App, By } from '../../../platform/app.ts'
import { startupError } from '../../../platform/startup-error.ts'
import { renewCuts } from '../chain/sign-heads.ts'
import { record } from '../record.ts'
import { currentKey, openKey, sealKey } from './holder-keys.ts'
import * as keys from './repository.ts'

const batchSize = 500

/**
 * Seals the keys of persons under the current key-encryption key, as many as were sealed under another, and signs anew what
 * accounts for the months that retention dropped; the number of keys sealed. Stopped half-way, it goes on where it was
 * when called again. Afterwards the audit log needs the older key-encryption keys only to verify what they signed.
 *
 * @throws StartupError when a key does not open.
 */
export async function rewrapPersonKeys(
  app: Pick<App, 'db' | 'config' | 'clock' | 'log'>,
  by: By,
): Promise<number> {
  let [rewrapped, after] = [0, '']
  for (;;) {
    const found = await keys.listSealedByOthers(app.db, currentKey(app.config).id, {
      after,
      limit: batchSize,
    })
    const anew = found.map((row) => ({ ...sealAnew(app.config, row), before: row.sealedKey }))
    if (anew.length > 0) rewrapped += await keys.reseal(app.db, anew)
    after = found.at(-1)?.holder ?? after
    if (found.length < batchSize) break
  }
  await renewCuts(app)
  if (rewrapped > 0) {
    const target = { type: 'audit-person-keys', id: currentKey(app.config).id }
    await record(app.db, app.clock.now(), by, { action: 'key.rewrapped', target, details: { rewrapped } })
  }
  return rewrapped
}

function sealAnew(config: App['config'], row: keys.HolderKey): keys.HolderKey {
  const opened = openKey(config, row)
  if (typeof opened !== 'string') return sealKey(config, row.holder, opened)
  throw startupError(
    `A key of the audit log does not open: it was sealed under the key "${row.sealingKeyId ?? ''}" of KEY_ENCRYPTION_KEY; ` +
      'put that key back, behind the current one, and do this again.',
  )
}
