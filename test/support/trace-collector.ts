import { createServer, type IncomingHttpHeaders } from 'node:http'
import type { AddressInfo } from 'node:net'

import { watchText } from './canary.ts'
import { afterTest } from './parts.ts'

/** A span as it was told. */
export interface ToldSpan {
  traceId: string
  spanId: string
  /** Empty: it begins a trace. */
  parentId: string
  name: string
  /** As OTLP numbers them. */
  kind: 'internal' | 'server' | 'client' | 'producer' | 'consumer' | undefined
  attributes: Record<string, string | number>
  /** Whether its status is an error. */
  failed: boolean
}

/** Somebody's collector of traces: takes OTLP over HTTP in protobuf, and reads it by the field numbers of the specification. */
export interface Collector {
  url: string
  spans: ToldSpan[]
  /** What the service is said to be. */
  resource: Record<string, string | number>
  headers: IncomingHttpHeaders[]
  /** A status, or nothing at all. */
  answer: number | null
}

export async function collector(): Promise<Collector> {
  const self: Collector = { url: '', spans: [], resource: {}, headers: [], answer: 200 }
  const server = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      self.headers.push({ ...request.headers, ':path': request.url })
      if (self.answer !== 200) {
        if (self.answer !== null) response.writeHead(self.answer).end()
        return
      }
      take(self, Buffer.concat(chunks))
      response.writeHead(200, { 'content-type': 'application/x-protobuf' }).end()
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  self.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}` // it listens on TCP
  afterTest(
    () =>
      new Promise<void>((resolve) => {
        server.close(() => {
          resolve()
        })
        server.closeAllConnections()
      }),
  )
  return self
}

/** `ExportTraceServiceRequest`: resources, scopes in them, spans in these. */
function take(self: Collector, body: Buffer): void {
  for (const one of read(body).all(1)) {
    self.resource = attributesOf(read(read(one).bytes(1)), 1)
    for (const scope of read(one).all(2))
      for (const told of read(scope).all(2)) {
        const span = spanOf(told)
        watchText(JSON.stringify(span))
        self.spans.push(span)
      }
  }
}

const kinds = [undefined, 'internal', 'server', 'client', 'producer', 'consumer'] as const

function spanOf(told: Buffer): ToldSpan {
  const span = read(told)
  return {
    traceId: span.bytes(1).toString('hex'),
    spanId: span.bytes(2).toString('hex'),
    parentId: span.bytes(4).toString('hex'),
    name: span.bytes(5).toString(),
    kind: kinds[span.number(6)],
    attributes: attributesOf(span, 9),
    failed: read(span.bytes(15)).number(3) === 2,
  }
}

function attributesOf(message: Message, field: number): Record<string, string | number> {
  return Object.fromEntries(
    message.all(field).map((pair) => {
      const value = read(read(pair).bytes(2))
      return [read(pair).bytes(1).toString(), value.has(3) ? value.number(3) : value.bytes(1).toString()]
    }),
  )
}

interface Message {
  has(field: number): boolean
  all(field: number): Buffer[]
  bytes(field: number): Buffer
  number(field: number): number
}

/** Any message of Protocol Buffers, by field numbers (its documentation, "Encoding"). */
function read(message: Buffer): Message {
  const found = new Map<number, (Buffer | number)[]>()
  let at = 0
  const varint = (): number => {
    let [value, factor] = [0, 1]
    for (;;) {
      const byte = message[at++] ?? 0
      value += (byte & 127) * factor
      if (byte < 128) return value
      factor *= 128
    }
  }
  const take = (length: number) => message.subarray(at, (at += length))
  const values: Record<number, () => Buffer | number> = {
    0: varint,
    1: () => take(8),
    2: () => take(varint()),
    5: () => take(4),
  }
  while (at < message.length) {
    const tag = varint()
    const value = values[tag % 8]?.()
    if (value === undefined) throw new Error(`no wire type of Protocol Buffers: ${tag % 8}`)
    const field = Math.floor(tag / 8)
    found.set(field, [...(found.get(field) ?? []), value])
  }
  const all = (field: number) =>
    (found.get(field) ?? []).filter((value): value is Buffer => typeof value !== 'number')
  return {
    has: (field) => found.has(field),
    all,
    bytes: (field) => all(field)[0] ?? Buffer.alloc(0),
    number: (field) => Number(found.get(field)?.[0] ?? 0),
  }
}
