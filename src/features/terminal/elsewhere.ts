import type { ApiCall } from '../../platform/command.ts'
import { apiAt } from './call.ts'
import { chosenServer, keptAt } from './kept.ts'
import { serverNamed } from './server.ts'

/** The server that a command with these options is for: the one it names, else the one that was chosen; null: the database. */
export function elsewhere(options: { server?: string; local?: boolean }): ApiCall | null {
  if (options.local) return null
  if (options.server !== undefined) return apiAt(keptAt(), serverNamed(options.server))
  const chosen = chosenServer(keptAt())
  return chosen === null ? null : apiAt(keptAt(), chosen)
}
