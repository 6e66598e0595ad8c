import { createHash, generateKeyPairSync, type KeyObject, randomBytes, sign } from 'node:crypto'

/** A device that makes passkeys and signs with them, as browsers hand it over; and lies where a test asks it to. */
export interface Authenticator {
  /** What `navigator.credentials.create()` would give, as JSON. */
  create(options: unknown, lies?: Lies): Registration
  /** What `navigator.credentials.get()` would give, by the passkey it made last. */
  get(options: unknown, lies?: Lies): Assertion
  /** The same device once more, as it is now: what a thief has who copied it. */
  copy(): Authenticator
}

export interface Lies {
  origin?: string
  rpId?: string
  challenge?: string
  type?: string
  crossOrigin?: boolean
  userPresent?: boolean
  userVerified?: boolean
  algorithm?: Algorithm
  /** Says that it attests, and does not; or attests itself, which vouches for nothing. */
  attestation?: 'forged' | 'self'
  /** The kind that it says it is. */
  aaguid?: Buffer
  /** What is signed is not what is sent. */
  tampered?: boolean
  userHandle?: string | null
  credentialId?: Buffer
  counter?: number
  synced?: boolean
}

export interface Registration {
  id: string
  rawId: string
  type: string
  clientExtensionResults: object
  response: { clientDataJSON: string; attestationObject: string; transports: string[] }
}

export interface Assertion {
  id: string
  rawId: string
  type: string
  clientExtensionResults: object
  response: {
    clientDataJSON: string
    authenticatorData: string
    signature: string
    userHandle: string | null
  }
}

export type Algorithm = 'ES256' | 'EdDSA' | 'RS256' | 'ES384'

interface Held {
  id: Buffer
  rpId: string
  userHandle: string
  algorithm: Algorithm
  privateKey: KeyObject
  synced: boolean
}

interface State {
  held: Held | null
  counter: number
}

export interface DeviceOptions {
  /** Where the browser is. */
  origin: string
  /** Its keys are on other devices too; such keys count nothing. */
  synced?: boolean
  /** Without a way to verify its owner, or a list of whom it has keys for: a security key. */
  plain?: boolean
  /** What its maker gave it to vouch for itself with: certificates, its own first. */
  maker?: { aaguid: Buffer; chain: readonly Buffer[]; privateKey: KeyObject }
}

export function openAuthenticator(options: DeviceOptions): Authenticator {
  return device(options, { held: null, counter: 0 })
}

function device(options: DeviceOptions, state: State): Authenticator {
  const { origin } = options
  return {
    create(asked, lies = {}) {
      const { rp, user, challenge } = asked as {
        rp: { id: string }
        user: { id: string }
        challenge: string
      }
      const algorithm = lies.algorithm ?? 'ES256'
      const { publicKey, privateKey } = makeKeys(algorithm)
      const synced = options.synced === true
      const id = lies.credentialId ?? randomBytes(32)
      state.held = { id, rpId: rp.id, userHandle: user.id, algorithm, privateKey, synced }
      lies = withHabits(options, lies)
      const clientData = clientDataOf('webauthn.create', challenge, origin, lies)
      const authData = Buffer.concat([
        headOf(state.held, state, lies, 0x40),
        lies.aaguid ?? options.maker?.aaguid ?? Buffer.alloc(16),
        Buffer.from([id.length >> 8, id.length & 255]),
        id,
        cbor(coseKey(algorithm, publicKey)),
      ])
      const signed = Buffer.concat([authData, createHash('sha256').update(clientData).digest()])
      const { fmt, statement } = attest(signed, { options, lies, privateKey })
      const attestation = new Map<string, Cbor>([
        ['fmt', fmt],
        ['attStmt', statement],
        ['authData', authData],
      ])
      return {
        ...named(id),
        response: {
          clientDataJSON: clientData.toString('base64url'),
          attestationObject: cbor(attestation).toString('base64url'),
          transports: options.plain === true ? ['usb', 'nfc'] : ['internal', 'hybrid'],
        },
      }
    },
    get(asked, lies = {}) {
      const { challenge } = asked as { challenge: string }
      const { held } = state
      lies = withHabits(options, lies)
      if (!held) throw new Error('this device holds no passkey')
      if (!held.synced) state.counter += 1
      const clientData = clientDataOf('webauthn.get', challenge, origin, lies)
      const authData = headOf(held, state, lies, 0)
      const hash = createHash('sha256').update(clientData).digest()
      const signed = Buffer.concat([lies.tampered ? randomBytes(authData.length) : authData, hash])
      const digest = held.algorithm === 'EdDSA' ? null : 'sha256'
      return {
        ...named(lies.credentialId ?? held.id),
        response: {
          clientDataJSON: clientData.toString('base64url'),
          authenticatorData: authData.toString('base64url'),
          signature: sign(digest, signed, held.privateKey).toString('base64url'),
          userHandle: lies.userHandle === undefined ? held.userHandle : lies.userHandle,
        },
      }
    },
    copy: () => device(options, { ...state }),
  }
}

/** A security key verifies nobody, and does not know whom its keys are for; unless it lies about that. */
const withHabits = ({ plain }: DeviceOptions, lies: Lies): Lies =>
  plain === true ? { userVerified: false, userHandle: null, ...lies } : lies

/** What is said of where a key comes from: nothing, or what a `packed` statement says (section 8.2). */
function attest(
  signed: Buffer,
  { options: { maker }, lies, privateKey }: { options: DeviceOptions; lies: Lies; privateKey: KeyObject },
): { fmt: string; statement: Map<string, Cbor> } {
  if (!maker && lies.attestation === undefined) return { fmt: 'none', statement: new Map() }
  const isForged = lies.attestation === 'forged'
  const key = lies.attestation === 'self' ? privateKey : (maker?.privateKey ?? privateKey)
  const statement = new Map<string, Cbor>([
    ['alg', -7],
    ['sig', isForged ? randomBytes(70) : sign('sha256', signed, key)],
  ])
  if (maker && lies.attestation !== 'self') statement.set('x5c', [...maker.chain])
  return { fmt: 'packed', statement }
}

const named = (id: Buffer) => ({
  id: id.toString('base64url'),
  rawId: id.toString('base64url'),
  type: 'public-key',
  clientExtensionResults: {},
})

const clientDataOf = (type: string, challenge: string, origin: string, lies: Lies): Buffer =>
  Buffer.from(
    JSON.stringify({
      type: lies.type ?? type,
      challenge: lies.challenge ?? challenge,
      origin: lies.origin ?? origin,
      crossOrigin: lies.crossOrigin ?? false,
    }),
  )

/** Authenticator data up to the counter (Web Authentication Level 3, section 6.1). */
function headOf({ rpId, synced }: Held, { counter }: State, lies: Lies, more: number): Buffer {
  const flags =
    more |
    (lies.userPresent === false ? 0 : 0x01) |
    (lies.userVerified === false ? 0 : 0x04) |
    ((lies.synced ?? synced) ? 0x18 : 0)
  const counted = Buffer.alloc(4)
  counted.writeUInt32BE(lies.counter ?? counter)
  const host = createHash('sha256')
    .update(lies.rpId ?? rpId)
    .digest()
  return Buffer.concat([host, Buffer.from([flags]), counted])
}

function makeKeys(algorithm: Algorithm): { publicKey: KeyObject; privateKey: KeyObject } {
  switch (algorithm) {
    case 'ES256':
      return generateKeyPairSync('ec', { namedCurve: 'P-256' })
    case 'ES384':
      return generateKeyPairSync('ec', { namedCurve: 'P-384' })
    case 'EdDSA':
      return generateKeyPairSync('ed25519')
    case 'RS256':
      return generateKeyPairSync('rsa', { modulusLength: 2048 })
  }
}

interface KeyShape {
  type: number
  alg: number
  curve?: number
  parts: readonly ('x' | 'y' | 'n' | 'e')[]
}

const shapes: Record<Algorithm, KeyShape> = {
  ES256: { type: 2, alg: -7, curve: 1, parts: ['x', 'y'] },
  ES384: { type: 2, alg: -35, curve: 2, parts: ['x', 'y'] },
  EdDSA: { type: 1, alg: -8, curve: 6, parts: ['x'] },
  RS256: { type: 3, alg: -257, parts: ['n', 'e'] },
}

/** RFC 9053, section 7; RFC 8230, section 4. */
function coseKey(algorithm: Algorithm, key: KeyObject): Map<number, Cbor> {
  const { type, alg, curve, parts } = shapes[algorithm]
  const jwk = key.export({ format: 'jwk' })
  const values: Cbor[] = parts.map((name) => Buffer.from(jwk[name] ?? '', 'base64url'))
  const rest = curve === undefined ? values : [curve, ...values]
  return new Map<number, Cbor>([
    [1, type],
    [3, alg],
    ...rest.map((value, index): [number, Cbor] => [-1 - index, value]),
  ])
}

type Cbor = number | string | Buffer | Buffer[] | Map<number, Cbor> | Map<string, Cbor>

/** As much of RFC 8949 as authenticators need. */
function cbor(value: Cbor): Buffer {
  if (typeof value === 'number') return value >= 0 ? head(0, value) : head(1, -1 - value)
  if (typeof value === 'string') return Buffer.concat([head(3, Buffer.byteLength(value)), Buffer.from(value)])
  if (Buffer.isBuffer(value)) return Buffer.concat([head(2, value.length), value])
  if (Array.isArray(value)) return Buffer.concat([head(4, value.length), ...value.map(cbor)])
  const entries = [...value.entries()].flatMap(([key, member]) => [cbor(key), cbor(member)])
  return Buffer.concat([head(5, value.size), ...entries])
}

/** The type and the length or value of an item (RFC 8949, section 3). */
function head(major: number, count: number): Buffer {
  const type = major << 5
  if (count < 24) return Buffer.from([type | count])
  if (count < 256) return Buffer.from([type | 24, count])
  return Buffer.from([type | 25, count >> 8, count & 255])
}
