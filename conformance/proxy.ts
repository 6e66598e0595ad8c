import { request as send, type IncomingMessage } from 'node:http'
import { createServer } from 'node:https'
import { TLSSocket } from 'node:tls'

import type { Authority } from './authority.ts'

/** How the proxy says what certificate it was shown, as CLIENT_CERT_HEADER and CLIENT_CERT_VERIFIED_HEADER name it. */
export const certificateHeader = 'x-client-cert'
export const verifiedHeader = 'x-client-verify'

export interface Proxy {
  close(): Promise<void>
}

/**
 * A proxy as stands in front of a server: ends TLS, asks for a client's certificate without demanding one, says who asked, and
 * overwrites what a client says of either (docs/operations.md).
 */
export async function openProxy(authority: Authority, port: number, inside: number): Promise<Proxy> {
  const options = { ...authority.host, ca: authority.pem, requestCert: true, rejectUnauthorized: false }
  const server = createServer(options, (request, response) => {
    const { method, url: path } = request
    const headers = { ...request.headers, ...forwarded(request), ...shown(request) }
    const onward = send({ host: '127.0.0.1', port: inside, method, path, headers }, (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers)
      answer.pipe(response)
    })
    onward.on('error', () => response.destroy())
    request.pipe(onward)
  })
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve))
  return {
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections()
        server.close(() => {
          resolve()
        })
      }),
  }
}

const forwarded = ({ headers, socket }: IncomingMessage): Record<string, string> => ({
  'x-forwarded-proto': 'https',
  'x-forwarded-host': headers.host ?? '',
  'x-forwarded-for': [headers['x-forwarded-for'], socket.remoteAddress]
    .filter((one) => one !== undefined)
    .join(', '),
})

/** As nginx has it: `$ssl_client_escaped_cert` and `$ssl_client_verify`. */
function shown({ socket }: IncomingMessage): Record<string, string> {
  const certificate = socket instanceof TLSSocket ? socket.getPeerX509Certificate() : undefined
  if (!certificate) return { [certificateHeader]: '', [verifiedHeader]: 'NONE' }
  const verified = socket instanceof TLSSocket && socket.authorized
  return {
    [certificateHeader]: encodeURIComponent(certificate.toString()),
    [verifiedHeader]: verified ? 'SUCCESS' : 'FAILED',
  }
}
