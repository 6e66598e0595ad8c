import { createPublicKey, generateKeyPairSync, type KeyObject, randomBytes, sign } from 'node:crypto'

/** A certificate and the key that it names. */
export interface Certified {
  der: Buffer
  pem: string
  privateKey: KeyObject
  subject: Buffer
}

interface CertificateOptions {
  name: string
  /** Absent: it signs itself. */
  issuer?: Certified
  /** Whether it may sign others. */
  ca?: boolean
  /** The kind of authenticator it vouches for (id-fido-gen-ce-aaguid). */
  aaguid?: Buffer
  expired?: boolean
  /** Further names (RFC 5280, section 4.2.1.6); addresses as bytes. */
  alternatives?: { dns?: string[]; uri?: string[]; email?: string[]; ip?: Buffer[] }
}

/** An ES256 certificate as makers of authenticators use them (Web Authentication Level 3, section 8.2.1). */
export function makeCertificate({
  name,
  issuer,
  ca = false,
  aaguid,
  expired,
  alternatives,
}: CertificateOptions): Certified {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const subject = nameOf(name)
  const until = expired === true ? '20200101000000Z' : '20490101000000Z'
  const body = sequence(
    tagged(0, integer(Buffer.from([2]))),
    integer(Buffer.concat([Buffer.from([1]), randomBytes(8)])),
    ecdsaWithSha256,
    issuer?.subject ?? subject,
    sequence(time('20190101000000Z'), time(until)),
    subject,
    createPublicKey(publicKey.export({ format: 'pem', type: 'spki' })).export({
      format: 'der',
      type: 'spki',
    }),
    tagged(3, sequence(...extensionsOf({ ca, aaguid, alternatives }))),
  )
  const signature = sign('sha256', body, issuer?.privateKey ?? privateKey)
  const der = sequence(body, ecdsaWithSha256, item(0x03, Buffer.concat([Buffer.from([0]), signature])))
  const lines = der.toString('base64').match(/.{1,64}/g) ?? []
  const pem = ['-----BEGIN CERTIFICATE-----', ...lines, '-----END CERTIFICATE-----', ''].join('\n')
  return { der, pem, privateKey, subject }
}

function extensionsOf({
  ca,
  aaguid,
  alternatives,
}: Record<'ca', boolean> & {
  [Name in 'aaguid' | 'alternatives']: CertificateOptions[Name] | undefined
}): Buffer[] {
  return [
    sequence(oid('551d13'), boolean(true), octets(ca ? sequence(boolean(true)) : sequence())),
    ...(alternatives ? [sequence(oid('551d11'), octets(namesOf(alternatives)))] : []),
    ...(aaguid ? [sequence(oid('2b0601040182e51c010104'), octets(octets(aaguid)))] : []),
  ]
}

function namesOf({
  dns = [],
  uri = [],
  email = [],
  ip = [],
}: NonNullable<CertificateOptions['alternatives']>): Buffer {
  return sequence(
    ...email.map((name) => item(0x81, Buffer.from(name))),
    ...dns.map((name) => item(0x82, Buffer.from(name))),
    ...uri.map((name) => item(0x86, Buffer.from(name))),
    ...ip.map((address) => item(0x87, address)),
  )
}

/** Tag, length and value (X.690, section 8.1). */
function item(tag: number, ...parts: Buffer[]): Buffer {
  const value = Buffer.concat(parts)
  const { length } = value
  if (length < 128) return Buffer.concat([Buffer.from([tag, length]), value])
  if (length < 256) return Buffer.concat([Buffer.from([tag, 0x81, length]), value])
  return Buffer.concat([Buffer.from([tag, 0x82, length >> 8, length & 255]), value])
}

const sequence = (...parts: Buffer[]): Buffer => item(0x30, ...parts)
const octets = (value: Buffer): Buffer => item(0x04, value)
const integer = (value: Buffer): Buffer => item(0x02, value)
const oid = (hex: string): Buffer => item(0x06, Buffer.from(hex, 'hex'))
const boolean = (value: boolean): Buffer => item(0x01, Buffer.from([value ? 0xff : 0]))
const tagged = (number: number, value: Buffer): Buffer => item(0xa0 | number, value)
const text = (value: string): Buffer => item(0x0c, Buffer.from(value))
const time = (value: string): Buffer => item(0x18, Buffer.from(value))

const ecdsaWithSha256 = sequence(oid('2a8648ce3d040302'))

/** The subject that section 8.2.1 demands of a packed statement's certificate, under this common name. */
const nameOf = (name: string): Buffer =>
  sequence(
    item(0x31, sequence(oid('550406'), item(0x13, Buffer.from('DE')))),
    item(0x31, sequence(oid('55040a'), text('Harbour Keys'))),
    item(0x31, sequence(oid('55040b'), text('Authenticator Attestation'))),
    item(0x31, sequence(oid('550403'), text(name))),
  )
