import type { Context } from 'koa'
import type { z } from 'zod'

import type { By } from '../app.ts'
import type { LimitName } from '../limits/index.ts'

export type PageReply =
  | {
      view: string
      locals: Record<string, unknown>
      status?: number
      language?: string | undefined
      /** Holds nobody's data: browsers may keep it, and ask whether it is still so (RFC 9110, section 8.8.3). */
      revalidated?: true
    }
  | { redirect: string }
  | { file: { name: string; type: string; body: string } }
  | { download: { name: string; type: string; chunks: AsyncIterable<string> } } // sent as it is made
  | { json: object } // for a script of the page itself
  | { done: true } // 200 without a word: another server called

interface Page<Params, Query, Form> {
  method: 'get' | 'post'
  path: string
  summary: string
  /** Counted per network before anything else happens; `page` unless named. */
  limit?: LimitName
  /** A page inside a sign-in may lead anywhere a client asked for, so its forms' targets cannot be listed. */
  leadsAnywhere?: boolean
  /**
   * Forms of other sites are let in: it only hands on, to a page of ours, what its own state parameter must bind to this
   * browser there (OAuth 2.0 Form Post Response Mode, section 5).
   */
  fromOtherSites?: true
  params?: z.ZodType<Params>
  query?: z.ZodType<Query>
  form?: z.ZodType<Form>
  handle(call: { by: By; params: Params; query: Query; form: Form; ctx: Context }): Promise<PageReply>
}

/** A page with its types forgotten. */
export type PageRoute = Page<unknown, unknown, unknown>

/**
 * Declares one page for a browser. Pages know people by cookies only; a bearer token is not looked at. A POST is refused
 * unless the browser says it comes from our own origin (see `same-origin.ts`), before its handler runs, or the page says
 * otherwise.
 */
export function page<Params = undefined, Query = undefined, Form = undefined>(
  declared: Page<Params, Query, Form>,
): PageRoute {
  return declared // safe: serve() passes handle() only what these schemas let through
}
