import type { By, Db } from '../../../platform/app.ts'
import { newId } from '../../../platform/crypto/index.ts'
import * as audit from '../../audit/index.ts'
import * as accounts from './repository.ts'

export type ImportedAccount = Omit<accounts.AccountRow, 'identityId' | 'subject'> & {
  /** Null: their own id, as everybody's who is not imported. */
  subject: string | null
}

/**
 * Makes many accounts at once, in the caller's transaction: each with its subject and its native identity, recorded one by
 * one. Nothing is announced for each: whoever has to know hears that there was an import.
 *
 * @throws a unique violation: another took an address, name or subject since it was looked for; the transaction is lost.
 */
export async function importAccounts(
  tx: Db,
  at: Date,
  by: By,
  imported: readonly ImportedAccount[],
  importId: string,
): Promise<void> {
  if (imported.length === 0) return
  const rows = imported.map((row) => ({ ...row, identityId: newId(at), subject: row.subject ?? row.id }))
  await accounts.insertAll(tx, rows, at)
  await audit.recordAll(
    tx,
    at,
    by,
    rows.map(({ id, status, emailVerified }) => ({
      action: 'user.created',
      target: { type: 'user', id },
      details: { status, emailVerified, import: importId },
    })),
  )
}

/** Changes what is told of many accounts; recorded one by one, without what was told. */
export async function updateImported(
  tx: Db,
  at: Date,
  by: By,
  rows: readonly accounts.DetailsRow[],
  importId: string,
): Promise<void> {
  if (rows.length === 0) return
  await accounts.updateAll(tx, rows, at)
  await audit.recordAll(
    tx,
    at,
    by,
    rows.map(({ id }) => ({
      action: 'user.updated',
      target: { type: 'user', id },
      details: { import: importId },
    })),
  )
}
