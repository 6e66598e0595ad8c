import { connect } from 'node:net'

import type { Body } from './forms.ts'

export interface Sent {
  method: string
  target: string
  headers: Record<string, string>
  body: Body | null
  /** In so many pieces, with a pause behind each. */
  pieces: number
}

/** Milliseconds in which everything is answered, on a machine that does other things besides. */
export const bound = 10_000

const pauseMs = 15

/** Sends it byte for byte. What is wrong with what came of it; null: nothing. */
export function faultOfSending(
  origin: string,
  sent: Sent,
  seen: Map<number, number>,
): Promise<string | null> {
  const { hostname, port, host } = new URL(origin)
  const { body } = sent
  const length = body ? body.bytes.length + (body.truncated ? 100 : 0) : null
  const headers = {
    ...{ host, connection: 'close', ...sent.headers, ...body?.more },
    ...(body?.type != null && { 'content-type': body.type }),
    ...(length !== null && { 'content-length': String(length) }),
  }
  const head = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`)
  return new Promise((resolve) => {
    const socket = connect({ port: Number(port), host: hostname, allowHalfOpen: true })
    let told = ''
    const done = (fault: string | null) => {
      clearTimeout(timer)
      socket.destroy()
      resolve(fault)
    }
    const timer = setTimeout(() => {
      done(`no answer in ${bound / 1000} s`)
    }, bound)
    socket.on('data', (piece: Buffer) => {
      told = (told + piece.toString('latin1')).slice(0, 2_000)
    })
    socket.on('error', (error) => {
      done(told === '' && body === null ? error.message : judged(told, body, seen)) // it was refused while it was sent
    })
    socket.on('end', () => {
      done(judged(told, body, seen))
    })
    socket.write(`${sent.method} ${sent.target} HTTP/1.1\r\n${head.join('')}\r\n`)
    void inPieces(body?.bytes ?? Buffer.alloc(0), sent.pieces, (piece) => socket.write(piece)).then(() => {
      if (body?.truncated) socket.end()
    })
  })
}

function judged(told: string, body: Body | null, seen: Map<number, number>): string | null {
  const status = Number(/^HTTP\/1\.1 (\d{3}) /.exec(told)?.[1] ?? 0)
  seen.set(status, (seen.get(status) ?? 0) + 1)
  if (status === 0) return body?.truncated ? null : 'the connection was cut'
  return status >= 500 ? `${status} ${told.slice(-300)}` : null
}

async function inPieces(bytes: Buffer, pieces: number, write: (piece: Buffer) => void): Promise<void> {
  const size = Math.max(1, Math.ceil(bytes.length / pieces))
  for (let at = 0; at < bytes.length; at += size) {
    write(bytes.subarray(at, at + size))
    if (pieces > 1) await new Promise((resolve) => setTimeout(resolve, pauseMs))
  }
}
