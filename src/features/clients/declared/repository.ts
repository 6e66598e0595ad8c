import type { Db } from '../../../platform/app.ts'
import type { ClientRow } from '../repository.ts'

/** All that is decided of a client; its owner stays. */
export async function replaceDeclared(
  tx: Db,
  client: Omit<ClientRow, 'ownerType' | 'ownerId'>,
): Promise<void> {
  await tx('clients')
    .where({ id: client.id })
    .update({
      name: client.name,
      first_party: client.firstParty,
      development: client.development,
      expires_at: client.expiresAt,
      metadata: JSON.stringify(client.metadata),
      updated_at: client.at,
    })
    .increment('version')
}

export async function insertKept(
  tx: Db,
  secret: { id: string; clientId: string; hash: Buffer; at: Date; expiresAt: Date | null },
): Promise<void> {
  await tx('client_secrets').insert({
    id: secret.id,
    client_id: secret.clientId,
    hash: secret.hash,
    created_at: secret.at,
    expires_at: secret.expiresAt,
  })
}

/** Whether somebody is known by this text: a client of that name could be taken for them. Reads `subjects`, of accounts. */
export async function isSubject(db: Db, text: string): Promise<boolean> {
  return (await db('subjects').where({ subject: text }).select('subject').first()) !== undefined
}
