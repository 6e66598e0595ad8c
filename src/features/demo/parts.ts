import type { App } from '../../platform/app.ts'
import type { RelyingParty } from './relying-party.ts'
import type { Machinery } from './sample-apps.ts'
import type { Visits } from './visits.ts'

/** What the pages of the demo work with. */
export type Parts = Machinery & Pick<App, 'log'> & { relyingParty: RelyingParty; visits: Visits }
