import type { Client } from 'oidc-provider'

import { isScope, mayHold } from '../configuration/grants.ts'
import { refusedAs } from './errors.ts'

/**
 * Asks whether a client may hold what it asks for, as issuing will: before an account is made or a sign-in recorded for
 * nothing.
 *
 * @throws invalid_scope (400)
 */
export function demandScope(client: { allowed_scopes?: unknown }, asked: string | undefined): void {
  if (lackingScopes(client, (asked ?? '').split(' ').filter(isScope)).length > 0)
    throw refusedAs('invalid_scope', { detail: 'requested scope is not allowed' })
}

/** What of this the client may not hold. Offline access is another question, and left out where it is refused. */
export const lackingScopes = (
  client: Client | { allowed_scopes?: unknown },
  wanted: readonly string[],
): string[] => wanted.filter((scope) => scope !== 'offline_access' && !mayHold(client, scope))
