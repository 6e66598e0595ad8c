import ipaddr from 'ipaddr.js'

/** What stands in the file about a network. */
export interface GeoEntry {
  /** Such as 192.0.2.0/24 */
  network: string
  country?: string
  latitude?: number
  longitude?: number
  /** Kilometres */
  radius?: number
}

type Value = string | number | Value[] | Typed | { [key: string]: Value }

/** A number of one of the kinds the format has; a bare one is a double. */
interface Typed {
  kind: 'uint16' | 'uint32' | 'uint64'
  value: number
}

/** A small MaxMind DB, as its specification says (version 2.0): search tree, data, metadata. Records have 32 bits. */
export function mmdb(entries: readonly GeoEntry[], type = 'Test-City'): Buffer {
  const data: Buffer[] = []
  let length = 0
  const nodes: (number | Found | null)[][] = [[null, null]]
  for (const { network, ...entry } of entries) {
    insert(nodes, bitsOf(network), { offset: length })
    const bytes = encode(recordOf(entry))
    data.push(bytes)
    length += bytes.length
  }
  const tree = Buffer.alloc(nodes.length * 8)
  for (const [index, node] of nodes.entries())
    for (const [side, target] of node.entries())
      tree.writeUInt32BE(valueOf(target, nodes.length), index * 8 + side * 4)
  return Buffer.concat([
    ...[tree, Buffer.alloc(16), ...data],
    Buffer.from('\xab\xcd\xefMaxMind.com', 'latin1'),
    encode({
      node_count: { kind: 'uint32', value: nodes.length },
      record_size: { kind: 'uint16', value: 32 },
      ip_version: { kind: 'uint16', value: 6 },
      database_type: type,
      languages: ['en'],
      binary_format_major_version: { kind: 'uint16', value: 2 },
      binary_format_minor_version: { kind: 'uint16', value: 0 },
      build_epoch: { kind: 'uint64', value: 1_795_000_000 },
      description: { en: 'for tests' },
    }),
  ])
}

interface Found {
  offset: number
}

function valueOf(target: number | Found | null | undefined, count: number): number {
  if (target === null || target === undefined) return count
  return typeof target === 'number' ? target : count + 16 + target.offset
}

const recordOf = ({ country, latitude, longitude, radius }: Omit<GeoEntry, 'network'>): Value => ({
  ...(country !== undefined && { country: { iso_code: country } }),
  ...(latitude !== undefined &&
    longitude !== undefined && {
      location: {
        latitude,
        longitude,
        ...(radius !== undefined && { accuracy_radius: { kind: 'uint16', value: radius } }),
      },
    }),
})

/** IPv4 lies below ::/96. */
function bitsOf(network: string): number[] {
  const [address, prefix] = ipaddr.parseCIDR(network)
  const bytes = address.toByteArray()
  const wide = bytes.length === 4 ? [...Array<number>(12).fill(0), ...bytes] : bytes
  const length = bytes.length === 4 ? prefix + 96 : prefix
  return Array.from({ length }, (_, bit) => ((wide[bit >> 3] ?? 0) >> (7 - (bit & 7))) & 1)
}

function insert(nodes: (number | Found | null)[][], bits: readonly number[], found: Found): void {
  let at = 0
  for (const [depth, bit] of bits.entries()) {
    const node = nodes[at]
    if (!node) throw new Error('a node is missing')
    if (depth === bits.length - 1) {
      node[bit] = found
      return
    }
    const next = node[bit]
    if (typeof next === 'number') at = next
    else {
      node[bit] = nodes.length
      at = nodes.length
      nodes.push([null, null])
    }
  }
}

const isTyped = (value: object): value is Typed => 'kind' in value && 'value' in value

function encode(value: Value): Buffer {
  if (typeof value === 'string')
    return Buffer.concat([control(2, Buffer.byteLength(value)), Buffer.from(value)])
  if (typeof value === 'number') {
    const bytes = Buffer.alloc(8)
    bytes.writeDoubleBE(value)
    return Buffer.concat([control(3, 8), bytes])
  }
  if (Array.isArray(value)) return Buffer.concat([control(11, value.length), ...value.map(encode)])
  if (isTyped(value)) return encodeTyped(value)
  const members = Object.entries(value)
  return Buffer.concat([
    control(7, members.length),
    ...members.flatMap(([key, one]) => [encode(key), encode(one)]),
  ])
}

function encodeTyped({ kind, value }: Typed): Buffer {
  const [type, size] = { uint16: [5, 2], uint32: [6, 4], uint64: [9, 8] }[kind] as [number, number]
  const bytes = Buffer.alloc(8)
  bytes.writeBigUInt64BE(BigInt(value))
  return Buffer.concat([control(type, size), bytes.subarray(8 - size)])
}

function control(type: number, size: number): Buffer {
  if (size > 28) throw new Error('too long for a test')
  return type > 7 ? Buffer.from([size, type - 7]) : Buffer.from([(type << 5) | size])
}
