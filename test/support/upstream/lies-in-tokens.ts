import { decodeJwt, decodeProtectedHeader, type JWTPayload, SignJWT } from 'jose'

import type { Lie } from './contract.ts'
import { sign } from './keys.ts'
import type { State } from './state.ts'

type Claims = Record<string, unknown>

const hourSeconds = 3600

/** Tenants of Microsoft. */
const personal = '9188040d-6c67-4c5b-b112-36a304b66dad'
const organization = '0d2a6053-e113-42e7-9169-f5cbed7a941f'

/** Lies that are claims; null takes the claim out. All but the first group hold for the answers of userinfo too. */
const claimLies: Partial<Record<Lie, (claims: Claims, subject: string) => Claims>> = {
  'wrong-issuer': () => ({ iss: 'https://another-issuer.example.com' }),
  'wrong-audience': () => ({ aud: 'another-client' }),
  'wrong-nonce': () => ({ nonce: 'a nonce that nobody sent' }),
  'no-nonce': () => ({ nonce: undefined }),
  expired: ({ iat }) => ({ iat: Number(iat) - 2 * hourSeconds, exp: Number(iat) - hourSeconds }),
  'stale-auth-time': ({ auth_time, iat }) => ({ auth_time: Number(auth_time ?? iat) - 300 }),
  'no-auth-time': () => ({ auth_time: undefined }),
  'other-tenant': ({ iss, tid }) => {
    const other = tid === personal ? organization : personal
    return { tid: other, iss: String(iss).replace(String(tid), other) }
  },
  'tenant-of-another-issuer': () => ({ tid: organization }),
  'no-tenant': () => ({ tid: undefined }),
  'no-sub': (_claims, subject) => ({ [subject]: undefined }),
  'null-sub': (_claims, subject) => ({ [subject]: null }),
  'empty-sub': (_claims, subject) => ({ [subject]: '' }),
  'number-sub': (_claims, subject) => ({ [subject]: 12345 }),
  'literal-null-sub': (_claims, subject) => ({ [subject]: 'null' }),
  'long-sub': (_claims, subject) => ({ [subject]: 'x'.repeat(10 * 1024) }),
  'unverified-email': (claims) => ('email' in claims ? { email_verified: false, xms_edov: undefined } : {}),
  'no-email': () => ({ email: undefined, email_verified: undefined, xms_edov: undefined }),
}

const aboutPersons: readonly Lie[] = [
  'no-sub',
  'null-sub',
  'empty-sub',
  'number-sub',
  'literal-null-sub',
  'long-sub',
  'unverified-email',
  'no-email',
]

/** The claims about a person as the provider would have them believed; `subject` is the member that names the person. */
export function bendPerson(state: State, claims: Claims, subject = 'sub'): Claims {
  const lie = state.lying?.lie
  if (lie === undefined || !aboutPersons.includes(lie)) return claims
  return { ...claims, ...claimLies[lie]?.(claims, subject) }
}

/** Signs the lies about the signature; all others get the provider's own. */
const signatures: Partial<Record<Lie, (state: State, payload: JWTPayload, typ: string) => Promise<string>>> =
  {
    'bad-signature': ({ keys }, payload, typ) =>
      new SignJWT(payload).setProtectedHeader({ alg: 'RS256', kid: keys.id, typ }).sign(keys.foreign),
    unsigned: async (_state, payload, typ) => `${encode({ alg: 'none', typ })}.${encode(payload)}.`,
    'hs256-with-public-key': ({ keys }, payload, typ) =>
      new SignJWT(payload)
        .setProtectedHeader({ alg: 'HS256', kid: keys.id, typ })
        .sign(Buffer.from(keys.publicKey.export({ type: 'spki', format: 'pem' }))),
  }

const encode = (part: object): string => Buffer.from(JSON.stringify(part)).toString('base64url')

/** An honest token, signed again as the lie of the moment has it. */
export async function bendToken(state: State, token: string): Promise<string> {
  const lie = state.lying?.lie
  if (lie === undefined) return token
  const { typ = 'JWT' } = decodeProtectedHeader(token)
  const claims = decodeJwt(token)
  const payload = { ...claims, ...claimLies[lie]?.(claims, 'sub') }
  const resign = signatures[lie]
  return resign ? resign(state, payload, typ) : sign(state.keys, payload, typ)
}
