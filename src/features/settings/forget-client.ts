import type { Db } from '../../platform/app.ts'
import { tellReplicas } from '../../platform/bus.ts'
import { topic } from './open-settings.ts'
import * as settings from './repository.ts'

/** Takes away what a client that is deleted had of its own, in the transaction that deletes it. */
export async function forgetSettingsOfClient(tx: Db, id: string): Promise<void> {
  if ((await settings.removeOf(tx, { kind: 'client', id })) > 0) await tellReplicas(tx, topic, {})
}
