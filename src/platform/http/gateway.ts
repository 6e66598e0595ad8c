import { Readable } from 'node:stream'

import type { Caller } from '../app.ts'
import { addressOf, type ApiCall, type ApiRequest, byCommandLine, type Elsewhere } from '../command.ts'
import type { Route } from './endpoint.ts'
import { shape } from './serve.ts'
import { httpErrors } from './problems.ts'
import { validate } from './validate.ts'

/**
 * One way to an operation for a command: the very operations of the API, at the server that was named, or else in this process,
 * on the database, for whoever runs the command. A command that goes this way is written once and may there and here do the
 * same; who may do it is decided by the server there, and here by who holds the secrets and the database.
 */
export const gatewayTo =
  (routes: () => Promise<readonly Route[]>, elsewhere: Elsewhere = () => null): ApiCall =>
  async (request) =>
    (elsewhere() ?? inThisProcess(await routes()))(request)

const inThisProcess =
  (routes: readonly Route[]): ApiCall =>
  async (request) => {
    const { route, params } = found(routes, request)
    const reply = await route.handle({
      caller: operator,
      by: operator,
      params: validate(route.params, params),
      query: validate(route.query, definedOf(request.query ?? {})),
      body: validate(route.body, inJson(request.body)),
      authorization: '',
      ifMatch: '',
      incoming: request.upload ?? { type: '', chunks: Readable.from([]) },
    })
    if (reply.stream) return { status: reply.status, body: null, chunks: reply.stream.chunks }
    return { status: reply.status, body: inJson(shape(route, reply)) }
  }

function found(
  routes: readonly Route[],
  request: ApiRequest,
): { route: Route; params: Record<string, string> } {
  const { method, path } = addressOf(request)
  for (const route of routes) {
    const params = route.method === method.toLowerCase() ? paramsIn(route.path, path) : null
    if (params) return { route, params }
  }
  throw httpErrors.no_such_path()
}

/** What stands in the places of `:names`; null for another path. */
function paramsIn(pattern: string, path: string): Record<string, string> | null {
  const [wanted, given] = [pattern.split('/'), path.split('/')]
  if (wanted.length !== given.length) return null
  const params: Record<string, string> = {}
  for (const [place, part] of wanted.entries()) {
    const there = given[place] ?? ''
    if (part.startsWith(':')) params[part.slice(1)] = decodeURIComponent(there)
    else if (part !== there) return null
  }
  return params
}

/** What it would be after a way over the wire. */
const inJson = (value: unknown): unknown =>
  value === undefined ? undefined : (JSON.parse(JSON.stringify(value)) as unknown)

const definedOf = (query: ApiRequest['query'] = {}): Record<string, string> =>
  Object.fromEntries(
    Object.entries(query).flatMap(([name, value]) => (value === undefined ? [] : [[name, String(value)]])),
  )

/** Holds whatever there is: who may run commands on the database may do all that is in it. */
const everything: ReadonlySet<string> = Object.assign(new Set<string>(), { has: () => true })

const operator: Caller = {
  ...byCommandLine,
  ...{ userId: '', sessionId: '', clientId: '', role: 'root_admin', firstParty: true },
  ...{ scopes: new Set<string>(), permissions: everything, stepUp: null },
  ...{ authenticatedAt: null, acr: null, missingAcr: null },
}
