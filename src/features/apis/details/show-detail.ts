import { textIn } from '../local-text.ts'
import { type Detail, isAmount } from './check-detail.ts'
import { type DetailField, type DetailType, placeholder } from './schema.ts'

/** A value as a person reads it; of a yes or no, which it is. */
export type ShownValue = string | boolean

/** An authorization detail as a person reads it. Nothing of it is left out. */
export interface ShownDetail {
  title: string
  summary: string | null
  fields: { label: string; values: ShownValue[] }[]
}

/** A detail that passed `faultOfDetail`, in a language. Texts, not markup: whoever shows them escapes them. */
export function showDetail(type: DetailType, detail: Detail, language: string): ShownDetail {
  const present = type.fields.filter(({ name }) => Object.hasOwn(detail, name))
  const fields = present.map((field) => ({
    label: textIn(field.label, language),
    values: valuesOf(field, detail[field.name], language),
  }))
  const byName = new Map(present.map(({ name }, index) => [name, fields[index]?.values.join(', ') ?? '']))
  const summary = type.summary && textIn(type.summary, language)
  return {
    title: textIn(type.title, language),
    summary: summary?.replace(placeholder, (_, name: string) => byName.get(name) ?? '') ?? null,
    fields,
  }
}

function valuesOf(field: DetailField, value: unknown, language: string): ShownValue[] {
  if (typeof value === 'boolean') return [value]
  if (isAmount(value)) return [`${value.amount} ${value.currency}`]
  const values = (Array.isArray(value) ? value : [value]).map(String)
  return 'options' in field ? values.map((one) => labelOf(field.options, one, language)) : values
}

type Options = Extract<DetailField, { kind: 'choice' | 'choices' }>['options']

function labelOf(options: Options, value: string, language: string): string {
  const label = options.find((option) => option.value === value)?.label
  return label ? textIn(label, language) : value
}
