import { X509Certificate } from 'node:crypto'
import type { IncomingMessage } from 'node:http'

import type { Config } from '../config/index.ts'
import { isFromProxy, type Networks } from './origin.ts'

declare module 'koa' {
  interface DefaultState {
    /** What the client showed in its TLS handshake, as the proxy in front tells; set by `requestContext`. */
    certificate?: PresentedCertificate
  }
}

/** A certificate whose private key the client has: TLS made it prove that. */
export interface PresentedCertificate {
  certificate: X509Certificate
  /** The proxy checked it up to an authority that it trusts for clients. */
  verified: boolean
}

/**
 * The certificate that the proxy in front was shown. The headers are taken out of the request, whoever sent them: what comes
 * later reads the result, and what anybody but a proxy of TRUST_PROXY wrote there is never read at all (RFC 9440, section 4).
 */
export function takeCertificate(
  request: IncomingMessage,
  { clientCertificates }: Pick<Config, 'clientCertificates'>,
  proxies: Networks,
): PresentedCertificate | undefined {
  if (!clientCertificates) return undefined
  const { header, verifiedHeader } = clientCertificates
  const [sent, flag] = [header, verifiedHeader].map((name) => request.headers[name])
  // eslint-disable-next-line @typescript-eslint/no-dynamic-delete -- names come from the configuration
  for (const name of [header, verifiedHeader]) delete request.headers[name]
  if (typeof sent !== 'string' || sent === '' || !isFromProxy(request, proxies)) return undefined
  const certificate = readCertificate(sent)
  return certificate && { certificate, verified: flag === 'SUCCESS' }
}

const onePem = /^-----BEGIN CERTIFICATE-----[A-Za-z\d+/=\s]+-----END CERTIFICATE-----\s*$/

/** As nginx escapes it (`$ssl_client_escaped_cert`), or as RFC 9440, section 2.1, has it; several or none: undefined. */
function readCertificate(sent: string): X509Certificate | undefined {
  try {
    const [, der] = /^:([A-Za-z\d+/]+={0,2}):$/.exec(sent) ?? []
    if (der !== undefined) return new X509Certificate(Buffer.from(der, 'base64'))
    const pem = decodeURIComponent(sent)
    return onePem.test(pem) ? new X509Certificate(pem) : undefined
  } catch {
    return undefined // neither
  }
}
