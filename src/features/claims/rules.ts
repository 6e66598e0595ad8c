import type { App, Db } from '../../platform/app.ts'
import { remembered } from '../../platform/remembered.ts'
import { topic } from './announce.ts'
import type { Hook } from './hooks/hook.ts'
import * as hooks from './hooks/repository.ts'
import type { Mapping } from './mappings/mapping.ts'
import * as mappings from './mappings/repository.ts'

/** Everything that operators have said about claims. */
export interface Rules {
  mappings: readonly Mapping[]
  hooks: readonly Hook[]
}

/** All rules in memory: no token asks Postgres while the channel of changes speaks. */
export const openRules = (app: Pick<App, 'db' | 'bus'>): (() => Promise<Rules>) =>
  remembered(app, { topic, read: () => readRules(app.db) }).get

async function readRules(db: Db): Promise<Rules> {
  const [table, asked] = await Promise.all([mappings.list(db), hooks.list(db)])
  return { mappings: table, hooks: asked }
}
