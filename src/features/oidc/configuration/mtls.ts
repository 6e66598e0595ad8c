import type { Configuration } from 'oidc-provider'

import { subjectMatches } from '../possession/subject-match.ts'

type Mtls = NonNullable<NonNullable<Configuration['features']>['mTLS']>

/**
 * Mutual TLS (RFC 8705). Always on, so that a client that must prove itself or bind its tokens by a certificate is refused,
 * not let in without, where no proxy hands over any; then it is not advertised (`documents.ts`).
 */
export const mtls: Mtls = {
  enabled: true,
  certificateBoundAccessTokens: true,
  tlsClientAuth: true,
  selfSignedTlsClientAuth: true,
  getCertificate: (ctx) => ctx.state.certificate?.certificate,
  certificateAuthorized: (ctx) => ctx.state.certificate?.verified === true,
  certificateSubjectMatches: (ctx, property, expected) => {
    const presented = ctx.state.certificate
    return presented !== undefined && subjectMatches(presented.certificate, property, expected)
  },
}
