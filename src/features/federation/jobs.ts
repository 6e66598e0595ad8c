import type { App } from '../../platform/app.ts'
import type { Job } from '../outbox/index.ts'
import { checkProvenDomains } from './domains/check-domain.ts'

export const jobs = (app: Pick<App, 'db' | 'clock' | 'dns' | 'log'>): Job[] => [
  {
    name: 'federation.check-domains',
    schedule: '41 4 * * *',
    run: () => checkProvenDomains(app),
  },
]
