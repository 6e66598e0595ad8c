import type { z } from 'zod'

import type { App, By, Db } from '../../platform/app.ts'
import { newId, randomBytes } from '../../platform/crypto/index.ts'
import { transaction } from '../../platform/db/index.ts'
import type { FieldProblem } from '../../platform/errors.ts'
import * as audit from '../audit/index.ts'
import * as outbox from '../outbox/index.ts'
import { checkAddresses } from './check-addresses.ts'
import { errors } from './errors.ts'
import { announceChange } from './memory.ts'
import { toMetadata } from './metadata.ts'
import { isDevelopmentAddress, validateRedirectUris } from './redirect-uris.ts'
import * as clients from './repository.ts'
import type { ClientRecord } from './repository.ts'
import { checkSector } from './requests/sector.ts'
import { type ClientInput, NewClient } from './schema.ts'
import { makeSecret } from './secrets.ts'

export interface CreatedClient {
  client: ClientRecord
  /** Shown this once and kept nowhere; null for a client that does not use one. */
  secret: string | null
}

/**
 * Registers a client. Everything is checked here, so that no way in (management API, command line, seed file, dynamic
 * registration) is laxer than another. What `also` writes is in the same commit.
 *
 * @throws invalid_redirect_uri (400): a redirect URI is missing, or one is not acceptable.
 * @throws invalid_client_metadata (400): anything else; `fields` say what.
 */
export async function createClient(
  app: Pick<App, 'db' | 'clock' | 'outbound'>,
  by: By,
  given: NewClient,
  also: (tx: Db, client: ClientRecord) => Promise<void> = async () => undefined,
): Promise<CreatedClient> {
  const input = checkedClient(given)
  await checkAddresses(app, input)
  await checkSector(app, input)
  const at = app.clock.now()
  const id = makeClientId()
  const made = input.authentication === 'secret' ? makeSecret() : null

  return transaction(app.db, async (tx) => {
    await clients.insert(tx, { id, at, ...rowOf(input) })
    if (made) await clients.insertSecret(tx, { id: newId(at), clientId: id, hash: made.hash, at })
    const client = await found(tx, id)
    await audit.record(tx, at, by, {
      action: 'client.created',
      target: { type: 'client', id },
      changes: { before: {}, after: summaryOf(client) },
    })
    await announceChange(tx, id)
    await outbox.publish(tx, at, by, { type: 'auth.client.created', subject: id, data: {} })
    await also(tx, client)
    return { client, secret: made ? made.secret.reveal() : null }
  })
}

/** 128 random bits behind a prefix no user's id has: nobody chooses a client's id (RFC 9700, section 4.15). */
const makeClientId = (): string => `gh_${randomBytes(16).toString('base64url')}`

/**
 * What is registered, if it may be.
 *
 * @throws invalid_redirect_uri (400), invalid_client_metadata (400): see `createClient`.
 */
export function checkedClient(given: NewClient): ClientInput {
  const parsed = NewClient.safeParse(given)
  if (!parsed.success) throw toProblem(parsed.error.issues)
  const input = parsed.data
  if (input.grants.includes('authorization_code') && input.redirectUris.length === 0) {
    const detail = 'must name at least one, since codes are sent there'
    throw errors.invalid_redirect_uri({
      detail: `redirectUris ${detail}`,
      fields: [{ field: 'redirectUris', detail }],
    })
  }
  validateRedirectUris('redirectUris', input.redirectUris, input.applicationType)
  validateRedirectUris('postLogoutRedirectUris', input.postLogoutRedirectUris, input.applicationType)
  return input
}

/** At most this many faults are told: whoever sends more than that gains nothing from the rest. */
const mostFaults = 20

function toProblem(issues: readonly z.core.$ZodIssue[]) {
  const fields = issues.flatMap(innermost).slice(0, mostFaults)
  const detail = fields.map((one) => `${one.field} ${one.detail}`.trim()).join('; ')
  return errors.invalid_client_metadata({ detail, fields })
}

/** Where several shapes are possible, what is wrong with the one that came furthest says more than "none fits". */
function innermost(issue: z.core.$ZodIssue): FieldProblem[] {
  const within = issue.code === 'invalid_union' ? issue.errors.flat() : []
  const deepest = within.toSorted((one, other) => other.path.length - one.path.length)[0]
  if (!deepest || deepest.path.length === 0) return [{ field: issue.path.join('.'), detail: issue.message }]
  return innermost({ ...deepest, path: [...issue.path, ...deepest.path] })
}

/** A client's row, but for its id and time. */
export function rowOf(input: ClientInput): Omit<clients.ClientRow, 'id' | 'at'> {
  const addresses = [
    ...[...input.redirectUris, ...input.postLogoutRedirectUris, ...input.corsOrigins],
    ...(input.frontchannelLogout ? [input.frontchannelLogout.uri] : []),
  ]
  return {
    name: input.name,
    ownerType: input.owner.type,
    ownerId: 'id' in input.owner ? input.owner.id : null,
    firstParty: input.firstParty,
    development: input.applicationType === 'web' && addresses.some(isDevelopmentAddress),
    expiresAt: input.expiresAt ?? null,
    metadata: toMetadata(input),
  }
}

export async function found(tx: Db, id: string): Promise<ClientRecord> {
  const client = await clients.find(tx, id)
  if (!client) throw new Error('the client that was just inserted is not there')
  return client
}

/** What an auditor needs to judge a registration: who may receive codes, and what was waived. */
export function summaryOf({
  name,
  ownerType,
  ownerId,
  firstParty,
  development,
  metadata,
}: ClientRecord): object {
  const { jwks, ...rest } = metadata
  return { name, ownerType, ownerId, firstParty, development, ...rest, keys: jwks?.keys.length ?? 0 }
}
