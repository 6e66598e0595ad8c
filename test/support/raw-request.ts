import { connect } from 'node:net'

export interface RawReply {
  status: number
  headers: Headers
  body: string
}

/**
 * Sends a request byte for byte, as no client library would: path forms, hosts and header sizes of one's own choosing.
 * `target` is the request line's; a Host header is added unless one is given.
 */
export function rawRequest(
  origin: string,
  {
    method = 'GET',
    target,
    headers = {},
    body,
  }: { method?: string; target: string; headers?: Record<string, string>; body?: string },
): Promise<RawReply> {
  const { hostname, port, host } = new URL(origin)
  const lines = Object.entries({ host, connection: 'close', ...lengthOf(body), ...headers }).map(
    ([name, value]) => `${name}: ${value}`,
  )
  return new Promise((resolve, reject) => {
    const socket = connect(Number(port), hostname)
    const chunks: Buffer[] = []
    socket.on('data', (chunk: Buffer) => void chunks.push(chunk))
    socket.on('error', reject)
    socket.on('end', () => {
      resolve(parse(Buffer.concat(chunks).toString()))
    })
    socket.write(`${method} ${target} HTTP/1.1\r\n${lines.join('\r\n')}\r\n\r\n${body ?? ''}`)
  })
}

const lengthOf = (body: string | undefined): Record<string, string> =>
  body === undefined ? {} : { 'content-length': String(Buffer.byteLength(body)) }

function parse(text: string): RawReply {
  const [head = '', ...rest] = text.split('\r\n\r\n')
  const [first = '', ...lines] = head.split('\r\n')
  const headers = new Headers(
    lines.map((line): [string, string] => [
      line.slice(0, line.indexOf(':')),
      line.slice(line.indexOf(':') + 1).trim(),
    ]),
  )
  return { status: Number(first.split(' ')[1]), headers, body: rest.join('\r\n\r\n') }
}
