import type { Db } from '../../platform/app.ts'
import { tellReplicas } from '../../platform/bus.ts'

export const topic = 'keys'

/** Tells every key ring, once this transaction has committed, to read the keys again. */
export async function announceChange(tx: Db): Promise<void> {
  await tellReplicas(tx, topic, null)
}
