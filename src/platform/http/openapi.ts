import { z } from 'zod'
import type { CreateDocumentOptions, ZodOpenApiObject, ZodOpenApiOperationObject } from 'zod-openapi'

import { type Access, endpoint, type Route } from './endpoint.ts'

/** The answer to whatever is refused (RFC 9457, section 3). */
const ProblemDetails = z
  .object({
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

const problem = (description: string) => ({
  description,
  content: { 'application/problem+json': { schema: ProblemDetails } },
})

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

/** The OpenAPI 3.1 document of these routes: made from the very list that the server mounts. */
export async function openapi(routes: readonly Route[], issuer: string): Promise<object> {
  const { createDocument } = await import('zod-openapi') // loaded by the first who asks for the document
  const paths: NonNullable<ZodOpenApiObject['paths']> = {}
  for (const route of routes) {
    const path = documentPath(route.path)
    paths[path] = { ...paths[path], [route.method]: operationOf(route) }
  }
  return createDocument(
    {
      openapi: '3.1.0',
      info: {
        title: 'Gatehouse',
        version: '1',
        description: `The protocol's own endpoints are described by ${issuer}/.well-known/openid-configuration.`,
      },
      servers: [{ url: issuer }],
      paths,
      components: {
        securitySchemes: { access_token: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT' } },
      },
    },
    { override: datesAsText },
  )
}

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
    tags: [route.path.split('/')[1] ?? ''],
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
  return Object.fromEntries(possible.map(({ status, description }) => [status, problem(description)]))
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

/** The same routes with `GET /openapi.json`, which describes them and itself. */
export function withOpenapi(routes: readonly Route[], issuer: string): Route[] {
  let made: Promise<object> | undefined
  const own = endpoint({
    method: 'get',
    path: '/openapi.json',
    summary: 'Describe this API',
    access: 'public',
    reply: { 200: z.record(z.string(), z.unknown()) },
    async handle() {
      made ??= openapi(all, issuer)
      return { status: 200, body: await made, headers: { 'cache-control': 'public, max-age=300' } }
    },
  })
  const all = [...routes, own]
  return all
}
