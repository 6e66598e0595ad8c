import { hasMailbox } from './features/notifications/index.ts'
import type { App } from './platform/app.ts'
import { page, type PageRoute } from './platform/http/index.ts'

/** The page at `/`: what runs here, and where to go from it. */
export const pages = ({ config }: Pick<App, 'config'>): PageRoute[] => [
  page({
    method: 'get',
    path: '/',
    summary: 'Say what runs here',
    handle: async () => ({
      view: 'home',
      locals: {
        issuer: config.issuer,
        demoUrl: config.production ? null : '/demo',
        mailboxUrl: hasMailbox(config) ? '/mailbox' : null,
      },
    }),
  }),
]
