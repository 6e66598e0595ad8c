import type { Db } from '../../platform/app.ts'
import type { PasswordHash } from './hashing.ts'
import * as credentials from './repository.ts'

export interface ImportedPassword extends PasswordHash {
  userId: string
}

/**
 * Gives accounts that were just made, and have no password, the hashes that another system made; in the caller's transaction,
 * which records and announces what it makes.
 */
export async function importPasswords(tx: Db, at: Date, hashes: readonly ImportedPassword[]): Promise<void> {
  if (hashes.length > 0) await credentials.insertAll(tx, hashes, at)
}
