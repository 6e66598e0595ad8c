import type { Gatehouse } from '../../src/app.ts'
import { person, type Person } from '../support/people.ts'
import { relyingParty, type RelyingParty, type Tokens } from '../support/relying-party.ts'

/** Somebody signed in to our own application, with what it takes to call the API. */
export interface Operator extends Person {
  client: RelyingParty
  tokens: Tokens
  call(method: string, path: string, body?: unknown, headers?: Record<string, string>): Promise<Response>
}

export async function operator(app: Gatehouse, role?: string, origin = app.config.issuer): Promise<Operator> {
  const [who, client] = [await person(app, role === undefined ? {} : { role }), await relyingParty(app)]
  const { tokens } = await client.signIn(who)
  return {
    ...who,
    client,
    tokens,
    call: (method, path, body, headers = {}) =>
      fetch(origin + path, {
        method,
        headers: {
          authorization: `Bearer ${tokens.access_token}`,
          ...(body !== undefined && { 'content-type': 'application/json' }),
          ...headers,
        },
        ...(body !== undefined && { body: JSON.stringify(body) }),
      }),
  }
}

/** What the API answered, as far as tests look at it. */
export async function told(reply: Response): Promise<Record<string, unknown>> {
  return (await reply.json()) as Record<string, unknown>
}

export const problem = (code: string): string => `urn:gatehouse:problem:${code}`
