import type { z } from 'zod'

import type { App, Db } from '../../platform/app.ts'
import { violatedUnique } from '../../platform/db/index.ts'
import type { FieldProblem } from '../../platform/errors.ts'
import { errors } from './errors.ts'
import * as apis from './repository.ts'
import type { Decided } from './repository.ts'
import type { ChangeApi, NewApi } from './schema.ts'

/** @throws api_invalid (422) with every field that is wrong */
export const invalid = (fields: readonly FieldProblem[]): Error =>
  errors.api_invalid({
    detail: fields.map(({ field, detail }) => `${field} ${detail}`.trim()).join('; '),
    fields,
  })

/** At most this many faults are told: whoever makes more gains nothing from the rest. */
const mostFaults = 20

/** @throws api_invalid (422) with every field that is wrong */
export function readInput<Schema extends z.ZodType>(schema: Schema, given: unknown): z.output<Schema> {
  const parsed = schema.safeParse(given)
  if (parsed.success) return parsed.data
  throw invalid(
    parsed.error.issues
      .slice(0, mostFaults)
      .map(({ path, message }) => ({ field: path.map(String).join('.').slice(0, 200), detail: message })),
  )
}

/** What was decided, under the names of the record. */
export function decidedBy(given: NewApi): Decided {
  return {
    name: given.name,
    tokenFormat: given.token_format,
    signingAlgorithm: given.signing_algorithm,
    accessTokenSeconds: given.access_token_seconds,
    openTo: given.open_to,
    scopes: given.scopes,
    detailTypes: given.authorization_details_types,
    clients: listedIn(given.clients),
  }
}

/** The same after a change: absent stays. */
export function decidedAfter(before: Decided, change: ChangeApi): Decided {
  return {
    name: change.name ?? before.name,
    tokenFormat: change.token_format ?? before.tokenFormat,
    signingAlgorithm: change.signing_algorithm ?? before.signingAlgorithm,
    accessTokenSeconds: change.access_token_seconds ?? before.accessTokenSeconds,
    openTo: change.open_to ?? before.openTo,
    scopes: change.scopes ?? before.scopes,
    detailTypes: change.authorization_details_types ?? before.detailTypes,
    clients: change.clients ? listedIn(change.clients) : before.clients,
  }
}

const listedIn = (clients: NewApi['clients']): Decided['clients'] =>
  clients.map(({ client_id: clientId, scopes }) => ({ clientId, scopes }))

/** Our own APIs have the issuer as audience: registered, it would be two things by one name. */
export function demandForeign({ config }: Pick<App, 'config'>, identifier: string): void {
  if (identifier.replace(/\/$/, '') === config.issuer.replace(/\/$/, ''))
    throw invalid([{ field: 'identifier', detail: 'is this service itself' }])
}

/**
 * What must fit with other rows. Call it after `lockChanges`.
 *
 * @throws api_invalid (422): a client that is listed is none, or is to have a scope that the API has not.
 * @throws api_exists (409): another API has a type of authorization details.
 */
export async function demandFitting(
  tx: Db,
  id: string,
  { clients, scopes, detailTypes }: Decided,
): Promise<void> {
  const names = scopes.map(({ name }) => name)
  const known = await apis.existingClients(
    tx,
    clients.map(({ clientId }) => clientId),
  )
  const faults = clients.flatMap(({ clientId, scopes: some }, index) => [
    ...(known.includes(clientId) ? [] : [{ field: `clients.${index}.client_id`, detail: 'is no client' }]),
    ...((some ?? []).every((one) => names.includes(one))
      ? []
      : [{ field: `clients.${index}.scopes`, detail: 'names a scope that the API has not' }]),
  ])
  if (faults.length > 0) throw invalid(faults)
  const others = (await apis.all(tx)).filter((one) => one.id !== id)
  const taken = detailTypes.find(({ type }) =>
    others.some((other) => other.detailTypes.some((one) => one.type === type)),
  )
  if (taken) throw errors.api_exists({ detail: `The type ${taken.type} belongs to another API.` })
}

/** The database has the last word on identifiers. */
export async function withUniqueness<Result>(work: () => Promise<Result>): Promise<Result> {
  try {
    return await work()
  } catch (error) {
    if (violatedUnique(error) !== 'apis_identifier') throw error
    const fields = [{ field: 'identifier', detail: 'is taken' }]
    throw errors.api_exists({ detail: 'The identifier is taken.', fields })
  }
}
