import { Ajv2020, type ErrorObject, type ValidateFunction } from 'ajv/dist/2020.js'
import addFormats from 'ajv-formats'

/** As much of the OpenAPI document as tests look at. */
export interface ApiDocument {
  openapi: string
  paths: Record<string, Record<string, Operation>>
  components: { schemas: Record<string, object>; securitySchemes: Record<string, object> }
  tags: { name: string; description: string }[]
}

export interface Operation {
  operationId: string
  tags: string[]
  security: Record<string, string[]>[]
  parameters?: { name: string; in: string; required?: boolean; schema: object }[]
  requestBody?: { content: Record<string, { schema: object; example?: unknown }> }
  responses: Record<string, { content?: Record<string, { schema: object; example?: unknown }> }>
}

export interface Contract {
  document: ApiDocument
  /** The operation of a path as it was called; null for what is none of ours. */
  operationAt(method: string, path: string): { name: string; operation: Operation } | null
  /** What is wrong with a value by a schema inside the document, named by the keys that lead there; null when nothing is. */
  faults(way: readonly string[], value: unknown): string | null
}

export function openContract(document: ApiDocument): Contract {
  const ajv = new Ajv2020({ strict: false, allErrors: false })
  addFormats.default(ajv)
  ajv.addSchema(document, 'document')
  const compiled = new Map<string, ValidateFunction>()
  const paths = Object.keys(document.paths)
    .sort((a, b) => parametersIn(a) - parametersIn(b)) // as the server does: a word goes before whatever may stand there
    .map((name) => ({
      name,
      form: new RegExp(`^${name.replaceAll('.', '\\.').replace(/\{\w+\}/g, '[^/]+')}$`),
    }))
  return {
    document,
    operationAt(method, path) {
      for (const { name, form } of paths) {
        const operation = form.test(path) && document.paths[name]?.[method.toLowerCase()]
        if (operation) return { name, operation }
      }
      return null
    },
    faults(way, value) {
      const pointer = way
        .map((key) => key.replaceAll('~', '~0').replaceAll('/', '~1'))
        .map(encodeURIComponent)
        .join('/')
      const validate = compiled.get(pointer) ?? ajv.compile({ $ref: `document#/${pointer}` })
      compiled.set(pointer, validate)
      return validate(value) ? null : (validate.errors ?? []).map(told).join('; ')
    },
  }
}

const parametersIn = (path: string): number => path.split('{').length

const told = ({ instancePath, message, params }: ErrorObject): string =>
  `${instancePath} ${message ?? ''} ${JSON.stringify(params)}`

let known: Contract | undefined
let describe: (() => Promise<object>) | undefined

/** Told by every service that starts; the operations of all are the same, so the first is asked, once. */
export function rememberApi(make: () => Promise<object>): void {
  describe ??= make
}

export async function contract(): Promise<Contract> {
  if (!describe) throw new Error('no service was started yet')
  known ??= openContract((await describe()) as ApiDocument)
  return known
}

export interface Told {
  method: string
  url: string
  status: number
  type: string | null
  /** The body, parsed where it is JSON. */
  body: unknown
}

/**
 * Demands that our own API answered as its OpenAPI document says; what is no operation of it is let pass. `default` there stands
 * for refusals alone.
 */
export async function demandContract(told: Told): Promise<void> {
  const fault = await faultOf(told)
  if (fault === null) return
  const { method, url, status, body } = told
  throw new Error(
    `${method} ${url} answered ${status} against its contract: ${fault}\n${JSON.stringify(body).slice(0, 500)}`,
  )
}

export async function faultOf(told: Told): Promise<string | null> {
  const { method, url, status, body } = told
  const { operationAt, faults } = await contract()
  const found = operationAt(method, new URL(url).pathname)
  if (!found) return null
  const key = keyOf(found.operation, status)
  if (key === null) return 'this status is not declared'
  const content = found.operation.responses[key]?.content
  const media = mediaOf(told)
  if (!content) return media === '' ? null : 'it should have no body'
  if (!content[media]) return `the type ${media} is not declared`
  if (!/[/+]json$/.test(media)) return null
  const way = ['paths', found.name, method.toLowerCase(), 'responses', key, 'content', media, 'schema']
  return faults(way, body)
}

/** Under what a status is declared. */
function keyOf({ responses }: Operation, status: number): string | null {
  if (responses[String(status)]) return String(status)
  return status >= 400 && status !== 500 ? 'default' : null
}

const mediaOf = ({ type, body }: Told): string => (body === undefined ? '' : (type?.split(';', 1)[0] ?? ''))
