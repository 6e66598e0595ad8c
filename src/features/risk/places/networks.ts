import { setImmediate } from 'node:timers/promises'
import ipaddr from 'ipaddr.js'

/** A list of networks to look addresses up in. */
export interface Networks {
  /** How many ranges are left once those that overlap or touch are one. */
  size: number
  has(ip: string): boolean
}

interface Range {
  first: bigint
  last: bigint
}

/** Lines read before others get a turn: a hundred thousand of them take a good part of a second. */
const atATime = 2_000

/**
 * Reads a text of addresses and networks (192.0.2.0/24, 2001:db8::/32), one on a line; `#` begins a comment. Looking one up
 * takes as many steps as the length has bits.
 *
 * @throws Error naming the first line that is none.
 */
export async function readNetworks(text: string): Promise<Networks> {
  const ranges: Range[] = []
  for (const [index, line] of text.split(/\r?\n/).entries()) {
    if (index % atATime === atATime - 1) await setImmediate()
    const entry = line.replace(/#.*/, '').trim()
    if (entry === '') continue
    const range = rangeOf(entry)
    if (!range) throw new Error(`line ${index + 1} is no address and no network like 192.0.2.0/24`)
    ranges.push(range)
  }
  const merged = mergeOf(ranges)
  return { size: merged.length, has: (ip) => isIn(merged, ip) }
}

const bitsOfAll = 128n

/** IPv4 as it stands within IPv6 (RFC 4291, section 2.5.5.2), so that one list holds both. */
function numberOf(address: ipaddr.IPv4 | ipaddr.IPv6): bigint {
  const wide = address instanceof ipaddr.IPv4 ? address.toIPv4MappedAddress() : address
  return BigInt(`0x${Buffer.from(wide.toByteArray()).toString('hex')}`)
}

function rangeOf(entry: string): Range | null {
  if (ipaddr.isValidCIDR(entry)) {
    const [address, prefix] = ipaddr.parseCIDR(entry)
    return blockFrom(address, prefix)
  }
  // Old spellings, such as 127.1, would be a guess.
  if (!ipaddr.IPv4.isValidFourPartDecimal(entry) && !ipaddr.IPv6.isValid(entry)) return null
  const address = ipaddr.parse(entry)
  return blockFrom(address, address.kind() === 'ipv4' ? 32 : 128)
}

function blockFrom(address: ipaddr.IPv4 | ipaddr.IPv6, prefix: number): Range {
  const bits = bitsOfAll - BigInt(address.kind() === 'ipv4' ? 96 + prefix : prefix)
  const first = (numberOf(address) >> bits) << bits
  return { first, last: first + (1n << bits) - 1n }
}

/** Sorted, and none that overlaps or touches another. */
function mergeOf(ranges: Range[]): Range[] {
  const sorted = ranges.sort((one, other) => (one.first < other.first ? -1 : one.first > other.first ? 1 : 0))
  const merged: Range[] = []
  for (const { first, last } of sorted) {
    const before = merged.at(-1)
    if (!before || first > before.last + 1n) merged.push({ first, last })
    else if (last > before.last) before.last = last
  }
  return merged
}

function isIn(ranges: readonly Range[], ip: string): boolean {
  if (!ipaddr.isValid(ip)) return false
  const wanted = numberOf(ipaddr.process(ip))
  let [low, high] = [0, ranges.length]
  while (low < high) {
    const middle = (low + high) >> 1
    if ((ranges[middle]?.last ?? 0n) < wanted) low = middle + 1
    else high = middle
  }
  const found = ranges[low]
  return found !== undefined && found.first <= wanted
}
