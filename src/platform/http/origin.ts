import type { IncomingMessage } from 'node:http'
import ipaddr from 'ipaddr.js'

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

/** Where a request came from. `trusted` are the networks whose X-Forwarded-For is believed (TRUST_PROXY). */
export function originOf(request: IncomingMessage, trusted: readonly string[]): Origin {
  return {
    requestId: randomMark(),
    ip: clientAddress(request.socket.remoteAddress ?? '', request.headers['x-forwarded-for'], trusted),
    userAgent: printable(request.headers['user-agent'] ?? '').slice(0, 256),
  }
}

/** Whether a request comes straight from a proxy whose headers are believed. */
export const isFromProxy = ({ socket }: IncomingMessage, trusted: readonly string[]): boolean =>
  isTrusted(plain(socket.remoteAddress ?? ''), trusted)

/** Someone who has proven nothing yet. */
export const anonymous = (origin: Origin): By => ({ actor: { type: 'anonymous', id: null }, origin })

/**
 * The nearest address that is no proxy of ours: from the socket backwards through X-Forwarded-For while the one before
 * is trusted. What a stranger wrote into the header is never reached, and a malformed entry ends the walk.
 */
export function clientAddress(
  socket: string,
  forwarded: string | string[] | undefined,
  trusted: readonly string[],
): string {
  const hops = String(forwarded ?? '')
    .slice(-2048) // the near end: what our proxies wrote
    .split(',')
    .map((hop) => hop.trim())
  let address = plain(socket)
  while (isTrusted(address, trusted)) {
    const previous = hops.pop()
    if (previous === undefined || !ipaddr.isValid(previous)) break
    address = plain(previous)
  }
  return address
}

const plain = (address: string): string =>
  ipaddr.isValid(address) ? ipaddr.process(address).toString() : address

function isTrusted(address: string, trusted: readonly string[]): boolean {
  if (!ipaddr.isValid(address)) return false
  const parsed = ipaddr.process(address)
  return trusted.some((entry) => {
    if (!ipaddr.isValidCIDR(entry)) return plain(entry) === parsed.toString()
    const [network, bits] = ipaddr.parseCIDR(entry)
    return network.kind() === parsed.kind() && parsed.match(network, bits)
  })
}

/** Without control characters, which could break a log line or a terminal. */
const printable = (text: string): string => text.replace(/[^\x20-\x7e\u00a0-\uffff]/g, '')
