import { createSocket } from 'node:dgram'

import { afterTest } from './parts.ts'

/** `no-name`: NXDOMAIN; `nothing`: a name without such a record; `failing`: SERVFAIL; `silent`: no answer at all. */
export type DnsAnswer = { texts: string[] } | 'no-name' | 'nothing' | 'failing' | 'silent'

export interface DnsServer {
  /** For DNS_SERVERS. */
  address: string
  /** What it answers for each name; NXDOMAIN for those that are not here. */
  records: Map<string, DnsAnswer>
  /** The names it was asked for. */
  asked: string[]
}

/** A real name server on this machine that knows TXT records (RFC 1035, section 4), until the test ends. */
export async function dnsServer(): Promise<DnsServer> {
  const socket = createSocket('udp4')
  const server: DnsServer = { address: '', records: new Map(), asked: [] }
  socket.on('message', (query, { port, address }) => {
    const { name, end } = nameIn(query)
    server.asked.push(name)
    const answer = server.records.get(name) ?? 'no-name'
    if (answer !== 'silent') socket.send(reply(query, end, answer), port, address)
  })
  await new Promise<void>((resolve) => socket.bind(0, '127.0.0.1', resolve))
  server.address = `127.0.0.1:${socket.address().port}`
  afterTest(() => void socket.close())
  return server
}

const headerBytes = 12

/** The name of the first question, and where the question ends: its type and class follow the name. */
function nameIn(query: Buffer): { name: string; end: number } {
  const labels: string[] = []
  let at = headerBytes
  for (let length = query[at] ?? 0; length > 0; length = query[at] ?? 0) {
    labels.push(query.toString('latin1', at + 1, at + 1 + length))
    at += 1 + length
  }
  return { name: labels.join('.').toLowerCase(), end: at + 5 }
}

const codes = { 'no-name': 3, nothing: 0, failing: 2 } as const

function reply(query: Buffer, end: number, answer: Exclude<DnsAnswer, 'silent'>): Buffer {
  const texts = typeof answer === 'object' ? answer.texts : []
  const header = Buffer.alloc(headerBytes)
  query.copy(header, 0, 0, 2)
  header.writeUInt16BE(0x8180 | (typeof answer === 'object' ? 0 : codes[answer]), 2) // a response, recursion as wanted
  header.writeUInt16BE(1, 4)
  header.writeUInt16BE(texts.length, 6)
  return Buffer.concat([header, query.subarray(headerBytes, end), ...texts.map(textRecord)])
}

/** A TXT record of the question's name; a text of more than 255 bytes stands in parts (RFC 1035, section 3.3.14). */
function textRecord(text: string): Buffer {
  const parts = (text.match(/.{1,255}/gs) ?? ['']).map((part) => {
    const bytes = Buffer.from(part)
    return Buffer.concat([Buffer.from([bytes.length]), bytes])
  })
  const data = Buffer.concat(parts)
  const head = Buffer.from([0xc0, headerBytes, 0, 16, 0, 1, 0, 0, 0, 0, 0, 0])
  head.writeUInt16BE(data.length, 10)
  return Buffer.concat([head, data])
}
