import { z } from 'zod'

import type { App } from '../app.ts'
import { constantTimeEqual, mac } from '../crypto/index.ts'
import { httpErrors } from './problems.ts'

/** Where a page ends: what its last row was sorted by, as text, and that row's id. */
export interface Position {
  key: string
  id: string
}

/** One page of a list; `next` is handed back as `after`, and null on the last page. */
export interface Page<Item> {
  items: Item[]
  next: string | null
}

/** A list as one request sees it: its filters and order fixed. */
export interface List {
  /** Where to go on; null for the first page. */
  from: Position | null
  /** Rows to read: one more than are shown, which tells whether there is a next page without counting. */
  rows: number
  page<Row, Item>(
    found: readonly Row[],
    positionOf: (row: Row) => Position,
    show: (row: Row) => Item,
  ): Page<Item>
}

/** Query parameters of every list. */
export const limit = z.coerce.number().int().min(1).max(200).default(50)
export const after = z.string().max(1000).optional()

const Sent = z.object({ key: z.string().max(400), id: z.string().min(1).max(200) })

/**
 * A list that goes by keyset pages. The position in `after` carries a MAC over itself and `name`, which must say what is
 * listed, by which filters and in which order: a position that was changed, made up, or given out for another list is
 * refused, and never reaches SQL.
 *
 * @throws invalid_input (400): `after` was not given out for this list.
 */
export function openList(
  { config }: Pick<App, 'config'>,
  name: readonly unknown[],
  asked: { limit: number; after?: string | undefined },
): List {
  const keys = config.cookieKeys.reveal()
  const list = JSON.stringify(name)

  function encode(position: Position): string {
    const [current] = keys
    if (!current) throw new Error('the configuration holds no cookie key')
    const text = Buffer.from(JSON.stringify(position)).toString('base64url')
    return `${text}.${markOf(current, text)}`
  }

  const markOf = (key: Buffer, text: string): string =>
    mac(key, 'list-position', `${list}\0${text}`).subarray(0, 16).toString('base64url')

  function decode(sent: string): Position {
    const [text = '', mark = ''] = sent.split('.')
    const ours = keys.some((key) => constantTimeEqual(markOf(key, text), mark))
    if (!ours) {
      const detail = 'is no position of this very list; begin again without it'
      throw httpErrors.invalid_input({ detail: `after: ${detail}`, fields: [{ field: 'after', detail }] })
    }
    return Sent.parse(JSON.parse(Buffer.from(text, 'base64url').toString()))
  }

  return {
    from: asked.after === undefined ? null : decode(asked.after),
    rows: asked.limit + 1,
    page(found, positionOf, show) {
      const shown = found.slice(0, asked.limit)
      const last = shown.at(-1)
      const more = found.length > asked.limit && last !== undefined
      return { items: shown.map(show), next: more ? encode(positionOf(last)) : null }
    },
  }
}
