import { createRemoteJWKSet } from 'jose'

import { type Service, startService } from '../test/browser/support/start-service.ts'
import { freePort } from '../test/support/free-port.ts'
import { type Authority, openAuthority } from './authority.ts'
import { must } from './check.ts'
import { callback, overHttps } from './places.ts'
import { certificateHeader, openProxy, verifiedHeader } from './proxy.ts'

export interface Person {
  email: string
  username: string
  password: string
}

/** What a client got when it was registered; members of RFC 7591, section 3.2.1. */
export interface Registered {
  client_id: string
  client_secret?: string
  registration_access_token: string
  registration_client_uri: string
  redirect_uris: string[]
  [member: string]: unknown
}

/** A freshly started server, as the checks see it. */
export interface Suite {
  issuer: string
  /** Where the server itself listens, behind the proxy if there is one. */
  inside: string
  authority: Authority
  discovery: Readonly<Record<string, unknown>>
  jwks: ReturnType<typeof createRemoteJWKSet>
  person: Person
  /** Registers a client as anybody may (RFC 7591). */
  register(metadata?: Record<string, unknown>): Promise<Registered>
  endpoint(name: string): string
  command: Service['command']
  stop(): Promise<void>
}

const person = {
  email: 'conformance@example.com',
  username: 'conformance',
  password: 'a lantern over the quiet harbour 7',
}

/** Clients may register themselves, and confidential ones need no PKCE, as the Basic profile has it. */
const settings = {
  'registration.clients': 'open',
  'registration.require_pkce': false,
} as const

/** The server, and where it is reached. */
async function openService(authority: Authority): Promise<Service & { issuer: string }> {
  const environment = { OUTBOUND_ALLOW: '127.0.0.0/8,localhost', NODE_EXTRA_CA_CERTS: authority.file }
  if (!overHttps) {
    const service = await startService({ ...environment, TRUST_PROXY: '127.0.0.0/8,::1' })
    return { ...service, issuer: service.origin }
  }
  const [port, inside] = [await freePort(), await freePort()]
  const issuer = `https://localhost:${port}`
  const service = await startService({
    ...environment,
    PORT: String(inside),
    ISSUER: issuer,
    TRUST_PROXY: '127.0.0.1,::1',
    CLIENT_CERT_HEADER: certificateHeader,
    CLIENT_CERT_VERIFIED_HEADER: verifiedHeader,
  })
  const proxy = await openProxy(authority, port, inside)
  const stop = async () => {
    await proxy.close()
    await service.stop()
  }
  return { ...service, issuer, stop }
}

export async function openSuite(): Promise<Suite> {
  const authority = openAuthority()
  const service = await openService(authority)
  const { issuer, origin: inside } = service
  const stop = async () => {
    await service.stop()
    authority.close()
  }
  for (const [key, value] of Object.entries(settings))
    service.command(['settings', 'set', key, JSON.stringify(value)])
  const { email, username, password } = person
  service.command([
    'user',
    'create',
    '--email',
    email,
    '--username',
    username,
    '--password',
    password,
    '--verified',
  ])
  const reply = await fetch(`${issuer}/.well-known/openid-configuration`)
  must(reply.status === 200, `discovery answered ${reply.status}`)
  const discovery = (await reply.json()) as Record<string, unknown> // what it should be is checked by the config profile
  const endpoint = (name: string): string => {
    const url = discovery[name]
    must(typeof url === 'string', `discovery names no ${name}`)
    return url
  }
  return {
    ...{ issuer, inside, authority, discovery, endpoint, person, command: service.command, stop },
    jwks: createRemoteJWKSet(new URL(endpoint('jwks_uri'))),
    register: (metadata) => register(endpoint('registration_endpoint'), metadata),
  }
}

let registered = 0

async function register(url: string, metadata: Record<string, unknown> = {}): Promise<Registered> {
  registered++
  const reply = await fetch(url, {
    method: 'POST',
    // Registrations of one network are counted; each of ours comes from one of its own.
    headers: {
      'content-type': 'application/json',
      'x-forwarded-for': `198.18.${registered >> 8}.${registered & 255}`,
    },
    body: JSON.stringify({
      client_name: 'Conformance',
      redirect_uris: [callback],
      grant_types: ['authorization_code', 'refresh_token'],
      ...metadata,
    }),
  })
  const body = (await reply.json()) as Registered
  must(reply.status === 201, `registration answered ${reply.status} ${JSON.stringify(body)}`)
  return body
}
