import { createPrivateKey, type KeyObject } from 'node:crypto'
import type { z } from 'zod'

import type { App } from '../../../platform/app.ts'
import type { FieldProblem } from '../../../platform/errors.ts'
import { type Connector, type Place } from '../connectors/connector.ts'
import { type ConnectorName, connectorNamed } from '../connectors/connectors.ts'
import { errors } from '../errors.ts'
import { isOurs } from './issuers.ts'

type Machinery = Pick<App, 'config' | 'outbound'>

/** A provider as far as others have to agree with it. */
export interface Candidate {
  connector: ConnectorName
  options: Record<string, unknown>
  /** Absent: the one that is there stays. */
  secret?: string | undefined
}

/** What a sound provider comes to. */
export interface Checked {
  issuer: string
  /** For the administrator: no fault, and may become one. */
  notes: string[]
}

/**
 * Checks what a provider is to be made of, by the connector's own schema, and the addresses in it by the rules of the
 * guarded client: an address that may not be called is not even kept (OWASP Server-Side Request Forgery Prevention).
 *
 * @throws provider_options_invalid (422): `fields` say what.
 */
export async function checkProvider(app: Machinery, given: Candidate): Promise<Checked> {
  const connector = connectorNamed(given.connector)
  const options = optionsOf(connector, given.options)
  const secretFault = given.secret === undefined ? null : faultOfSecret(connector, given.secret)
  if (secretFault !== null) throw invalid([{ field: 'secret', detail: secretFault }])

  const issuer = connector.issuer(options)
  if (isOurs(issuer, app.config.issuer))
    throw invalid([{ field: 'options.issuer', detail: 'is an issuer of this service itself' }])
  return { issuer, notes: await checkAddresses(app, options) }
}

/** @throws provider_options_invalid (422) with every field that is wrong */
export const invalid = (fields: readonly FieldProblem[]): Error =>
  errors.provider_options_invalid({
    detail: fields.map(({ field, detail }) => `${field} ${detail}`.trim()).join('; '),
    fields,
  })

/** @throws provider_options_invalid (422) with every field that is wrong */
export function readInput<Schema extends z.ZodType>(schema: Schema, given: unknown): z.output<Schema> {
  const parsed = schema.safeParse(given)
  if (!parsed.success) throw invalid(fieldsOf(parsed.error, []))
  return parsed.data
}

/** The options as they hold, with what the connector adds. */
function optionsOf(connector: Connector, given: Record<string, unknown>): Record<string, unknown> {
  const parsed = connector.options.safeParse(given)
  if (!parsed.success) throw invalid(fieldsOf(parsed.error, ['options']))
  return parsed.data as Record<string, unknown> // every connector's options are an object
}

/** At most this many faults are told: whoever makes more gains nothing from the rest. */
const mostFaults = 20

function fieldsOf({ issues }: z.ZodError, within: readonly string[]): FieldProblem[] {
  const found = issues.flatMap((issue) => {
    const at = (...more: PropertyKey[]) => [...within, ...more].map(String).join('.').slice(0, 200)
    if (issue.code !== 'unrecognized_keys') return [{ field: at(...issue.path), detail: issue.message }]
    return issue.keys.map((key) => ({ field: at(...issue.path, key), detail: 'is not known here' }))
  })
  return found.slice(0, mostFaults)
}

/** What is wrong with the form of a secret; never the secret itself. */
function faultOfSecret({ authentication }: Connector, secret: string): string | null {
  if (authentication === 'apple-jwt') return faultOfPrivateKey(secret)
  return /^[\x20-\x7e]+$/.test(secret) ? null : 'holds a character that no client secret has' // RFC 6749, appendix A.2
}

/** Apple wants ES256, and its file is PKCS #8 (Sign in with Apple, Creating a client secret). */
function faultOfPrivateKey(pem: string): string | null {
  const fault = 'must be the private key file (.p8) as Apple gave it: PKCS #8 in PEM, EC P-256'
  if (!/^-----BEGIN PRIVATE KEY-----\r?\n[\s\S]+-----END PRIVATE KEY-----\s*$/.test(pem)) return fault
  const key = readKey(pem)
  return key?.asymmetricKeyType === 'ec' && key.asymmetricKeyDetails?.namedCurve === 'prime256v1'
    ? null
    : fault
}

function readKey(pem: string): KeyObject | null {
  try {
    return createPrivateKey({ key: pem, format: 'pem' })
  } catch {
    return null
  }
}

/** @throws provider_options_invalid (422): an address that the guarded client would not call. */
async function checkAddresses(
  { outbound }: Pick<App, 'outbound'>,
  options: Record<string, unknown>,
): Promise<string[]> {
  const judged = await Promise.all(
    addressesIn(options).map(async ({ field, url }) => ({ field, prospect: await outbound.check(url) })),
  )
  const refused = judged.flatMap(({ field, prospect }) =>
    prospect.outcome === 'refused' ? [{ field, detail: `is refused: ${prospect.reason}` }] : [],
  )
  if (refused.length > 0) throw invalid(refused)
  return judged.flatMap(({ field, prospect }) =>
    prospect.outcome === 'unresolved' ? [`The name in ${field} does not resolve here.`] : [],
  )
}

const addressesIn = (options: Record<string, unknown>): { field: string; url: string }[] =>
  Object.entries(options).flatMap(([name, value]) =>
    typeof value === 'string' && /^https?:/i.test(value) ? [{ field: `options.${name}`, url: value }] : [],
  )

/** Where a provider of these options is; null where they do not fit any more (they came from another release). */
export function placeOf(
  name: ConnectorName,
  given: Record<string, unknown>,
): { place: Place; issuer: string } | null {
  const connector = connectorNamed(name)
  const parsed = connector.options.safeParse(given)
  return parsed.success
    ? { place: connector.place(parsed.data), issuer: connector.issuer(parsed.data) }
    : null
}
