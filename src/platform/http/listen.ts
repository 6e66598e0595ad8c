import {
  createServer,
  type IncomingMessage,
  type RequestListener,
  type Server,
  type ServerResponse,
} from 'node:http'

import type { Log } from '../log.ts'
import { startupError } from '../startup-error.ts'

export interface Listener {
  port: number
  /** Answers go on, each asking its client to open a new connection, which a balancer leads elsewhere. */
  drain(): void
  /** Whether nobody has asked for so many milliseconds, probes aside: balancers have turned away. */
  quietFor(ms: number): boolean
  /** Stops accepting, lets what is under way finish, closes idle connections; cuts the rest after `graceMs`. */
  close(graceMs: number): Promise<void>
}

/** Milliseconds in which a body is here, and in which one is that may take long (incoming.ts). */
const usualBodyMs = 30_000
const longestBodyMs = 30 * 60_000

/** Asked of this process by whoever it is that sends requests here or elsewhere. */
const probe = /^\/(?:health(?:\/|$)|metrics$)/

/** Where to listen; `setting` is named when that fails. */
export interface Place {
  port: number
  host: string
  setting?: string
}

/**
 * Listens, with limits against slow and oversized requests.
 *
 * @throws StartupError when the port is taken or may not be used.
 */
export async function listen(handle: RequestListener, place: Place, log: Log): Promise<Listener> {
  const underWay = new Set<ServerResponse>()
  let draining = false
  let askedAt = -Infinity
  const server = createServer(
    { maxHeaderSize: 16 * 1024, headersTimeout: 15_000, requestTimeout: longestBodyMs },
    (req, res) => {
      const tooLong = hasBody(req) ? setTimeout(cutSlow, usualBodyMs, req).unref() : undefined
      if (!probe.test(req.url ?? '/')) askedAt = performance.now()
      underWay.add(res)
      res.once('close', () => {
        clearTimeout(tooLong)
        underWay.delete(res)
        if (!server.listening)
          setImmediate(() => {
            server.closeIdleConnections()
          })
      })
      if (draining) res.setHeader('connection', 'close')
      handle(req, res)
    },
  )
  server.keepAliveTimeout = 65_000 // longer than the usual balancer's, so that it never sends into a closing socket
  server.on('clientError', ({ code }: NodeJS.ErrnoException, socket) => {
    const status = refusals[code ?? ''] ?? '400 Bad Request'
    if (socket.writable) socket.end(`HTTP/1.1 ${status}\r\nconnection: close\r\ncontent-length: 0\r\n\r\n`)
  })
  await bind(server, place)
  server.on('error', (error) => {
    log.error({ err: error }, 'the HTTP server failed')
  })
  const drain = () => {
    draining = true
    for (const response of underWay) if (!response.headersSent) response.setHeader('connection', 'close')
  }
  const address = server.address()
  return {
    port: typeof address === 'object' && address ? address.port : place.port,
    drain,
    quietFor: (ms) => performance.now() - askedAt > ms,
    close: async (graceMs) => {
      drain()
      const cut = setTimeout(() => {
        server.closeAllConnections()
      }, graceMs)
      await closed(server)
      clearTimeout(cut)
    },
  }
}

/** Headers have a time of their own; most requests are nothing else (RFC 9112, section 6.3). */
const hasBody = ({ headers }: IncomingMessage): boolean =>
  headers['transfer-encoding'] !== undefined || headers['content-length'] !== undefined

function cutSlow(req: IncomingMessage): void {
  if (!req.complete && req.mayTakeLong !== true) req.socket.destroy()
}

/** Node closes idle connections with the server, and calls back when the others have ended. */
function closed(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => {
      resolve()
    })
  })
}

function bind(server: Server, { port, host, setting = 'PORT' }: Place): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (cause: NodeJS.ErrnoException) => {
      reject(startupError(faultOf(cause.code, `${host}:${port}`, setting), { cause }))
    })
    server.listen(port, host, () => {
      server.removeAllListeners('error')
      resolve()
    })
  })
}

function faultOf(code: string | undefined, address: string, setting: string): string {
  if (code === 'EADDRINUSE')
    return `Another program already listens at ${address}; stop it, or set ${setting} to another number.`
  if (code === 'EACCES')
    return `This user may not listen at ${address}; set ${setting} to a number above 1023.`
  return `This machine cannot listen at ${address}; correct HOST or ${setting}.`
}

/** What Node could not read as a request, by its reason (RFC 9110, section 15.5.9; RFC 6585, section 5). */
const refusals: Record<string, string | undefined> = {
  HPE_HEADER_OVERFLOW: '431 Request Header Fields Too Large',
  ERR_HTTP_REQUEST_TIMEOUT: '408 Request Timeout',
}
