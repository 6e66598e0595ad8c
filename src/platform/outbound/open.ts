import { lookup as resolveName } from 'node:dns/promises'
import type { LookupFunction } from 'node:net'
import type { Agent, RequestInit, Response } from 'undici'

import { startupError } from '../startup-error.ts'
import { type Allowed, isPublicAddress, parseAllowed } from './addresses.ts'

/** What may be sent. */
export interface OutboundRequest {
  method?: string
  headers?: Record<string, string>
  body?: string
  signal?: AbortSignal
}

/** Calls to other people's servers, guarded: see `openOutbound`. */
export interface Outbound {
  fetch(url: string, init?: OutboundRequest): Promise<Response>
  close(): Promise<void>
}

const timeoutMs = 2_500
const maxBytes = 512 * 1024

/**
 * The guarded client (OWASP Server-Side Request Forgery Prevention). https only; the name is resolved once and every
 * address checked by the very lookup that the connection uses, so nothing can change in between; no redirects; caps on
 * time and size; credentials in URLs and other ports than 443 are refused. OUTBOUND_ALLOW lifts these for hosts and
 * networks named there, for development and services inside one's own network.
 *
 * @throws StartupError when the guard does not refuse a loopback address: then nothing may go out at all.
 */
export async function openOutbound(allow: readonly string[]): Promise<Outbound> {
  const allowed = parseAllowed(allow)
  let opened: Promise<Client> | undefined
  const client = () => (opened ??= openClient(allowed))
  await proveGuard()
  return {
    fetch: async (url, init = {}) => {
      refuseUrl(url, allowed)
      const deadline = AbortSignal.timeout(timeoutMs)
      const signal = init.signal ? AbortSignal.any([init.signal, deadline]) : deadline
      const { agent, fetch } = await client()
      return fetch(url, {
        ...init,
        headers: { ...init.headers, ...uncompressed },
        signal,
        redirect: 'manual',
        dispatcher: agent,
      })
    },
    close: async () => {
      const client = await opened
      await client?.agent.destroy()
    },
  }
}

/** The cap on size counts what comes over the wire: nothing may unpack to more. */
const uncompressed = { 'accept-encoding': 'identity' }

interface Client {
  agent: Agent
  fetch(url: string, init: RequestInit): Promise<Response>
}

/** Loaded at the first call: a tenth of the program, which most processes on a developer's machine never need. */
async function openClient(allowed: Allowed): Promise<Client> {
  const { Agent, fetch } = await import('undici')
  const agent = new Agent({
    connect: { lookup: guardedLookup(allowed), timeout: timeoutMs },
    headersTimeout: timeoutMs,
    bodyTimeout: timeoutMs,
    maxResponseSize: maxBytes,
    connections: 16,
  })
  return { agent, fetch }
}

function refuseUrl(url: string, allowed: Allowed): void {
  const parsed = new URL(url)
  const host = parsed.hostname.replace(/^\[|\]$/g, '')
  if (parsed.username !== '' || parsed.password !== '') throw refused('credentials in the URL')
  if (allowed.host(host) || allowed.address(host)) {
    if (!/^https?:$/.test(parsed.protocol)) throw refused('another scheme than https')
    return
  }
  refuseForeignUrl(parsed, host)
}

/** What OUTBOUND_ALLOW does not name must be on the public internet, on the ordinary port. */
function refuseForeignUrl({ protocol, port }: URL, host: string): void {
  if (protocol !== 'https:') throw refused('another scheme than https')
  if (port !== '') throw refused('another port than 443')
  const isAddress = /^[\d.]+$|:/.test(host) // an address given as such never reaches the lookup
  if (isAddress && !isPublicAddress(host)) throw refused('an address with a special use')
}

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
  const fine =
    allowed.host(hostname) ||
    addresses.every(({ address }) => isPublicAddress(address) || allowed.address(address))
  if (!fine) throw refused('the name resolves to an address with a special use')
  return addresses
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
