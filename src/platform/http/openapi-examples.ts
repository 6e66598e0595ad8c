/** As much of JSON Schema as bodies of requests use. */
interface Schema {
  $ref?: string
  type?: string | string[]
  format?: string
  enum?: unknown[]
  const?: unknown
  default?: unknown
  example?: unknown
  examples?: unknown[]
  properties?: Record<string, Schema>
  required?: string[]
  items?: Schema
  anyOf?: Schema[]
  oneOf?: Schema[]
  allOf?: Schema[]
  minLength?: number
  maxLength?: number
  minItems?: number
  minimum?: number
  pattern?: string
}

interface Content {
  schema?: Schema
  example?: unknown
}

interface Described {
  paths?: Record<string, Record<string, { requestBody?: { content?: Record<string, Content> } }>>
  components?: { schemas?: Record<string, Schema> }
}

/** Gives every JSON body of a request an example that its schema lets through. */
export function withExamples(document: object): object {
  const { paths = {}, components } = document as Described // made by createDocument, whose type knows no paths by name
  const operations = Object.values(paths).flatMap((methods) => Object.values(methods))
  for (const { requestBody } of operations) {
    const content = requestBody?.content?.['application/json']
    if (content?.schema) addExample(content, content.schema, components?.schemas ?? {})
  }
  return document
}

function addExample(content: Content, schema: Schema, named: Named): void {
  const example = exampleOf(schema, named, 0)
  if (example !== none) content.example = example
}

/** Nothing could be thought of that fits. */
const none = Symbol('no example')

const deepest = 6

function exampleOf(schema: Schema, named: Named, depth: number): unknown {
  if (depth > deepest) return none
  const said = saidOf(schema)
  if (said !== undefined) return said
  const followed = followedOf(schema, named)
  if (followed) return exampleOf(followed, named, depth + 1)
  const make = byType[[schema.type ?? 'object'].flat()[0] ?? ''] ?? (() => none)
  return make(schema, named, depth)
}

type Named = Record<string, Schema>

const saidOf = ({
  example,
  examples = [],
  const: only,
  default: given,
  enum: values = [],
}: Schema): unknown => [example, examples[0], only, given, values[0]].find((value) => value !== undefined)

function followedOf({ $ref, anyOf = [], oneOf = [], allOf = [] }: Schema, named: Named): Schema | undefined {
  if ($ref === undefined) return [...anyOf, ...oneOf, ...allOf][0]
  return named[$ref.split('/').at(-1) ?? '']
}

const byType: Record<string, (schema: Schema, named: Named, depth: number) => unknown> = {
  string: textOf,
  boolean: () => true,
  null: () => null,
  integer: ({ minimum = 1 }) => Math.max(minimum, 1),
  number: ({ minimum = 1 }) => Math.max(minimum, 1),
  array(schema, named, depth) {
    const item = exampleOf(schema.items ?? {}, named, depth + 1)
    if (item !== none) return Array.from({ length: Math.max(1, schema.minItems ?? 1) }, () => item)
    return (schema.minItems ?? 0) > 0 ? none : []
  },
  object(schema, named, depth) {
    const members = Object.entries(schema.properties ?? {}).map(
      ([name, member]) => [name, exampleOf(member, named, depth + 1)] as const,
    )
    const missing = members.some(([name, value]) => value === none && schema.required?.includes(name))
    return missing ? none : Object.fromEntries(members.filter(([, value]) => value !== none))
  },
}

const byFormat: Record<string, string> = {
  uuid: '019a0000-0000-7000-8000-000000000000',
  email: 'ann@example.com',
  uri: 'https://app.example.com/callback',
  'date-time': '2030-01-31T12:00:00.000Z',
  date: '2030-01-31',
}

/** Tried in this order against pattern and length. */
const words = [
  ...['tides', 'Tide tables', '123456', '12345678', 'ann@example.com', 'example.com', '+4915112345678'],
  ...['https://app.example.com/callback', 'users:read:any', 'DE', 'en', '2030-01-31', '10.0.0.0/8'],
  'a quiet harbour at dawn',
]

function textOf({ format = '', pattern, minLength = 0, maxLength = Infinity }: Schema): unknown {
  const fits = (word: string) =>
    word.length >= minLength &&
    word.length <= maxLength &&
    (pattern === undefined || new RegExp(pattern, 'u').test(word))
  const candidates = [byFormat[format] ?? [], ...words, 'x'.repeat(minLength)].flat()
  return candidates.find(fits) ?? none
}
