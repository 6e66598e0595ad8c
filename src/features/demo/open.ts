import type { App } from '../../platform/app.ts'
import type { PageRoute } from '../../platform/http/index.ts'
import { darkPages } from './go-dark/pages.ts'
import { openDarkSessions } from './go-dark/sessions.ts'
import { pages } from './pages.ts'
import { openRelyingParty } from './relying-party.ts'
import type { Machinery } from './sample-apps.ts'
import { openVisits } from './visits.ts'

/** The demo with its memory. Nothing is asked of the issuer or the database before somebody signs in. */
export function openDemo(app: Machinery & Pick<App, 'log'>): { pages: PageRoute[] } {
  const relyingParty = openRelyingParty(app)
  const parts = { ...app, relyingParty, visits: openVisits(app) }
  return { pages: [...pages(parts), ...darkPages({ ...parts, dark: openDarkSessions(app) })] }
}
