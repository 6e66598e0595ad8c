import type { FieldProblem } from '../../../platform/errors.ts'
import type { CustomField, CustomFields } from '../../settings/index.ts'
import { isReadable } from '../person-text.ts'

export type CustomValue = string | number | boolean
export type CustomValues = Readonly<Record<string, CustomValue>>

/** As sent: null clears, and what is absent stays. */
export type CustomChange = Readonly<Record<string, unknown>>

/** Who changes them. */
export type Writer = 'user' | 'administrator'

/**
 * What is to be of a person's fields after a change, and what is wrong with it: a field that is not known, not theirs to set,
 * or not of its type; and apart from that what is missing though required. What an earlier schema left behind stays until it
 * is cleared.
 */
export function changeFields(
  schema: CustomFields,
  before: CustomValues,
  change: CustomChange,
  by: Writer,
): { after: CustomValues; problems: FieldProblem[]; missing: FieldProblem[] } {
  const after = new Map<string, CustomValue>(Object.entries(before))
  const problems: FieldProblem[] = []
  for (const [name, value] of Object.entries(change)) {
    const field = fieldOf(schema, name)
    const fault = field ? faultOf(field, value, by) : 'is not known here'
    if (fault !== null) problems.push({ field: `custom.${name}`, detail: fault })
    else if (value === null) after.delete(name)
    else after.set(name, value as CustomValue) // faultOf() saw its type
  }
  const missing = Object.entries(schema).flatMap(([name, { required, write }]) => {
    const theirs = by === 'administrator' || write === 'user'
    return required && theirs && !after.has(name) ? [{ field: `custom.${name}`, detail: 'is required' }] : []
  })
  return { after: Object.fromEntries(after), problems, missing }
}

const fieldOf = (schema: CustomFields, name: string): CustomField | undefined =>
  Object.hasOwn(schema, name) ? schema[name] : undefined

function faultOf(field: CustomField, value: unknown, by: Writer): string | null {
  if (by === 'user' && field.write !== 'user') return 'is set by administrators'
  if (value === null) return null
  return types[field.type](value, field)
}

const aDay = /^\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])$/

const isDay = (text: string): boolean =>
  aDay.test(text) && new Date(`${text}T00:00:00Z`).toISOString().startsWith(text)

/** Null where the value is one of that type. */
const types: Record<CustomField['type'], (value: unknown, field: CustomField) => string | null> = {
  string(value, { maxLength }) {
    if (typeof value !== 'string') return 'must be a text'
    if (value.trim() === '') return 'must not be empty; null clears it'
    if (value.length > maxLength) return `has more than ${maxLength} characters`
    return isReadable(value) ? null : 'holds characters that cannot be shown'
  },
  number: (value) => (typeof value === 'number' && Number.isFinite(value) ? null : 'must be a number'),
  boolean: (value) => (typeof value === 'boolean' ? null : 'must be true or false'),
  date: (value) => (typeof value === 'string' && isDay(value) ? null : 'must be a day like 1990-12-31'),
  enum: (value, { values }) =>
    typeof value === 'string' && values.includes(value) ? null : 'is none of its values',
}

/** What a text of a table says, by the type of its field; a text that does not stays one, and is refused as such. */
export function fieldFromText(schema: CustomFields, name: string, text: string): unknown {
  const type = fieldOf(schema, name)?.type
  if (type === 'number' && /^-?\d{1,15}(\.\d{1,15})?$/.test(text)) return Number(text)
  if (type === 'boolean' && (text === 'true' || text === 'false')) return text === 'true'
  return text
}

/** What of them their owner may see. */
export const shownToOwner = (schema: CustomFields, values: CustomValues): CustomValues =>
  Object.fromEntries(Object.entries(values).filter(([name]) => fieldOf(schema, name)?.read === 'user'))
