import { sha256 } from '../../../platform/crypto/index.ts'
import type { ClientSecret } from '../repository.ts'
import type { DeclaredClient } from './declared.ts'

/** What is kept of a secret, as text. */
export interface KeptSecret {
  sha256: string
  expires_at?: string
}

/** The secrets that work at this moment, the current one first. */
export const keptOf = (secrets: readonly ClientSecret[], at: Date): KeptSecret[] =>
  secrets
    .filter(({ expiresAt }) => expiresAt === null || expiresAt > at)
    .map(({ hash, expiresAt }) => ({
      sha256: hash.reveal().toString('base64url'),
      ...(expiresAt && { expires_at: expiresAt.toISOString() }),
    }))
    .toSorted((one, other) => rank(one) - rank(other) || (one.sha256 < other.sha256 ? -1 : 1))

const rank = ({ expires_at: end }: KeptSecret): number => (end === undefined ? 0 : 1)

/** The secrets that a file says, each as what is kept of it; null where it says none. */
export function declaredSecrets({ secrets }: Pick<DeclaredClient, 'secrets'>): KeptSecret[] | null {
  if (secrets === undefined) return null
  return secrets.map((one) => {
    if (typeof one === 'string') return { sha256: sha256(one).toString('base64url') }
    const { sha256: hash, expires_at: end } = one
    return { sha256: hash, ...(end !== undefined && { expires_at: new Date(end).toISOString() }) }
  })
}

/**
 * Whether what a file says holds already. One that says a secret itself, and not what is kept of it, knows nothing of the
 * one before, which works a while longer.
 */
export function secretsHold(declared: DeclaredClient, kept: readonly KeptSecret[]): boolean {
  const wanted = declaredSecrets(declared)
  if (wanted === null) return true
  const spoken = (declared.secrets ?? []).every((one) => typeof one === 'string')
  const current = spoken ? kept.filter(({ expires_at: end }) => end === undefined) : kept
  return JSON.stringify(inOrder(wanted)) === JSON.stringify(inOrder(current))
}

const inOrder = (secrets: readonly KeptSecret[]): KeptSecret[] =>
  secrets.toSorted((one, other) => (one.sha256 < other.sha256 ? -1 : 1))
