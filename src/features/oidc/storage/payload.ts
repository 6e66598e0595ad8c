import type { Ids } from './ids.ts'
import type { ModelName } from './models.ts'

/** What the provider hands over to be stored: plain JSON. */
export type Payload = Record<string, unknown>

/** Stands in a stored URL where the id was. */
const placeholder = '{id}'

/** References to other rows by their bearer values, per model. */
const references: Partial<Record<ModelName, readonly string[]>> = { Interaction: ['deviceCode', 'parJti'] }

/**
 * Takes every bearer value out of a payload: its own id, the id inside the URL that leads back to it, the session's
 * cookie (which the provider stores but never reads), and references to other rows.
 */
export function strip(model: ModelName, id: string, payload: Payload, ids: Ids): Payload {
  const stored: Payload = { ...payload, jti: undefined, consumed: undefined }
  if (typeof stored.returnTo === 'string') stored.returnTo = stored.returnTo.replace(id, placeholder)
  if (model === 'BackchannelAuthenticationRequest') delete stored.params // among them a bearer token; nothing reads them
  if (isRecord(stored.session)) stored.session = { ...stored.session, cookie: undefined }
  for (const name of references[model] ?? []) {
    const value = stored[name]
    if (typeof value === 'string') stored[name] = ids.toKey(value).toString('hex')
  }
  return stored
}

/** Puts back what `strip` took out, from the id that the row was found by. */
export function restore(model: ModelName, id: string, stored: Payload, ids: Ids): Payload {
  const payload: Payload = { ...stored, jti: id }
  if (typeof payload.returnTo === 'string') payload.returnTo = payload.returnTo.replace(placeholder, id)
  for (const name of references[model] ?? []) {
    const value = payload[name]
    if (typeof value === 'string') payload[name] = ids.handleOf(Buffer.from(value, 'hex'))
  }
  return payload
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null
