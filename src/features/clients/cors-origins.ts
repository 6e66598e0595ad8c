import type { App } from '../../platform/app.ts'
import * as clients from './repository.ts'

/** Characters; a longer origin was never registered. */
const longest = 300

/** Whether any client registered this web origin: all that a preflight can be asked, since it names no client. */
export const isRegisteredOrigin = async (app: Pick<App, 'db'>, origin: string): Promise<boolean> =>
  origin.length <= longest && (await clients.knowsOrigin(app.db, origin))
