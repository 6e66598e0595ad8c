import type { App, By } from '../../../platform/app.ts'
import { startupError } from '../../../platform/startup-error.ts'
import { renewCheckpoints } from '../chain/sign-heads.ts'
import { record } from '../record.ts'
import { currentKey, openKey, sealKey } from './holder-keys.ts'
import * as keys from './repository.ts'

const batchSize = 500

/**
 * Seals the keys of persons under the current key-encryption key, as many as were sealed under another, and signs anew what
 * accounts for the months that retention dropped; the number of keys sealed. A key that does not open holds up no other.
 * Stopped half-way, it goes on where it was when called again. Afterwards the audit log needs the older key-encryption keys only to verify what they signed.
 *
 * @throws StartupError when keys did not open, after all else was done.
 */
export async function rewrapPersonKeys(
  app: Pick<App, 'db' | 'config' | 'clock' | 'log'>,
  by: By,
): Promise<number> {
  let [rewrapped, after] = [0, '']
  const shut: keys.HolderKey[] = []
  for (;;) {
    const found = await keys.listSealedByOthers(app.db, currentKey(app.config).id, {
      after,
      limit: batchSize,
    })
    const anew = found.flatMap((row) => {
      const sealed = sealAnew(app.config, row)
      if (!sealed) shut.push(row)
      return sealed ? [{ ...sealed, before: row.sealedKey }] : []
    })
    if (anew.length > 0) rewrapped += await keys.reseal(app.db, anew)
    after = found.at(-1)?.holder ?? after
    if (found.length < batchSize) break
  }
  await renewCheckpoints(app)
  if (rewrapped > 0) {
    const target = { type: 'audit-person-keys', id: currentKey(app.config).id }
    await record(app.db, app.clock.now(), by, { action: 'key.rewrapped', target, details: { rewrapped } })
  }
  if (shut.length > 0) throw doNotOpen(shut)
  return rewrapped
}

function sealAnew(config: App['config'], row: keys.HolderKey): keys.HolderKey | null {
  const opened = openKey(config, row)
  return typeof opened === 'string' ? null : sealKey(config, row.holder, opened)
}

function doNotOpen(shut: readonly keys.HolderKey[]): Error {
  const under = [...new Set(shut.map(({ sealingKeyId }) => `"${sealingKeyId ?? ''}"`))].join(', ')
  return startupError(
    `Keys of the audit log that do not open: ${shut.length}; all others have the current seal. They were sealed under ${under} ` +
      'of KEY_ENCRYPTION_KEY; put that key back, behind the current one, and do this again.',
  )
}
