import type { Config, Databases } from './platform/config/index.ts'
import { secret } from './platform/crypto/index.ts'

export interface OpenDatabases {
  urls: Databases
  /** For people: where the data lies. */
  where: string
  close(): Promise<void>
}

/**
 * The databases of the configuration, or the embedded one: started or adopted by its owner, used by a guest. The embedded
 * server is loaded only when it is asked for; `log` hears what happens to it.
 */
export async function openDatabases(
  config: Config,
  as: 'owner' | 'guest',
  log?: (message: string) => void,
): Promise<OpenDatabases> {
  if (config.database) {
    const { host, pathname } = new URL(config.database.application.reveal())
    return { urls: config.database, where: `PostgreSQL at ${host}${pathname}`, close: async () => undefined }
  }
  const { openAsGuest, openAsOwner } = await import('./platform/embedded-postgres/index.ts')
  const opened = await (as === 'owner' ? openAsOwner : openAsGuest)({
    dataDir: config.dataDir,
    ...(log && { log }),
  })
  const url = secret(opened.url)
  return {
    urls: { application: url, migration: url, direct: url },
    where: opened.where,
    close: () => opened.stop(),
  }
}
