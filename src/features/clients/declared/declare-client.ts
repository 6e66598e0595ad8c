import type { App, By, Db } from '../../../platform/app.ts'
import { secondsAfter } from '../../../lib/clock.ts'
import { newId } from '../../../platform/crypto/index.ts'
import { transaction } from '../../../platform/db/index.ts'
import * as audit from '../../audit/index.ts'
import * as outbox from '../../outbox/index.ts'
import { checkAddresses } from '../check-addresses.ts'
import { found, rowOf, summaryOf } from '../create-client.ts'
import { disableClient, enableClient } from '../disable-client.ts'
import { errors } from '../errors.ts'
import { announceChange } from '../memory.ts'
import { usesSecret } from '../metadata.ts'
import * as clients from '../repository.ts'
import type { ClientRecord } from '../repository.ts'
import { checkSector } from '../requests/sector.ts'
import { checkedDeclared, type DeclaredClient, DeclaredId } from './declared.ts'
import { insertKept, isSubject, replaceDeclared } from './repository.ts'
import { declaredSecrets, type KeptSecret, keptOf, secretsHold } from './secrets.ts'

type Machinery = Pick<App, 'db' | 'clock' | 'outbound'>

/** Seconds that a secret works on which another one was put before, as with `client rotate-secret`. */
const overlapSeconds = 86_400

/**
 * Looks at what a file says of a client, before a transaction begins: no call to the network inside one.
 *
 * @throws invalid_redirect_uri (400), invalid_client_metadata (400)
 */
export async function checkDeclared(app: Pick<App, 'outbound'>, declared: DeclaredClient): Promise<void> {
  const input = checkedDeclared(declared)
  await checkAddresses(app, input)
  await checkSector(app, input)
}

/**
 * Makes a client what a file says it is: one of this id is made, or changed. Call `checkDeclared` before. A client that proves
 * itself by a secret has to bring one: what nobody is shown, nobody could use. One that is there keeps its own where the file
 * says none.
 *
 * @throws invalid_client_metadata (400): a secret is missing; the id is taken by a person, or no client may have it.
 */
export async function declareClient(
  app: Pick<App, 'db' | 'clock'>,
  by: By,
  id: string,
  declared: DeclaredClient,
): Promise<void> {
  const row = rowOf(checkedDeclared(declared))
  const at = app.clock.now()
  const { ownerType, ownerId, ...said } = row
  await transaction(app.db, async (tx) => {
    const before = await clients.lock(tx, id)
    if (before) await replaceDeclared(tx, { id, at, ...said })
    else await insertDeclared(tx, { id, at, ownerType, ownerId, ...said })
    const rotated = await settleSecrets(tx, { id, at, before, declared, metadata: row.metadata })
    const client = await found(tx, id)
    await audit.record(tx, at, by, {
      action: before ? 'client.updated' : 'client.created',
      target: { type: 'client', id },
      changes: { before: before ? summaryOf(before) : {}, after: summaryOf(client) },
    })
    if (before && rotated)
      await audit.record(tx, at, by, { action: 'client.secret_rotated', target: { type: 'client', id } })
    await announceChange(tx, id)
    if (!before) await outbox.publish(tx, at, by, { type: 'auth.client.created', subject: id, data: {} })
  })
  await switchTo(app, by, id, declared.enabled ?? true)
}

async function insertDeclared(tx: Db, row: clients.ClientRow): Promise<void> {
  const known = DeclaredId.safeParse(row.id)
  if (!known.success) throw refused('client_id', known.error.issues[0]?.message ?? 'is none')
  if (await isSubject(tx, row.id))
    throw refused('client_id', 'is what a person is known by (RFC 9700, section 4.15)')
  await clients.insert(tx, row)
}

interface Settling {
  id: string
  at: Date
  before: ClientRecord | null
  declared: DeclaredClient
  metadata: ClientRecord['metadata']
}

/** True when the client has other secrets than before. */
async function settleSecrets(tx: Db, { id, at, before, declared, metadata }: Settling): Promise<boolean> {
  const wanted = declaredSecrets(declared)
  const kept = keptOf(before?.secrets ?? [], at)
  demandSecrets(usesSecret(metadata), wanted, kept)
  if (!usesSecret(metadata)) await clients.removeSecrets(tx, id)
  if (wanted === null || secretsHold(declared, kept)) return false
  const spoken = declared.secrets?.every((one) => typeof one === 'string') === true
  if (spoken) await clients.retireSecrets(tx, id, secondsAfter(at, overlapSeconds))
  else await clients.removeSecrets(tx, id)
  for (const one of wanted) await insertKept(tx, rowOfSecret(one, id, at))
  return true
}

/** @throws invalid_client_metadata (400) */
function demandSecrets(used: boolean, wanted: KeptSecret[] | null, kept: readonly KeptSecret[]): void {
  if (!used && wanted !== null) throw refused('secrets', 'are not for a client that proves itself otherwise')
  if (used && wanted === null && kept.length === 0)
    throw refused('secrets', 'are needed: it proves itself by one')
}

const rowOfSecret = ({ sha256, expires_at: end }: KeptSecret, clientId: string, at: Date) => ({
  ...{ id: newId(at), clientId, at },
  hash: Buffer.from(sha256, 'base64url'),
  expiresAt: end === undefined ? null : new Date(end),
})

async function switchTo(
  app: Pick<Machinery, 'db' | 'clock'>,
  by: By,
  id: string,
  enabled: boolean,
): Promise<void> {
  if (enabled) await enableClient(app, by, id)
  else await disableClient(app, by, id, { reason: 'as the configuration says' })
}

const refused = (field: string, detail: string): Error =>
  errors.invalid_client_metadata({ detail: `${field} ${detail}`, fields: [{ field, detail }] })
