import { createServer, type Server } from 'node:https'
import type { AddressInfo } from 'node:net'
import { getCACertificates, setDefaultCACertificates } from 'node:tls'

import { makeCertificate } from '../../support/certificates.ts'
import { afterTest } from '../../support/parts.ts'

/** What a path answers. */
export interface Served {
  status?: number
  headers?: Record<string, string>
  body?: string | (() => string)
  /** Never ends. */
  hangs?: boolean
}

/** A web server of somebody who publishes metadata documents, with a certificate that this process trusts meanwhile. */
export interface DocumentHost {
  origin: string
  serve(path: string, served: Served): void
  /** Serves a document about itself; its address is its `client_id`. */
  publish(path: string, metadata?: Record<string, unknown>, headers?: Record<string, string>): string
  /** How often a path was asked for. */
  asked(path: string): number
}

export async function documentHost(): Promise<DocumentHost> {
  const { pem, privateKey } = makeCertificate({
    name: 'document host', // two authorities of one name would be taken for each other
    alternatives: { dns: ['localhost'] },
    ca: true,
  })
  const trusted = getCACertificates('default')
  setDefaultCACertificates([...trusted, pem])
  const paths = new Map<string, Served>()
  const counts = new Map<string, number>()
  const key = privateKey.export({ format: 'pem', type: 'pkcs8' })
  const server = createServer({ key, cert: pem }, ({ url = '' }, response) => {
    counts.set(url, (counts.get(url) ?? 0) + 1)
    const { status = 200, headers = {}, body = '', hangs = false } = paths.get(url) ?? { status: 404 }
    response.writeHead(status, { 'content-type': 'application/json', ...headers })
    if (hangs) response.write('{')
    else response.end(typeof body === 'string' ? body : body())
  })
  const origin = await listening(server)
  afterTest(() => {
    setDefaultCACertificates(trusted)
    server.closeAllConnections()
    server.close()
  })
  const serve: DocumentHost['serve'] = (path, served) => void paths.set(path, served)
  return {
    origin,
    serve,
    publish(path, metadata = {}, headers = {}) {
      const document = {
        client_id: `${origin}${path}`,
        client_name: 'Harbour Agent',
        redirect_uris: ['http://127.0.0.1:33418/callback'],
        grant_types: ['authorization_code', 'refresh_token'],
        response_types: ['code'],
        token_endpoint_auth_method: 'none',
        ...metadata,
      }
      serve(path, { headers, body: JSON.stringify(document) })
      return `${origin}${path}`
    },
    asked: (path) => counts.get(path) ?? 0,
  }
}

async function listening(server: Server): Promise<string> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo // it listens on TCP
  return `https://localhost:${port}`
}
