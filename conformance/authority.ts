import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { getCACertificates, setDefaultCACertificates } from 'node:tls'

import { type Certified, makeCertificate } from '../test/support/certificates.ts'

/** Key and certificate as TLS takes them. */
export interface Pair {
  key: string | Buffer
  cert: string
}

/** A private authority, which this process and the server believe in. */
export interface Authority {
  pem: string
  /** What NODE_EXTRA_CA_CERTS names. */
  file: string
  /** Of this machine. */
  host: Pair
  issue(name: string): Certified
  close(): void
}

export const pairOf = ({ pem, privateKey }: Certified): Pair => ({
  key: privateKey.export({ format: 'pem', type: 'pkcs8' }),
  cert: pem,
})

/** The subject that certificates of this name have, as a client registers it. */
export const subjectOf = (name: string): string =>
  `CN=${name},OU=Authenticator Attestation,O=Harbour Keys,C=DE`

export function openAuthority(): Authority {
  const own = makeCertificate({ name: 'Conformance Authority', ca: true })
  const folder = mkdtempSync(join(tmpdir(), 'gatehouse-authority-'))
  const file = join(folder, 'authority.pem')
  writeFileSync(file, own.pem)
  const trusted = getCACertificates('default')
  setDefaultCACertificates([...trusted, own.pem])
  return {
    pem: own.pem,
    file,
    host: pairOf(makeCertificate({ name: 'localhost', issuer: own, alternatives: { dns: ['localhost'] } })),
    issue: (name) => makeCertificate({ name, issuer: own }),
    close: () => {
      setDefaultCACertificates(trusted)
      rmSync(folder, { recursive: true })
    },
  }
}
