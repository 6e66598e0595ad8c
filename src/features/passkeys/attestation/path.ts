import type { X509Certificate } from 'node:crypto'

/** More than any maker uses. */
const longest = 6

/**
 * Whether each certificate was issued by the next one, and the last by a root, all good at this moment (RFC 5280, section 6.1).
 * Who vouches for no root has no path. Whether one was withdrawn since is not asked: that would mean to fetch from wherever a
 * stranger's certificate says.
 */
export function leadsToRoot(
  chain: readonly X509Certificate[],
  roots: readonly X509Certificate[],
  at: Date,
): boolean {
  const last = chain.at(-1)
  if (!last || chain.length > longest || ![...chain].every((one) => isGoodAt(one, at))) return false
  const linked = chain.slice(1).every((issuer, index) => issued(issuer, chain[index]))
  return linked && roots.some((root) => isGoodAt(root, at) && (isSame(root, last) || issued(root, last)))
}

const isGoodAt = ({ validFromDate, validToDate }: X509Certificate, at: Date): boolean =>
  validFromDate <= at && at <= validToDate

/** A root may be sent along. */
const isSame = (one: X509Certificate, other: X509Certificate): boolean => one.raw.equals(other.raw)

/** Only who may issue certificates has (RFC 5280, section 4.2.1.9): a device's own key could sign others. */
const issued = (issuer: X509Certificate, subject: X509Certificate | undefined): boolean =>
  subject !== undefined && issuer.ca && subject.checkIssued(issuer) && subject.verify(issuer.publicKey)
