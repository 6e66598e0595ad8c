/** Hashes of other systems: how they are written, what they cost, and the one form of each that is stored. */

export type Algorithm = 'bcrypt' | 'argon2' | 'scrypt' | 'pbkdf2'

export interface ForeignHash {
  algorithm: Algorithm
  /** As it is stored: beginning with `$`, its parameters in it. */
  text: string
  /** Whether verifying it costs no more than `limits` allow. */
  affordable: boolean
}

/**
 * What verifying may cost: about a second of one core, and 128 MiB. A file of hashes beyond that would make every sign-in an
 * attack on the service.
 */
const limits = {
  bcryptCost: 13,
  argon2: { memoryKiB: 131_072, passes: 16, lanes: 16, memoryPasses: 524_288 },
  scrypt: { bytes: 128 * 1024 * 1024, lanes: 8, work: 16 * 1024 * 1024 },
  pbkdf2Rounds: 2_500_000,
}

/** Longest text that is looked at. */
const longest = 1_000

/** Null for what is no hash of a form known here. */
export function readForeignHash(text: string): ForeignHash | null {
  if (text.length > longest) return null
  for (const read of [bcrypt, argon2, scrypt, pbkdf2, django, keycloak]) {
    const hash = read(text.trim())
    if (hash) return hash
  }
  return null
}

/** `$2a$`, `$2b$` and `$2y$` are one algorithm; what once told them apart were mistakes of single libraries. */
function bcrypt(text: string): ForeignHash | null {
  const [, cost = ''] = /^\$2[aby]\$(\d\d)\$[./A-Za-z0-9]{53}$/.exec(text) ?? []
  if (cost === '' || Number(cost) < 4 || Number(cost) > 31) return null
  return {
    algorithm: 'bcrypt',
    text: text.replace(/^\$2[ay]/, '$2b'),
    affordable: Number(cost) <= limits.bcryptCost,
  }
}

/** PHC strings (RFC 9106, section 3.1, says what the parameters are). */
function argon2(text: string): ForeignHash | null {
  const [, m, t, p] =
    /^\$argon2(?:i|id|d)\$v=(?:16|19)\$m=(\d{1,8}),t=(\d{1,6}),p=(\d{1,6})\$[A-Za-z0-9+/]{11,128}\$[A-Za-z0-9+/]{16,128}$/.exec(
      text,
    ) ?? []
  if (m === undefined) return null
  const [memory, passes, lanes] = [Number(m), Number(t), Number(p)]
  const { memoryKiB, passes: most, lanes: mostLanes, memoryPasses } = limits.argon2
  const affordable =
    memory <= memoryKiB && passes <= most && lanes <= mostLanes && memory * passes <= memoryPasses
  return { algorithm: 'argon2', text, affordable: affordable && passes > 0 && lanes > 0 }
}

/** As passlib and PHC write it: `ln` is the logarithm of N (RFC 7914, section 2). */
function scrypt(text: string): ForeignHash | null {
  const [, ln, r, p] =
    /^\$scrypt\$ln=(\d{1,2}),r=(\d{1,3}),p=(\d{1,3})\$[A-Za-z0-9+/]{1,172}\$[A-Za-z0-9+/]{22,172}$/.exec(
      text,
    ) ?? []
  if (ln === undefined || Number(ln) < 1 || Number(r) < 1 || Number(p) < 1) return null
  const [n, block, lanes] = [2 ** Number(ln), Number(r), Number(p)]
  const { bytes, lanes: most, work } = limits.scrypt
  return {
    algorithm: 'scrypt',
    text,
    affordable: 128 * n * block <= bytes && lanes <= most && n * block * lanes <= work / 8,
  }
}

const digestBytes: Record<string, number | undefined> = { sha1: 20, sha256: 32, sha512: 64 }

interface Pbkdf2 {
  digest: string
  rounds: number
  salt: Buffer
  hash: Buffer
}

/** One block of output costs all rounds (RFC 8018, section 5.2). */
function pbkdf2Of({ digest, rounds, salt, hash }: Pbkdf2): ForeignHash | null {
  const block = digestBytes[digest]
  if (block === undefined || rounds < 1 || salt.length === 0 || hash.length < 16 || hash.length > 128)
    return null
  const [saltText, hashText] = [salt, hash].map((bytes) => bytes.toString('base64').replaceAll('=', ''))
  return {
    algorithm: 'pbkdf2',
    text: `$pbkdf2-${digest}$i=${rounds}$${saltText ?? ''}$${hashText ?? ''}`,
    affordable: rounds * Math.ceil(hash.length / block) <= limits.pbkdf2Rounds,
  }
}

/** passlib's form, with a dot where others write a plus; and ours. */
function pbkdf2(text: string): ForeignHash | null {
  const [, digest = 'sha1', rounds = '', salt = '', hash = ''] =
    /^\$pbkdf2(?:-(sha1|sha256|sha512))?\$(?:i=)?(\d{1,9})\$([A-Za-z0-9+/.]*)\$([A-Za-z0-9+/.]+)$/.exec(
      text,
    ) ?? []
  if (rounds === '') return null
  const bytes = (base64: string) => Buffer.from(base64.replaceAll('.', '+'), 'base64')
  return pbkdf2Of({ digest, rounds: Number(rounds), salt: bytes(salt), hash: bytes(hash) })
}

/** `pbkdf2_sha256$600000$salt$hash`, the salt as it is. */
function django(text: string): ForeignHash | null {
  const [, digest = '', rounds = '', salt = '', hash = ''] =
    /^pbkdf2_(sha1|sha256|sha512)\$(\d{1,9})\$([\x21-\x23\x25-\x7e]{1,128})\$([A-Za-z0-9+/=]+)$/.exec(text) ??
    []
  if (rounds === '') return null
  const bytes = { salt: Buffer.from(salt), hash: Buffer.from(hash, 'base64') }
  return pbkdf2Of({ digest, rounds: Number(rounds), ...bytes })
}

/**
 * Keycloak's credential as its exports hold it: an object with `secretData` and `credentialData`, each an object or JSON in a
 * text.
 */
function keycloak(text: string): ForeignHash | null {
  if (!text.startsWith('{')) return null
  const credential = objectOf(text)
  const secret = objectOf(credential?.secretData)
  const data = objectOf(credential?.credentialData)
  const digest = /^pbkdf2(?:-(sha256|sha512))?$/.exec(String(data?.algorithm))
  if (!secret || !data || !digest) return null
  const bytes = (value: unknown) => Buffer.from(typeof value === 'string' ? value : '', 'base64')
  return pbkdf2Of({
    digest: digest[1] ?? 'sha1',
    rounds: Math.trunc(Number(data.hashIterations)) || 0,
    salt: bytes(secret.salt),
    hash: bytes(secret.value),
  })
}

function objectOf(value: unknown): Readonly<Record<string, unknown>> | null {
  try {
    const parsed: unknown = typeof value === 'string' ? JSON.parse(value) : value
    return typeof parsed === 'object' && parsed !== null && !Array.isArray(parsed) ? { ...parsed } : null
  } catch {
    return null
  }
}
