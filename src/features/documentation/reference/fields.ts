import type { Schema } from './document.ts'

/** One line of a schema's table. */
export interface Field {
  /** `address.country`, `items[].id` */
  name: string
  type: string
  required: boolean
  /** What may stand there, and what it means. */
  notes: string
}

export type Named = Readonly<Record<string, Schema>>

const deepest = 5

/** The members of a schema, flattened to lines; what refers to itself is named and not followed again. */
export function fieldsOf(schema: Schema, named: Named): Field[] {
  return membersOf(schema, { named, path: '', seen: [] })
}

interface Way {
  named: Named
  path: string
  /** The named schemas that were entered on the way here. */
  seen: readonly string[]
}

function membersOf(schema: Schema, way: Way): Field[] {
  const { found, seen } = resolve(schema, way)
  if (!found || way.path.split('.').length > deepest) return []
  const inner = { ...way, seen }
  const parts = [...(found.anyOf ?? []), ...(found.oneOf ?? []), ...(found.allOf ?? [])]
  const fields = [
    ...(found.items ? membersOf(found.items, { ...inner, path: `${way.path}[]` }) : []),
    ...parts.flatMap((part) => membersOf(part, inner)),
    ...Object.entries(found.properties ?? {}).flatMap(([name, member]) => {
      const path = way.path === '' ? name : `${way.path}.${name}`
      const required = found.required?.includes(name) ?? false
      const resolved = resolve(member, inner).found ?? member
      const described = { ...resolved, description: member.description ?? resolved.description }
      const line = { name: path, type: typeOf(member, way.named), required, notes: notesOf(described) }
      return [line, ...membersOf(member, { ...inner, path })]
    }),
  ]
  return [...new Map(fields.toReversed().map((field) => [field.name, field])).values()].toReversed()
}

function resolve(schema: Schema, { named, seen }: Way): { found: Schema | null; seen: readonly string[] } {
  if (schema.$ref === undefined) return { found: schema, seen }
  const name = nameOf(schema.$ref)
  if (seen.includes(name)) return { found: null, seen }
  return { found: named[name] ?? null, seen: [...seen, name] }
}

export const nameOf = (reference: string): string => reference.split('/').at(-1) ?? ''

/** In words: `string (uuid) or null`, `array of Session`. */
export function typeOf(schema: Schema, named: Named): string {
  if (schema.$ref !== undefined) return nameOf(schema.$ref)
  const choices = schema.anyOf ?? schema.oneOf
  if (choices) return [...new Set(choices.map((choice) => typeOf(choice, named)))].join(' or ')
  if (schema.items) return `array of ${typeOf(schema.items, named)}`
  if (schema.const !== undefined) return JSON.stringify(schema.const)
  const type = [schema.type ?? 'anything'].flat().join(' or ')
  return schema.format === undefined ? type : `${type} (${schema.format})`
}

/** What a schema allows beyond its type, each with the words for it. */
const limits: readonly ((schema: Schema) => string | false)[] = [
  ({ description }) => description ?? false,
  ({ enum: values }) =>
    values !== undefined && `One of ${values.map((one) => JSON.stringify(one)).join(', ')}.`,
  ({ minLength }) => minLength !== undefined && minLength > 0 && `At least ${minLength} characters.`,
  ({ maxLength }) => maxLength !== undefined && `At most ${maxLength} characters.`,
  ({ minimum }) => minimum !== undefined && minimum > Number.MIN_SAFE_INTEGER && `From ${minimum}.`,
  ({ maximum }) => maximum !== undefined && maximum < Number.MAX_SAFE_INTEGER && `Up to ${maximum}.`,
  ({ maxItems }) => maxItems !== undefined && `At most ${maxItems} entries.`,
  ({ default: given }) => given !== undefined && `Without it: ${JSON.stringify(given)}.`,
]

export const notesOf = (schema: Schema): string =>
  limits
    .map((say) => say(schema))
    .filter((said) => said !== false)
    .map((said) => (/[.!?]$/.test(said) ? said : `${said}.`))
    .join(' ')
