import { Readable } from 'node:stream'

import type { App, Caller } from '../app.ts'
import { secondsAfter } from '../../lib/clock.ts'
import type { Incoming, Reply, Route } from './endpoint.ts'
import { httpErrors } from './problems.ts'
import { authorize, demandRecentSignIn, operationOf, readsOthers, shape, type Site } from './serve.ts'
import { validate } from './validate.ts'

export interface Asked {
  params?: Record<string, string> | undefined
  query?: Record<string, string> | undefined
  body?: unknown
  /** Of the state that the change was made to; absent: any. */
  ifMatch?: string | undefined
  /** What an operation that takes a file is sent. */
  incoming?: Incoming | undefined
}

/** JSON operations, by method and path as they are declared (`GET /admin/users/:id`), for pages that show them to people. */
export interface Operations {
  has(operation: string): boolean
  /** Whether its access rule lets the caller in. */
  allows(caller: Caller, operation: string): boolean
  /** Whether it wants the person to sign in again first: how long ago they may have done that, and as surely as what. */
  signInWanted(caller: Caller, operation: string): { within: number; acr: string | null } | null
  /**
   * Runs one for somebody who proved who they are in another way than by an access token: under the same access rule, demand of
   * a recent sign-in, schemas and record of what was read as a request for it.
   *
   * @throws what the operation does; invalid_input (400), not_allowed (403), insufficient_user_authentication (401).
   */
  run(caller: Caller, operation: string, asked?: Asked): Promise<Reply>
}

export function openOperations(
  app: Pick<App, 'clock'>,
  routes: readonly Route[],
  witness: Site['witness'],
): Operations {
  const known = new Map(routes.map((route) => [operationOf(route), route]))

  function named(operation: string): Route {
    const route = known.get(operation)
    if (!route) throw new Error(`there is no operation ${operation}`)
    return route
  }

  return {
    has: (operation) => known.has(operation),
    allows(caller, operation) {
      const access = known.get(operation)?.access
      if (access === undefined) return false
      return typeof access === 'string' || caller.permissions.has(access.permission)
    },
    signInWanted(caller, operation) {
      const within = known.get(operation)?.signedInWithin
      if (within === undefined) return null
      const earliest = secondsAfter(app.clock.now(), -within)
      const recent = caller.authenticatedAt !== null && caller.authenticatedAt >= earliest
      return recent && caller.missingAcr === null ? null : { within, acr: caller.missingAcr }
    },
    async run(caller, operation, { params = {}, query = {}, body, ifMatch = '', incoming } = {}) {
      const route = named(operation)
      const target = params.id ?? null
      await authorize(route.access, caller, (who) => witness({ kind: 'denied', by: who, operation, target }))
      demandRecentSignIn(app, route, caller)
      const reply = await route.handle({
        caller,
        by: caller,
        params: validate(route.params, params),
        query: validate(route.query, query),
        body: validate(route.body, body),
        authorization: '',
        ifMatch,
        incoming: fileFor(route, incoming),
      })
      const shown = reply.stream ? reply : { ...reply, body: shape(route, reply) }
      if (readsOthers(route)) await witness({ kind: 'read', by: caller, operation, target })
      return shown
    },
  }
}

/** @throws unsupported_media_type (415) */
function fileFor({ takes }: Route, sent: Incoming | undefined): Incoming {
  if (!takes) return { type: '', chunks: Readable.from([]) }
  if (!sent || !takes.types.includes(sent.type)) throw httpErrors.unsupported_media_type()
  return sent
}
