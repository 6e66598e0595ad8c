import type { App } from '../../platform/app.ts'
import { listKeys } from './list-keys.ts'

export interface KeyAge {
  algorithm: string
  kid: string
  seconds: number
}

/** How long the key of each algorithm has signed. */
export async function showKeyAges(app: Pick<App, 'db' | 'clock'>): Promise<KeyAge[]> {
  const now = app.clock.now().getTime()
  const active = (await listKeys(app)).filter(({ state, removedAt }) => state === 'active' && !removedAt)
  return active.map(({ algorithm, kid, activatedAt, createdAt }) => ({
    algorithm,
    kid,
    seconds: Math.floor((now - (activatedAt ?? createdAt).getTime()) / 1000),
  }))
}
