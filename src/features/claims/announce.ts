import type { Db } from '../../platform/app.ts'
import { tellReplicas } from '../../platform/bus.ts'

export const topic = 'claims'

/** Tells every process, in the transaction of the change, that what it knows of claims is old. */
export const announceChange = (tx: Db): Promise<void> => tellReplicas(tx, topic, {})
