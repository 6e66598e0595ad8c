import { z } from 'zod'
import type { CreateDocumentOptions, ZodOpenApiObject, ZodOpenApiOperationObject } from 'zod-openapi'

import type { Problem } from '../errors.ts'
import { type Access, endpoint, type Route } from './endpoint.ts'
import { withExamples } from './openapi-examples.ts'
import { httpErrors } from './problems.ts'

/** The answer to whatever is refused (RFC 9457, section 3). */
const ProblemDetails = z
  .looseObject({
    type: z.string().meta({ description: 'urn:gatehouse:problem:<code>; stable' }),
    title: z.string(),
    status: z.number().int(),
    detail: z.string().optional().meta({ description: 'what happened and what to do; may change' }),
    errors: z.array(z.object({ field: z.string(), detail: z.string() })).optional(),
    error: z
      .string()
      .optional()
      .meta({ description: 'the code of RFC 6749, section 5.2, where one applies' }),
    request_id: z.string().optional().meta({
      description:
        'leads to the log; in the header x-request-id alone where answers are the same to the byte',
    }),
  })
  .meta({ id: 'Problem' })

const problem = (description: string, status = '') => ({
  description,
  content: { 'application/problem+json': { schema: ProblemDetails, ...exampleAt(status) } },
})

/** What is answered most often at a status. */
const typical: Record<string, () => Problem> = {
  400: () => httpErrors.invalid_input({ fields: [{ field: 'name', detail: 'is too long' }] }),
  401: httpErrors.not_signed_in,
  403: httpErrors.not_allowed,
  412: httpErrors.precondition_failed,
  413: httpErrors.payload_too_large,
  415: httpErrors.unsupported_media_type,
}

function exampleAt(status: string): { example?: object } {
  const made = typical[status]?.()
  return made ? { example: { ...made.toJSON(), request_id: '019a0000-0000-7000-8000-000000000000' } } : {}
}

/** What serve() may answer instead of the handler, and to which routes. */
const refusals: { status: string; description: string; when(route: Route): boolean }[] = [
  { status: '400', description: 'The request does not match the contract.', when: takesInput },
  { status: '401', description: 'No access token, or one that is not good any more.', when: isGuarded },
  { status: '403', description: 'The caller lacks the permission.', when: needsPermission },
  { status: '401', description: 'The application, or who signs in, is not who they say.', when: namesClient },
  {
    status: '403',
    description: 'The application is not one of ours, or something stands in the way.',
    when: namesClient,
  },
  {
    status: '409',
    description:
      'It is not as it would have to be; or a first request under this Idempotency-Key is not answered.',
    when: ({ idempotent }) => idempotent === true,
  },
  {
    status: '412',
    description: 'It was changed since the answer whose ETag If-Match names.',
    when: ({ versioned }) => versioned === true,
  },
  { status: '413', description: 'The body is too large.', when: takesBody },
  { status: '415', description: 'The body is of another type than this operation takes.', when: takesBody },
  {
    status: '422',
    description: 'The Idempotency-Key was sent with something else before.',
    when: ({ idempotent }) => idempotent === true,
  },
  {
    status: '429',
    description:
      'Too many requests; see Retry-After, and on every answer to an access token RateLimit and RateLimit-Policy.',
    when: ({ limit }) => limit !== 'none',
  },
]

function takesInput({ params, query, body, access }: Route): boolean {
  return access !== 'public' || [params, query, body].some((schema) => schema !== undefined)
}

function takesBody({ body, takes }: Route): boolean {
  return body !== undefined || takes !== undefined
}

function isGuarded({ access }: Route): boolean {
  return access !== 'public'
}

function namesClient(route: Route): boolean {
  return route.namesClient === true
}

function needsPermission({ access }: Route): boolean {
  return typeof access === 'object'
}

/** What the operations of a tag are about. */
export type TagTexts = Readonly<Record<string, string>>

/** The OpenAPI 3.1 document of these routes: made from the very list that the server mounts. */
export async function openapi(
  routes: readonly Route[],
  issuer: string,
  tagTexts: TagTexts = {},
): Promise<object> {
  const { createDocument } = await import('zod-openapi') // loaded by the first who asks for the document
  const paths: NonNullable<ZodOpenApiObject['paths']> = {}
  for (const route of routes) {
    const path = documentPath(route.path)
    paths[path] = { ...paths[path], [route.method]: operationOf(route) }
  }
  const document = createDocument(
    {
      openapi: '3.1.0',
      info: {
        title: 'Gatehouse',
        version: '1',
        description: `The protocol's own endpoints are described by ${issuer}/.well-known/openid-configuration.`,
      },
      servers: [{ url: issuer }],
      tags: tagsOf(routes, tagTexts),
      paths,
      components: { securitySchemes: securitySchemes(issuer) },
    },
    { override: datesAsText },
  )
  return withExamples(document)
}

/** The first word of a path; for what administrators do, the second as well. */
const tagOf = ({ path }: Route): string => {
  const [first = '', second = ''] = path.split('/').slice(1)
  return first === 'admin' && second !== '' ? `${first}/${second}` : first
}

function tagsOf(routes: readonly Route[], texts: TagTexts): { name: string; description: string }[] {
  const names = [...new Set(routes.map(tagOf))].sort()
  return names.map((name) => ({ name, description: texts[name] ?? `What is below /${name}.` }))
}

const securitySchemes = (issuer: string) => ({
  access_token: {
    type: 'http' as const,
    scheme: 'bearer',
    bearerFormat: 'JWT',
    description:
      'An access token of RFC 9068 whose audience is the issuer. A person gets one by the authorization code flow with PKCE, a service by client credentials, an application of your own by /auth/login.',
  },
  openid: {
    type: 'openIdConnect' as const,
    openIdConnectUrl: `${issuer}/.well-known/openid-configuration`,
    description: 'Where access tokens come from: this names the addresses of every flow.',
  },
})

/** `/users/:id` -> `/users/{id}` */
export const documentPath = (path: string): string => path.replace(/:(\w+)/g, '{$1}')

/** JSON knows no dates: replies hold RFC 3339 text. */
const datesAsText: NonNullable<CreateDocumentOptions['override']> = ({ jsonSchema, zodSchema }) => {
  if (zodSchema._zod.def.type !== 'date') return
  jsonSchema.type = 'string'
  jsonSchema.format = 'date-time'
}

function operationOf(route: Route): ZodOpenApiOperationObject {
  const { body, takes, params, query, summary } = route
  return {
    operationId: operationId(route),
    summary,
    tags: [tagOf(route)],
    security: securityOf(route.access),
    requestParams: {
      ...(params && { path: params as z.ZodObject }), // parameters of a path and a query have names: objects both
      ...(query && { query: query as z.ZodObject }),
      ...headersOf(route),
    },
    ...(body && { requestBody: { required: true, content: { 'application/json': { schema: body } } } }),
    ...(takes && { requestBody: { required: true, content: ofTypes(takes.types, z.string()) } }),
    responses: {
      ...refusalsOf(route),
      ...repliesOf(route),
      default: problem('Anything else that is refused.'),
    },
  }
}

const IdempotencyKey = z.string().max(257).optional().meta({
  description: 'Of your own making, a UUID say: asked again under it within a day, nothing is done twice.',
})

const IfMatch = z.string().optional().meta({
  description: 'The ETag of what you saw: refused with 412 when it was changed since.',
})

function headersOf({ idempotent, versioned }: Route): { header?: z.ZodObject } {
  const named = {
    ...(idempotent && { 'Idempotency-Key': IdempotencyKey }),
    ...(versioned && { 'If-Match': IfMatch }),
  }
  return Object.keys(named).length === 0 ? {} : { header: z.object(named) }
}

/** `get /users/me/sessions/:id` -> `getUsersMeSessionsId` */
function operationId({ method, path }: Route): string {
  const words = path.split(/[^a-zA-Z0-9]+/).filter((word) => word !== '')
  return method + words.map((word) => word.charAt(0).toUpperCase() + word.slice(1)).join('')
}

/** A permission stands where OpenAPI 3.1 puts roles (section 4.8.30): the list of what is required. */
function securityOf(access: Access): Record<string, string[]>[] {
  if (access === 'public') return []
  return [{ access_token: access === 'signed-in' ? [] : [access.permission] }]
}

function refusalsOf(route: Route): Record<string, ReturnType<typeof problem>> {
  const possible = refusals.filter(({ when }) => when(route))
  return Object.fromEntries(possible.map(({ status, description }) => [status, problem(description, status)]))
}

/** One schema under several content types. */
const ofTypes = (types: readonly string[], schema: z.ZodType) =>
  Object.fromEntries(types.map((type) => [type, { schema }]))

function repliesOf({ reply, streams = ['application/json'] }: Route): ZodOpenApiOperationObject['responses'] {
  return Object.fromEntries(
    Object.entries(reply).map(([status, schema]) => {
      const empty = schema instanceof z.ZodUndefined
      const content = empty ? {} : { content: ofTypes(streams, schema) }
      return [status, { description: Number(status) < 300 ? 'Done.' : 'Not as it should be.', ...content }]
    }),
  )
}

export interface DescribedRoutes {
  /** The same routes with `GET /openapi.json`, which describes them and itself. */
  routes: Route[]
  /** The document, made when it is asked for first. */
  describe(): Promise<object>
}

export function withOpenapi(
  routes: readonly Route[],
  issuer: string,
  tagTexts: TagTexts = {},
): DescribedRoutes {
  let made: Promise<object> | undefined
  const describe = (): Promise<object> => (made ??= openapi(all, issuer, tagTexts))
  const own = endpoint({
    method: 'get',
    path: '/openapi.json',
    summary: 'Describe this API',
    access: 'public',
    reply: { 200: z.record(z.string(), z.unknown()) },
    handle: async () => ({
      status: 200,
      body: await describe(),
      headers: { 'cache-control': 'public, max-age=300' },
    }),
  })
  const all: Route[] = [...routes, own]
  return { routes: all, describe }
}
