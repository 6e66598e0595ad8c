import { ApiDocument, type Operation, type Schema } from './document.ts'
import { type Field, fieldsOf, type Named, notesOf, typeOf } from './fields.ts'

export interface Reference {
  tags: Tag[]
}

export interface Tag {
  name: string
  /** In addresses: `admin-users` */
  slug: string
  description: string
  operations: Described[]
}

interface Described {
  id: string
  method: string
  path: string
  summary: string
  /** Who may call: a permission, `signed-in` or `public`. */
  access: string
  parameters: (Field & { in: string })[]
  body: Body | null
  responses: { status: string; description: string; type: string | null; fields: Field[] }[]
  curl: string
}

interface Body {
  type: string
  fields: Field[]
  example: string | null
}

export function openReference(document: object): Reference {
  const api = ApiDocument.parse(document)
  const operations = Object.entries(api.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({
      tag: operation.tags[0] ?? '',
      described: describe(api, method, path, operation),
    })),
  )
  const byTag = Map.groupBy(operations, ({ tag }) => tag)
  const tags = [...byTag].map(([name, each]) => ({
    name,
    slug: name.replace(/^\W+/, '').replace(/\W+/g, '-'),
    description: api.tags.find((tag) => tag.name === name)?.description ?? '',
    operations: each.map(({ described }) => described),
  }))
  return { tags: tags.sort((a, b) => (a.name < b.name ? -1 : 1)) }
}

function describe(api: ApiDocument, method: string, path: string, operation: Operation): Described {
  const named = api.components.schemas
  const body = bodyOf(operation, named)
  const access = accessOf(operation)
  return {
    id: operation.operationId,
    method: method.toUpperCase(),
    path,
    summary: operation.summary,
    access,
    parameters: operation.parameters.map(({ name, in: where, required, description, schema }) => ({
      ...{ name, in: where, required, type: typeOf(schema, named) },
      notes: notesOf({ ...schema, description: description ?? schema.description }),
    })),
    body,
    responses: Object.entries(operation.responses).map(([status, { description, content }]) => {
      const schema = schemaOf(content)
      const own = status.startsWith('2') && schema !== undefined
      return {
        ...{ status, description },
        type: schema === undefined ? null : typeOf(schema, named),
        fields: own ? fieldsOf(schema, named) : [],
      }
    }),
    curl: curlOf({ method, url: (api.servers[0]?.url ?? '') + path, access, operation, body }),
  }
}

const schemaOf = (content: Record<string, { schema?: Schema | undefined }> | undefined): Schema | undefined =>
  Object.values(content ?? {})[0]?.schema

function accessOf({ security }: Operation): string {
  const required = security[0]
  if (!required) return 'public'
  return Object.values(required).flat()[0] ?? 'signed-in'
}

function bodyOf({ requestBody }: Operation, named: Named): Body | null {
  const [type, content] = Object.entries(requestBody?.content ?? {})[0] ?? []
  if (type === undefined || !content) return null
  const example = content.example === undefined ? null : JSON.stringify(content.example, null, 2)
  return { type, fields: content.schema ? fieldsOf(content.schema, named) : [], example }
}

interface Asked {
  method: string
  url: string
  access: string
  operation: Operation
  body: Body | null
}

/** Ready for a shell once its variables are set: `{id}` becomes `$ID`. */
function curlOf({ method, url, access, operation, body }: Asked): string {
  const needed = operation.parameters.filter((one) => one.in === 'query' && one.required)
  const query = needed.map(({ name }) => `${name}=${variableOf(name)}`).join('&')
  const address = url.replace(/\{(\w+)\}/g, (_, name: string) => variableOf(name))
  const takesKey = operation.parameters.some(({ name }) => name === 'Idempotency-Key')
  return [
    `curl -sS${method === 'get' ? '' : ` -X ${method.toUpperCase()}`} "${address}${query && `?${query}`}"`,
    ...(access === 'public' ? [] : ['-H "authorization: Bearer $ACCESS_TOKEN"']),
    ...(takesKey ? ['-H "idempotency-key: $(uuidgen)"'] : []),
    ...dataOf(body),
  ].join(' \\\n  ')
}

const variableOf = (name: string): string => `$${name.replace(/([a-z])([A-Z])/g, '$1_$2').toUpperCase()}`

function dataOf(body: Body | null): string[] {
  if (!body) return []
  const quoted = body.example?.replaceAll("'", String.raw`'\''`)
  const data = quoted === undefined ? '--data-binary @FILE' : `-d '${quoted}'`
  return [`-H "content-type: ${body.type}"`, data]
}
