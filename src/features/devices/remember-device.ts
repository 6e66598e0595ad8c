import { browserOf, browserText } from '../../lib/browser.ts'
import type { By, Db } from '../../platform/app.ts'
import { newId, randomToken, sha256 } from '../../platform/crypto/index.ts'
import * as audit from '../audit/index.ts'
import * as outbox from '../outbox/index.ts'
import * as devices from './repository.ts'

/** As many as a person may have; the one not seen for longest goes for the next. */
const mostDevices = 20

/** No user has it (RFC 9562, section 5.9). */
const nobody = '00000000-0000-0000-0000-000000000000'

const shape = /^[\w-]{43}$/

/**
 * The person's device that presents this value; null when it is not one of theirs. A value costs the same look-up whether
 * or not there is such a person.
 */
export async function recogniseDevice(
  db: Db,
  user: { id: string } | null,
  presented: string | null,
): Promise<string | null> {
  const known = wellFormed(presented)
  return known === null ? null : devices.findByToken(db, sha256(known), user?.id ?? nobody)
}

/** Whether a value is that of a device; null when nobody can tell any more, because it was forgotten. */
export async function isOfDevice(db: Db, id: string, presented: string): Promise<boolean | null> {
  const tokenHash = await devices.tokenHashOf(db, id)
  return tokenHash && tokenHash.equals(sha256(presented))
}

/** A device after a sign-in. */
export interface KeptDevice {
  id: string
  /** What it presents from now on. */
  value: string
}

/**
 * Remembers, in the caller's transaction, that a person signed in on this device. Publishes, so it comes last.
 *
 * `toldOf`: its person hears of this sign-in by another letter, so that the event of a new device is not to make one.
 *
 * A value is taken up for another person only when somebody is known by it: one that was made up, or planted, is replaced.
 */
export async function rememberDevice(
  tx: Db,
  at: Date,
  by: By,
  userId: string,
  presented: string | null,
  { toldOf = false }: { toldOf?: boolean } = {},
): Promise<KeptDevice> {
  const known = wellFormed(presented)
  const seen = { ...seenAt(by), userId, at }
  if (known !== null) {
    const id = await devices.noteSeen(tx, { ...seen, tokenHash: sha256(known) })
    if (id !== null) return { id, value: known }
  }
  const value = known !== null && (await devices.isAnybodys(tx, sha256(known))) ? known : randomToken()
  return addDevice(tx, by, { ...seen, id: newId(at), tokenHash: sha256(value) }, { value, toldOf })
}

const wellFormed = (presented: string | null): string | null =>
  presented !== null && shape.test(presented) ? presented : null

const seenAt = ({ origin }: By): { name: string; ip: string; userAgent: string } => {
  const { ip = '', userAgent = '' } = origin ?? {}
  return { name: browserText(browserOf(userAgent)), ip, userAgent }
}

async function addDevice(
  tx: Db,
  by: By,
  device: devices.DeviceWrite,
  { value, toldOf }: { value: string; toldOf: boolean },
): Promise<KeptDevice> {
  const { userId, at } = device
  const { id, added, others } = await devices.upsert(tx, device)
  if (!added) return { id, value } // by another request, a moment ago
  await devices.evict(tx, userId, mostDevices)
  if (others) {
    await audit.record(tx, at, by, { action: 'device.added', target: { type: 'device', id } })
    const data = { userId, deviceId: id, ...(toldOf && { toldOf }) }
    await outbox.publish(tx, at, by, { type: 'auth.device.added', subject: userId, data })
  }
  return { id, value }
}
