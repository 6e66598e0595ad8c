import { seal, unseal } from '../../../platform/crypto/index.ts'

/** What of a record is about a person. */
export interface PersonalFields {
  ip?: string
  user_agent?: string
  /** Before and after of what they told of themselves. */
  changes?: { before: unknown; after: unknown }
}

/** Authenticated with the seal: the fields of one record do not open as another's. */
const contextOf = (recordId: string): string => `audit-personal:${recordId}`

export const sealFields = (key: Buffer, recordId: string, fields: PersonalFields): Buffer =>
  seal(key, contextOf(recordId), JSON.stringify(fields))

/** Null when the seal is not of this record and key: somebody changed a row. */
export function openFields(key: Buffer, recordId: string, sealed: Buffer): PersonalFields | null {
  try {
    return JSON.parse(unseal(key, contextOf(recordId), sealed).toString()) as PersonalFields // sealed by sealFields above
  } catch {
    return null
  }
}
