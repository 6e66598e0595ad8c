import { fieldFromText, profileMembers } from '../../accounts/index.ts'
import type { CustomFields } from '../../settings/index.ts'

/** What a row may say of a person besides their profile and an operator's own fields. */
export const accountColumns = [
  ...['sub', 'email', 'email_verified', 'username', 'name', 'locale', 'status', 'created_at'],
  ...['phone_number_verified', 'password_hash', 'password_pepper', 'totp_secret', 'roles'],
] as const

export const addressParts = [
  ...['formatted', 'street_address', 'locality', 'region', 'postal_code', 'country'],
] as const

const profileColumns = Object.keys(profileMembers).filter((name) => name !== 'address')

const flags: ReadonlySet<string> = new Set(['email_verified', 'phone_number_verified'])

const plain: ReadonlySet<string> = new Set([...accountColumns, ...profileColumns])
const parts: ReadonlySet<string> = new Set(addressParts.map((part) => `address.${part}`))

/** Whether a table may have a column of that name; an operator's own fields are `custom.<name>`. */
export function isColumn(schema: CustomFields, name: string): boolean {
  if (name.startsWith('custom.')) return Object.hasOwn(schema, name.slice('custom.'.length))
  return plain.has(name) || parts.has(name)
}

/** A row of a table as a line of JSON would say it: an empty cell says nothing. */
export function fromCells(
  schema: CustomFields,
  cells: readonly (readonly [string, string])[],
): Record<string, unknown> {
  const row = new Map<string, unknown>()
  const address = new Map<string, string>()
  const custom = new Map<string, unknown>()
  for (const [column, text] of cells) {
    if (text === '') continue
    const [group = '', name = ''] = column.split('.')
    if (group === 'custom') custom.set(name, fieldFromText(schema, name, text))
    else if (group === 'address') address.set(name, text)
    else row.set(column, cell(column, text))
  }
  return {
    ...Object.fromEntries(row),
    ...(address.size > 0 && { address: Object.fromEntries(address) }),
    ...(custom.size > 0 && { custom: Object.fromEntries(custom) }),
  }
}

function cell(column: string, text: string): unknown {
  if (flags.has(column) && (text === 'true' || text === 'false')) return text === 'true'
  return column === 'roles' ? text.split(/[\s;|]+/).filter((role) => role !== '') : text
}
