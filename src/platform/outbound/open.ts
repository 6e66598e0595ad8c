import { lookup as resolveName } from 'node:dns/promises'
import type { LookupFunction } from 'node:net'
import { setTimeout as wait } from 'node:timers/promises'
import type { Agent, RequestInit, Response } from 'undici'

import { startupError } from '../startup-error.ts'
import { currentSpan, errorType } from '../telemetry/index.ts'
import { type Allowed, isPublicAddress, parseAllowed } from './addresses.ts'

/** What may be sent. */
export interface OutboundRequest {
  method?: string
  headers?: Record<string, string>
  body?: string
  signal?: AbortSignal
}

/** What would become of a call to an address, as far as can be said without making it. */
export type Prospect =
  { outcome: 'fine' } | { outcome: 'refused'; reason: string } | { outcome: 'unresolved' }

/** Calls to other people's servers, guarded: see `openOutbound`. */
export interface Outbound {
  fetch(url: string, init?: OutboundRequest): Promise<Response>
  /**
   * Judges an address by the rules of `fetch`, for whoever registers one. A public name that does not resolve is not
   * refused: it may do so tomorrow, or only where the service runs, and every call is judged anew by what it then finds.
   */
  check(url: string): Promise<Prospect>
  close(): Promise<void>
}

const timeoutMs = 2_500
const maxBytes = 512 * 1024

/**
 * The guarded client (OWASP Server-Side Request Forgery Prevention). https only; the name is resolved once and every
 * address checked by the very lookup that the connection uses, so nothing can change in between; no redirects; caps on
 * time and size; credentials in URLs and other ports than 443 are refused. OUTBOUND_ALLOW lifts these for hosts and
 * networks named there, for development and services inside one's own network. `own`, an address with a path that ends in a
 * slash, is reached wherever it lies: what is below it is this program's, and of no use to whoever has us call it.
 *
 * @throws StartupError when the guard does not refuse a loopback address: then nothing may go out at all.
 */
export async function openOutbound(allow: readonly string[], own: string | null = null): Promise<Outbound> {
  const allowed = parseAllowed(allow)
  const isOwn = (url: string): boolean => own !== null && URL.parse(url)?.href.startsWith(own) === true
  let opened: Promise<Client> | undefined
  const client = () => (opened ??= openClient(allowed))
  await proveGuard()
  return {
    fetch: async (url, init = {}) => {
      const mine = isOwn(url)
      const fault = mine ? null : faultOf(new URL(url), allowed)
      if (fault !== null) throw refused(fault)
      const deadline = AbortSignal.timeout(timeoutMs)
      const signal = init.signal ? AbortSignal.any([init.signal, deadline]) : deadline
      const { agent, ownAgent, fetch } = await client()
      return asSpan(url, init, () =>
        fetch(url, {
          ...init,
          headers: { ...init.headers, ...uncompressed },
          signal,
          redirect: 'manual',
          dispatcher: mine ? ownAgent : agent,
        }),
      )
    },
    check: async (url) => (isOwn(url) ? { outcome: 'fine' } : prospectOf(url, allowed)),
    close: async () => {
      const client = await opened
      await client?.agent.destroy()
      await client?.ownAgent.destroy()
    },
  }
}

/**
 * A call is a span of what it is made for. Of the address only the server is told: path and query may hold what others keep
 * secret. No trace is offered to it (W3C Trace Context, section 6): it is somebody else's.
 */
async function asSpan(
  url: string,
  { method = 'GET' }: OutboundRequest,
  call: () => Promise<Response>,
): Promise<Response> {
  const span = currentSpan()
  if (!span) return call()
  const { protocol, hostname, port } = new URL(url)
  const part = span.begin({
    kind: 'client',
    name: method,
    attributes: {
      'http.request.method': method,
      'server.address': hostname,
      'server.port': Number(port || (protocol === 'https:' ? 443 : 80)),
      'url.scheme': protocol.replace(':', ''),
    },
  })
  try {
    const reply = await call()
    const { status } = reply
    part?.end({
      attributes: { 'http.response.status_code': status },
      failed: status >= 400 ? String(status) : undefined,
    })
    return reply
  } catch (error) {
    const { cause } = Object(error) as { cause?: unknown } // undici says "fetch failed" and why in the cause
    part?.end({ failed: errorType(cause ?? error) })
    throw error
  }
}

/** The cap on size counts what comes over the wire: nothing may unpack to more. */
const uncompressed = { 'accept-encoding': 'identity' }

interface Client {
  agent: Agent
  /** Looks names up without a guard: for `own` alone. */
  ownAgent: Agent
  fetch(url: string, init: RequestInit): Promise<Response>
}

/** Loaded at the first call: a tenth of the program, which most processes on a developer's machine never need. */
async function openClient(allowed: Allowed): Promise<Client> {
  const { Agent, fetch } = await import('undici')
  const caps = {
    ...{ headersTimeout: timeoutMs, bodyTimeout: timeoutMs },
    ...{ maxResponseSize: maxBytes, connections: 16 },
  }
  const agent = new Agent({ connect: { lookup: guardedLookup(allowed), timeout: timeoutMs }, ...caps })
  const ownAgent = new Agent({ connect: { timeout: timeoutMs }, ...caps })
  return { agent, ownAgent, fetch }
}

/** What is wrong with a URL before anything is resolved; null when nothing is. */
function faultOf(url: URL, allowed: Allowed): string | null {
  const host = hostOf(url)
  if (url.username !== '' || url.password !== '') return 'credentials in the URL'
  if (!allowed.host(host) && !allowed.address(host)) return faultOfForeign(url, host)
  return /^https?:$/.test(url.protocol) ? null : 'another scheme than https'
}

const hostOf = ({ hostname }: URL): string => hostname.replace(/^\[|\]$/g, '')

/** An address given as such never reaches the lookup. */
const isAddress = (host: string): boolean => /^[\d.]+$|:/.test(host)

/** What OUTBOUND_ALLOW does not name must be on the public internet, on the ordinary port. */
function faultOfForeign({ protocol, port }: URL, host: string): string | null {
  if (protocol !== 'https:') return 'another scheme than https'
  if (port !== '') return 'another port than 443'
  return isAddress(host) && !isPublicAddress(host) ? 'an address with a special use' : null
}

/** Names that only a machine or a network of its own knows (RFC 6761, RFC 6762, RFC 8375; `internal` by ICANN, 2024). */
const isLocalName = (host: string): boolean =>
  /^[^.]*\.?$|(^|\.)(localhost|local|internal|home\.arpa|onion)\.?$/.test(host)

const notPublic: Prospect = { outcome: 'refused', reason: 'a name that is not of the public internet' }

async function prospectOf(text: string, allowed: Allowed): Promise<Prospect> {
  const url = URL.parse(text)
  if (!url) return { outcome: 'refused', reason: 'no URL' }
  const fault = faultOf(url, allowed)
  if (fault !== null) return { outcome: 'refused', reason: fault }
  const host = hostOf(url)
  if (isAddress(host)) return { outcome: 'fine' }
  const addresses = await withinTimeout(lookUp(host))
  if (addresses.length === 0) return isLocalName(host) ? notPublic : { outcome: 'unresolved' }
  return mayReach(host, addresses, allowed) ? { outcome: 'fine' } : { outcome: 'refused', reason: specialUse }
}

/** Every address of a name; none when it does not resolve. */
const lookUp = (host: string): Promise<Resolved[]> => resolveName(host, { all: true }).catch(() => [])

const withinTimeout = (found: Promise<Resolved[]>): Promise<Resolved[]> =>
  Promise.race([found, wait(timeoutMs, [], { ref: false })])

const specialUse = 'the name resolves to an address with a special use'

const refused = (what: string): Error => new Error(`outbound call refused: ${what}`)

function guardedLookup(allowed: Allowed): LookupFunction {
  return (hostname, options, callback) => {
    resolveGuarded(hostname, allowed).then(
      (addresses) => {
        const [first] = addresses
        if (options.all) callback(null, addresses)
        else callback(null, first.address, first.family)
      },
      (error: unknown) => {
        callback(error instanceof Error ? error : refused('the name does not resolve'), '', 0)
      },
    )
  }
}

interface Resolved {
  address: string
  family: number
}

async function resolveGuarded(hostname: string, allowed: Allowed): Promise<[Resolved, ...Resolved[]]> {
  const [first, ...others] = await resolveName(hostname, { all: true })
  if (!first) throw refused('the name does not resolve')
  const addresses: [Resolved, ...Resolved[]] = [first, ...others]
  if (!mayReach(hostname, addresses, allowed)) throw refused(specialUse)
  return addresses
}

function mayReach(hostname: string, addresses: readonly Resolved[], allowed: Allowed): boolean {
  if (allowed.host(hostname)) return true
  return addresses.every(({ address }) => isPublicAddress(address) || allowed.address(address))
}

/** The guard must refuse what resolves to loopback on every machine; a build that does not is not started. */
async function proveGuard(): Promise<void> {
  const nothing = parseAllowed([])
  const passed = await resolveGuarded('localhost', nothing).then(
    () => true,
    () => false,
  )
  if (passed || isPublicAddress('127.0.0.1') || isPublicAddress('::ffff:127.0.0.1')) {
    throw startupError(
      'The guard of outbound calls does not work on this runtime; use the runtime named in package.json.',
    )
  }
}
