import type { Client } from 'oidc-provider'

/** A client limited to some scopes gets no others, whatever its owner or a person agrees to. */
export function mayHold(client: Client | { allowed_scopes?: unknown }, scope: string): boolean {
  const allowed = client.allowed_scopes
  return !Array.isArray(allowed) || allowed.includes(scope)
}
