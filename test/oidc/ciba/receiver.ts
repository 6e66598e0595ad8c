import { createServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { getCACertificates, setDefaultCACertificates } from 'node:tls'

import { makeCertificate } from '../../support/certificates.ts'
import { afterTest } from '../../support/parts.ts'

export interface Received {
  authorization: string | undefined
  contentType: string | undefined
  body: Record<string, unknown>
}

/** Where a client is told, over https, until the test ends. */
export interface Receiver {
  url: string
  received: Received[]
  /** Connections that reached it, whatever came of them. */
  connections: number
  /** What it answers next, and after that 204. */
  answers: number[]
}

const certificate = makeCertificate({ name: 'localhost', ca: true })

export async function receiver(): Promise<Receiver> {
  setDefaultCACertificates([...getCACertificates('default'), certificate.pem])
  const told: Receiver = { url: '', received: [], connections: 0, answers: [] }
  const key = certificate.privateKey.export({ format: 'pem', type: 'pkcs8' })
  const server = createServer({ key, cert: certificate.pem }, (request, response) => {
    let text = ''
    request.on('data', (part: Buffer) => (text += part.toString()))
    request.on('end', () => {
      const { authorization, 'content-type': contentType } = request.headers
      told.received.push({ authorization, contentType, body: JSON.parse(text) as Received['body'] })
      const status = told.answers.shift() ?? 204
      response.writeHead(status, status === 302 ? { location: told.url } : {}).end()
    })
  })
  server.on('connection', () => told.connections++)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  told.url = `https://localhost:${(server.address() as AddressInfo).port}/told` // a server that listens has an address of this form
  afterTest(
    () =>
      new Promise<void>((resolve) => {
        server.closeAllConnections()
        server.close(() => {
          resolve()
        })
      }),
  )
  return told
}
