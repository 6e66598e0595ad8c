import { createRemoteJWKSet } from 'jose'

import { type Service, startService } from '../test/browser/support/start-service.ts'
import { must } from './check.ts'

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
  discovery: Readonly<Record<string, unknown>>
  jwks: ReturnType<typeof createRemoteJWKSet>
  person: Person
  /** Registers a client as anybody may (RFC 7591). */
  register(metadata?: Record<string, unknown>): Promise<Registered>
  endpoint(name: string): string
  command: Service['command']
  stop(): Promise<void>
}

/** Where browsers are sent back to; nobody listens there. */
export const callback = 'https://client.test.example/callback'
export const otherCallback = 'https://client.test.example/other'

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

export async function openSuite(): Promise<Suite> {
  const service = await startService({
    TRUST_PROXY: '127.0.0.0/8,::1',
    OUTBOUND_ALLOW: '127.0.0.0/8,localhost',
  })
  const { origin: issuer } = service
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
    ...{ issuer, discovery, endpoint, person, command: service.command, stop: service.stop },
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
