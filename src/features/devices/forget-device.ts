import type { By, Db } from '../../platform/app.ts'
import * as audit from '../audit/index.ts'
import * as devices from './repository.ts'

/**
 * Forgets one of a person's devices in the caller's transaction: the next sign-in there is one from a new device. False
 * when it is not theirs or was forgotten before. Sessions on it are not ended.
 */
export async function forgetDevice(tx: Db, at: Date, by: By, userId: string, id: string): Promise<boolean> {
  const forgotten = await devices.forget(tx, { userId, at, id })
  await record(tx, at, by, forgotten)
  return forgotten.length > 0
}

/** Forgets all devices of a person in the caller's transaction; the number forgotten. */
export async function forgetDevices(tx: Db, at: Date, by: By, userId: string): Promise<number> {
  const forgotten = await devices.forget(tx, { userId, at })
  await record(tx, at, by, forgotten)
  return forgotten.length
}

async function record(tx: Db, at: Date, by: By, ids: readonly string[]): Promise<void> {
  for (const id of ids) {
    await audit.record(tx, at, by, { action: 'device.removed', target: { type: 'device', id } })
  }
}
