import type { Context } from 'koa'
import { z } from 'zod'

import type { By } from '../../platform/app.ts'
import { page, type PageReply, type PageRoute } from '../../platform/http/index.ts'
import type { Filter } from './lists.ts'
import { ListQuery } from './lists.ts'
import type { Console } from './parts.ts'
import type { Cell, Section } from './shown.ts'
import { atConsole, consolePage, type Visit } from './visit/at-console.ts'

/** A page that shows something; see views/console/screen.liquid. */
export interface ScreenShown {
  /** A text, or the name of a thing. */
  titleKey?: string
  title?: string
  leadKey?: string
  back?: { href: string; labelKey: string }
  badges?: Cell[]
  tabs?: { href: string; labelKey: string; current: boolean }[]
  filters?: Filter[]
  /** Where the filters are asked; the page itself unless named. */
  filterUrl?: string
  sections: Section[]
  /** What may be done, each a page of its own. */
  actions?: { href: string; labelKey: string; danger?: boolean }[]
  /** Asked again every so many seconds, at this address. */
  live?: { url: string; seconds: number }
}

interface Declared {
  path: string
  screen: string
  summary: string
  needs: readonly string[]
  show(call: {
    visit: Visit
    params: Record<string, string>
    query: Record<string, string | undefined>
  }): Promise<ScreenShown>
}

const Params = z.record(z.string(), z.string().max(600))

const actName = /^[a-z_]{1,60}$/

/** Declares a page that shows what an operation answers. There is none where the service has no such operation. */
export function screenPage(desk: Console, declared: Declared): PageRoute[] {
  if (!declared.needs.some((name) => desk.operations.has(name))) return []
  const shown = (visit: Visit, params: Record<string, string>, query: ListQuery): Promise<PageReply> =>
    declared.show({ visit, params, query }).then((screen) => render(desk, visit, declared, screen, query))
  const handle = ({
    ctx,
    by,
    params,
    query,
  }: {
    ctx: Context
    by: By
    params: Record<string, string>
    query: ListQuery
  }) => atConsole(desk, ctx, { by, needs: declared.needs }, (visit) => shown(visit, params, query))
  return [
    page({
      method: 'get',
      path: declared.path,
      summary: declared.summary,
      params: Params,
      query: ListQuery,
      handle,
    }),
  ]
}

const nothing = {
  title: null,
  leadKey: null,
  back: null,
  badges: [],
  tabs: [],
  filters: [],
  live: null,
}

function render(
  desk: Console,
  visit: Visit,
  { screen, path }: Declared,
  { actions = [], titleKey = `console.${screen}.title`, ...shown }: ScreenShown,
  { done = '' }: ListQuery,
): Promise<PageReply> {
  return consolePage(desk, visit, {
    view: 'console/screen',
    screen,
    locals: {
      ...nothing,
      filterUrl: path,
      ...shown,
      titleKey,
      actions: actions.map((action) => ({ danger: false, ...action })),
      notice: actName.test(done) ? `console.acts.${done}.done` : null,
    },
  })
}

/** The acts on a thing that somebody may do, of these; each a link to its page. */
export const actionsOf = (
  { operations }: Console,
  { caller }: Visit,
  possible: readonly { href: string; name: string; operation: string; danger?: boolean; when?: boolean }[],
) =>
  possible
    .filter(({ operation, when = true }) => when && operations.allows(caller, operation))
    .map(({ href, name, danger = false }) => ({ href, labelKey: `console.acts.${name}.title`, danger }))
