import { isIP } from 'node:net'
import { z } from 'zod'

import { readDistinguishedName } from '../../lib/distinguished-name.ts'

const SubjectDn = z
  .string()
  .max(1000)
  .refine((text) => readDistinguishedName(text) !== null, {
    message: 'must be a distinguished name like CN=client,O=Example,C=DE (RFC 4514)',
  })
const Dns = z
  .string()
  .max(253)
  .regex(/^(?!-)[a-z\d-]{1,63}(?:\.[a-z\d-]{1,63})+$/i, 'must be a host name, without wildcards')
const Uri = z
  .string()
  .max(2000)
  .refine((uri) => URL.canParse(uri) && /^[\x21\x23-\x2b\x2d-\x5b\x5d-\x7e]+$/.test(uri), {
    message: 'must be an absolute URI without quotes and commas',
  })
const Ip = z.string().refine((text) => isIP(text) !== 0, { message: 'must be an IP address' })

/** The one name by which the certificate of a client is known (RFC 8705, section 2.1.2). */
export const CertificateName = z.union([
  z.strictObject({ subjectDn: SubjectDn }),
  z.strictObject({ sanDns: Dns }),
  z.strictObject({ sanUri: Uri }),
  z.strictObject({ sanIp: Ip }),
  z.strictObject({ sanEmail: z.email().max(254) }),
])

export type CertificateName = z.infer<typeof CertificateName>

/** The same in registered metadata; one of these stands there. */
export interface CertificateMetadata {
  tls_client_auth_subject_dn?: string
  tls_client_auth_san_dns?: string
  tls_client_auth_san_uri?: string
  tls_client_auth_san_ip?: string
  tls_client_auth_san_email?: string
}

export const certificateProperties = [
  'tls_client_auth_subject_dn',
  'tls_client_auth_san_dns',
  'tls_client_auth_san_uri',
  'tls_client_auth_san_ip',
  'tls_client_auth_san_email',
] as const satisfies (keyof CertificateMetadata)[]

export function toCertificateMetadata(name: CertificateName): CertificateMetadata {
  if ('subjectDn' in name) return { tls_client_auth_subject_dn: name.subjectDn }
  if ('sanDns' in name) return { tls_client_auth_san_dns: name.sanDns }
  if ('sanUri' in name) return { tls_client_auth_san_uri: name.sanUri }
  if ('sanIp' in name) return { tls_client_auth_san_ip: name.sanIp }
  return { tls_client_auth_san_email: name.sanEmail }
}
