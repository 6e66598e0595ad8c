import { type App, bySystem } from '../../platform/app.ts'
import type { Job } from '../outbox/index.ts'
import { completeSet } from './complete-set.ts'
import { removeRetiredKeys } from './remove-retired-keys.ts'
import { rotateDueKeys } from './rotate-keys.ts'

export const jobs = (app: Pick<App, 'db' | 'config' | 'clock'>): Job[] => [
  {
    name: 'keys.rotate',
    schedule: '17 * * * *',
    async run() {
      await completeSet(app, bySystem) // heals what a process killed in the middle of a rotation left undone
      await rotateDueKeys(app, bySystem)
    },
  },
  {
    name: 'keys.remove-retired',
    schedule: '47 * * * *',
    async run() {
      await removeRetiredKeys(app, bySystem)
    },
  },
]
