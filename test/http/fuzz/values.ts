import fc from 'fast-check'

/** As much of JSON Schema as our document uses. */
interface Schema {
  $ref?: string
  type?: string | string[]
  format?: string
  enum?: unknown[]
  const?: unknown
  properties?: Record<string, Schema>
  required?: string[]
  additionalProperties?: unknown
  items?: Schema
  anyOf?: Schema[]
  oneOf?: Schema[]
  allOf?: Schema[]
  minLength?: number
  maxLength?: number
  minimum?: number
  maximum?: number
  maxItems?: number
  pattern?: string
}

export type Named = Readonly<Record<string, object>>

const byFormat: Record<string, fc.Arbitrary<string>> = {
  uuid: fc.uuid(),
  email: fc.emailAddress(),
  uri: fc.webUrl(),
  'date-time': fc.date({ noInvalidDate: true }).map((date) => date.toISOString()),
}

const byType: Record<string, (schema: Schema, named: Named, depth: number) => fc.Arbitrary<unknown>> = {
  string: textOf,
  boolean: () => fc.boolean(),
  null: () => fc.constant(null),
  integer: ({ minimum = -5, maximum = 1000 }) => fc.integer(bounds(minimum, maximum)),
  number: ({ minimum = -5, maximum = 1000 }) => fc.integer(bounds(minimum, maximum)),
  array: ({ items = {}, maxItems = 3 }, named, depth) =>
    fc.array(valuesOf(items, named, depth + 1), { maxLength: Math.min(maxItems, 3) }),
  object: ({ properties = {}, required = [] }, named, depth) =>
    fc.record(
      Object.fromEntries(
        Object.entries(properties).map(([name, member]) => [name, valuesOf(member, named, depth + 1)]),
      ),
      { requiredKeys: required.filter((name) => Object.hasOwn(properties, name)) },
    ),
}

/** What a schema lets through, or nearly. */
export function valuesOf(schema: Schema, named: Named, depth = 0): fc.Arbitrary<unknown> {
  if (depth > 6) return fc.constant(null)
  if (schema.$ref !== undefined) return valuesOf(found(schema.$ref, named), named, depth + 1)
  if (schema.const !== undefined) return fc.constant(schema.const)
  if (schema.enum) return fc.constantFrom(...schema.enum)
  const parts = partsOf(schema)
  if (parts.length > 0) return fc.oneof(...parts.map((part) => valuesOf(part, named, depth + 1)))
  return ofType(schema, named, depth)
}

function ofType(schema: Schema, named: Named, depth: number): fc.Arbitrary<unknown> {
  const [type = 'anything'] = [schema.type ?? []].flat()
  return byType[type]?.(schema, named, depth) ?? fc.jsonValue({ maxDepth: 2 })
}

const found = (reference: string, named: Named): Schema => named[reference.split('/').at(-1) ?? ''] ?? {}

const partsOf = ({ anyOf = [], oneOf = [], allOf = [] }: Schema): Schema[] => [...anyOf, ...oneOf, ...allOf]

const bounds = (minimum: number, maximum: number) => {
  const min = Math.max(minimum, -2_147_483_648)
  return { min, max: Math.max(min, Math.min(maximum, 2_147_483_647)) }
}

function textOf({ format = '', pattern, minLength = 0, maxLength = 40 }: Schema): fc.Arbitrary<string> {
  const free = fc.string({
    minLength,
    maxLength: Math.max(minLength, Math.min(maxLength, 60)),
    unit: 'binary',
  })
  const usual = byFormat[format]
  if (usual) return usual
  return pattern === undefined ? free : matching(pattern, free)
}

/** Not every pattern can be turned round. */
function matching(pattern: string, otherwise: fc.Arbitrary<string>): fc.Arbitrary<string> {
  try {
    return fc.stringMatching(new RegExp(pattern, 'u'))
  } catch {
    return otherwise
  }
}

/** Text that somebody might not have thought of. */
export const wicked = fc.constantFrom<string>(
  ...[
    '\u0000',
    'a\u0000b',
    '__proto__',
    'constructor',
    '',
    ' ',
    '\ud800',
    '../../etc/passwd',
    "'; drop table users; --",
  ],
  ...[
    'x'.repeat(5000),
    '%00',
    '{{7*7}}',
    '99999999999999999999',
    '-1',
    'NaN',
    'null',
    '\u202e',
    '٣',
    '0001-01-01T00:00:00Z',
  ],
)

const other: fc.Arbitrary<unknown> = fc.oneof(
  wicked,
  fc.constantFrom<unknown>(null, true, -1, 1e308, 9007199254740993, [], {}, [[]], { a: { b: {} } }),
  fc.jsonValue({ maxDepth: 2 }),
)

/** One member of an object is something else, or there is one more, or all of it is something else. */
export function mutated(value: unknown): fc.Arbitrary<unknown> {
  const isObject = typeof value === 'object' && value !== null && !Array.isArray(value)
  const whole = { arbitrary: other, weight: 1 }
  if (!isObject) return fc.oneof(whole, { arbitrary: fc.constant(value), weight: 1 })
  const names = Object.keys(value)
  const named = fc.constantFrom(...names, '__proto__', 'constructor', 'another')
  const changed = fc.tuple(named, other).map(([name, instead]) => withMember(value, name, instead))
  return fc.oneof(whole, { arbitrary: changed, weight: 4 })
}

/** `__proto__` as a member of its own, as JSON.parse would make it. */
function withMember(value: object, name: string, member: unknown): object {
  const entries = new Map(Object.entries(value)).set(name, member)
  const copy = {}
  for (const [key, held] of entries) Object.defineProperty(copy, key, { value: held, enumerable: true })
  return copy
}
