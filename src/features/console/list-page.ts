import type { PageRoute } from '../../platform/http/index.ts'
import { type Filter, filled, type ListQuery, nextUrl } from './lists.ts'
import type { Console } from './parts.ts'
import { actionsOf, screenPage } from './screen-page.ts'
import { type Cell, found, type Found, list, type Section, table } from './shown.ts'
import type { Visit } from './visit/at-console.ts'

/** The list of a screen. Its texts are `console.<screen>.{title,none}`, and `lead` where it has one. */
interface Listed {
  screen: string
  path: string
  summary: string
  /** Answers `items`, and `next` where there are more. */
  operation: string
  leadKey?: string
  filters?(query: ListQuery): Filter[]
  columns(visit: Visit): Record<string, (item: Found) => Cell>
  /** What stands below. */
  more?(visit: Visit): Section[]
  /** What may be made, each a page of its own. */
  makes?: readonly { href: string; name: string; operation: string }[]
}

/** Declares the page of things that an operation lists, in pages where it does. */
export const listPage = (
  desk: Console,
  { screen, path, summary, operation, leadKey, filters, columns, more, makes = [] }: Listed,
): PageRoute[] =>
  screenPage(desk, {
    ...{ path, screen, summary, needs: [operation] },
    async show({ visit, query }) {
      const fields = filters?.(query) ?? []
      const names = fields.map(({ name }) => name)
      const asked = filled(query, names)
      const { body } = await desk.operations.run(visit.caller, operation, { query: asked })
      const { items, next } = found(body)
      return {
        ...(leadKey !== undefined && { leadKey }),
        filters: fields,
        sections: [
          table(list(items), columns(visit), {
            emptyKey: `console.${screen}.none`,
            nextUrl: nextUrl(path, asked, next),
          }),
          ...(more?.(visit) ?? []),
        ],
        actions: actionsOf(desk, visit, makes),
      }
    },
  })
