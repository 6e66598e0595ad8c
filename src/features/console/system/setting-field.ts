import type { Field } from '../acts.ts'
import { writtenOf } from '../json-fields.ts'
import { found, type Found, type Section, words } from '../shown.ts'

/** A word to choose where the schema names all there are, else JSON. */
export function valueField({ value, schema }: Found): Field {
  const { type, enum: choices } = found(schema)
  const offered = type === 'boolean' ? ['true', 'false'] : words(choices)
  if (offered.length > 0)
    return {
      name: 'value',
      type: 'select',
      required: true,
      value: String(value),
      options: offered.map((each) => ({ value: each, label: each })),
    }
  return {
    name: 'value',
    type: 'textarea',
    required: true,
    maximum: 40_000,
    value: writtenOf(value, 2),
    hintKey: 'console.fields.value_hint',
  }
}

/** What a setting may be. */
export const schemaOf = ({ schema }: Found): Section => ({
  kind: 'code',
  titleKey: 'console.settings.schema',
  title: null,
  text: JSON.stringify(schema, null, 2),
})
