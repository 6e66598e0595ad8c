import type { App, Db } from '../../platform/app.ts'
import { tellReplicas } from '../../platform/bus.ts'
import { remembered } from '../../platform/remembered.ts'
import * as webhooks from './repository.ts'
import type { Webhook } from './webhook.ts'

const topic = 'webhooks'

/** Tells every process, in the transaction of the change, that what it knows of webhooks is old. */
export const announceChange = (tx: Db): Promise<void> => tellReplicas(tx, topic, {})

export type Known = ReadonlyMap<string, Webhook>

/** All webhooks in memory: no message asks Postgres while the channel of changes speaks. */
export const openMemory = (app: Pick<App, 'db' | 'bus'>): (() => Promise<Known>) =>
  remembered(app, { topic, read: () => readAll(app.db) }).get

const readAll = async (db: Db): Promise<Known> =>
  new Map((await webhooks.all(db)).map((webhook) => [webhook.id, webhook]))
