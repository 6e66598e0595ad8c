import type { IncomingMessage } from 'node:http'
import { BlockList, isIP, isIPv4 } from 'node:net'
import ipaddr from 'ipaddr.js'
import { LRUCache } from 'lru-cache'

import type { By, Origin } from '../app.ts'
import { randomMark } from '../crypto/index.ts'

declare module 'koa' {
  interface DefaultState {
    /** Set by `requestContext` before anything else runs. */
    origin?: Origin
    /** The pattern that matched, for logs: a path may hold an id that is as good as a key. */
    route?: string
  }
}

/** Networks whose X-Forwarded-For is believed; read once, asked at every request. */
export type Networks = Pick<BlockList, 'check'>

/** Reads addresses and networks in CIDR notation, as TRUST_PROXY lists them. */
export function networksOf(listed: readonly string[]): Networks {
  const networks = new BlockList()
  for (const entry of listed) {
    if (ipaddr.isValidCIDR(entry)) {
      const [network, bits] = ipaddr.parseCIDR(entry)
      networks.addSubnet(network.toString(), bits, network.kind())
    } else networks.addAddress(plain(entry), isIPv4(plain(entry)) ? 'ipv4' : 'ipv6')
  }
  return networks
}

/** Where a request came from. */
export function originOf(request: IncomingMessage, trusted: Networks): Origin {
  return {
    requestId: randomMark(),
    ip: knownAddress(request.socket.remoteAddress ?? '', request.headers['x-forwarded-for'], trusted),
    userAgent: printable(request.headers['user-agent'] ?? '').slice(0, 256),
  }
}

/** Whether a request comes straight from a proxy whose headers are believed. */
export const isFromProxy = ({ socket }: IncomingMessage, trusted: Networks): boolean =>
  isTrusted(ofSocket(socket.remoteAddress ?? ''), trusted)

/** Someone who has proven nothing yet. */
export const anonymous = (origin: Origin): By => ({ actor: { type: 'anonymous', id: null }, origin })

/** Where whoever comes again and again comes from: read once, since reading it costs more than all else of an origin. */
const addresses = new WeakMap<Networks, LRUCache<string, string>>()

const most = 2_000

/** Longer headers are read anew: they must not fill the memory. */
const longestKnown = 200

function knownAddress(socket: string, forwarded: string | string[] | undefined, trusted: Networks): string {
  const name = `${socket} ${String(forwarded ?? '')}`
  if (name.length > longestKnown) return clientAddress(socket, forwarded, trusted)
  const known = addresses.get(trusted) ?? new LRUCache<string, string>({ max: most })
  addresses.set(trusted, known)
  const address = known.get(name) ?? clientAddress(socket, forwarded, trusted)
  known.set(name, address)
  return address
}

/**
 * The nearest address that is no proxy of ours: from the socket backwards through X-Forwarded-For while the one before
 * is trusted. What a stranger wrote into the header is never reached, and a malformed entry ends the walk.
 */
export function clientAddress(
  socket: string,
  forwarded: string | string[] | undefined,
  trusted: Networks,
): string {
  const hops = String(forwarded ?? '')
    .slice(-2048) // the near end: what our proxies wrote
    .split(',')
    .map((hop) => hop.trim())
  let address = ofSocket(socket)
  while (isTrusted(address, trusted)) {
    const previous = hops.pop()
    if (!previous || !isAddress(previous)) break
    address = plain(previous)
  }
  return address
}

const isAddress = (text: string): boolean => isIPv4(text) || ipaddr.isValid(text)

/** The system writes an address in one form already, but for IPv4 on a socket that takes both (RFC 4291, section 2.5.5.2). */
function ofSocket(address: string): string {
  const inside = address.startsWith('::ffff:') ? address.slice('::ffff:'.length) : ''
  return isIPv4(inside) ? inside : address
}

/** In the one form it is written in; an IPv4 address inside IPv6 as what it is. */
function plain(address: string): string {
  if (isIPv4(address)) return address
  return ipaddr.isValid(address) ? ipaddr.process(address).toString() : address
}

function isTrusted(address: string, trusted: Networks): boolean {
  const version = isIP(address)
  return version !== 0 && trusted.check(address, version === 4 ? 'ipv4' : 'ipv6')
}

/** Without control characters, which could break a log line or a terminal. */
const printable = (text: string): string => text.replace(/[^\x20-\x7e\u00a0-\uffff]/g, '')
