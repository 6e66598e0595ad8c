import type { RootAdministrator } from './features/administration/index.ts'
import type { Config } from './platform/config/index.ts'
import { openDatabases } from './databases.ts'
import type { Log } from './platform/log.ts'

/** A running service. */
export interface Running {
  config: Config
  log: Log
  /** The root administrator, when this start made it. */
  root: RootAdministrator | null
  /** Where the data lies. */
  where: string
  /** Settled when it ended by itself, with the sentence that says why; most never do. */
  failed?: Promise<string>
  stop(): Promise<void>
}

/**
 * Database, schema, first administrator, HTTP, work: in this order, and down again in the opposite one. The database
 * comes up while the rest of the program is being loaded.
 */
export async function start(config: Config): Promise<Running> {
  const [databases, { serve }] = await allOrNone(openDatabases(config, 'owner'), import('./service.ts'))
  try {
    const service = await serve(config, databases)
    const { root, log } = service
    const stop = async () => {
      await service.stop()
      await databases.close()
    }
    return { config, log, root, where: databases.where, stop }
  } catch (error) {
    await databases.close()
    throw error
  }
}

/** Waits for both; a database that came up beside a program that did not load is closed. */
async function allOrNone<Service>(
  opening: ReturnType<typeof openDatabases>,
  loading: Promise<Service>,
): Promise<[Awaited<typeof opening>, Service]> {
  const [databases, service] = await Promise.allSettled([opening, loading])
  if (databases.status === 'rejected') throw databases.reason
  if (service.status === 'fulfilled') return [databases.value, service.value]
  await databases.value.close()
  throw service.reason
}
