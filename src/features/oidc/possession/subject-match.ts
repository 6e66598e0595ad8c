import type { X509Certificate } from 'node:crypto'

import { readDistinguishedName, sameName } from '../../../lib/distinguished-name.ts'

type Matches = (certificate: X509Certificate, expected: string) => boolean

const only = { subject: 'never', wildcards: false } as const

/** How the registered name of a client is found in its certificate (RFC 8705, section 2.1.2). */
const matching: Record<string, Matches | undefined> = {
  tls_client_auth_subject_dn: (certificate, expected) => {
    const wanted = readDistinguishedName(expected)
    const found = readDistinguishedName(certificate.subject, '\n')
    return wanted !== null && found !== null && sameName(wanted, found.toReversed()) // printed the least particular first
  },
  tls_client_auth_san_dns: (certificate, expected) => certificate.checkHost(expected, only) !== undefined,
  tls_client_auth_san_email: (certificate, expected) => certificate.checkEmail(expected, only) !== undefined,
  tls_client_auth_san_ip: (certificate, expected) => certificate.checkIP(expected) !== undefined,
  tls_client_auth_san_uri: (certificate, expected) =>
    alternativeNames(certificate).includes(`URI:${expected}`),
}

export const subjectMatches = (certificate: X509Certificate, property: string, expected: string): boolean =>
  matching[property]?.(certificate, expected) ?? false

/** One entry of what Node prints: names that could be taken for several are quoted as JSON. */
const entry = /((?:[A-Za-z ]+):(?:"(?:[^"\\]|\\.)*"|[^",]*))(?:, |$)/y

/** None when any of them cannot be read. */
function alternativeNames({ subjectAltName = '' }: X509Certificate): string[] {
  const names: string[] = []
  entry.lastIndex = 0
  while (entry.lastIndex < subjectAltName.length) {
    const [, name] = entry.exec(subjectAltName) ?? []
    if (name === undefined) return []
    names.push(name)
  }
  return names
}
