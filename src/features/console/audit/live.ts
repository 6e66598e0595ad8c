import type { PageRoute } from '../../../platform/http/index.ts'
import { shownRecord, watchRecords } from '../../audit/index.ts'
import { csrfToken } from '../../authentication/index.ts'
import type { Console } from '../parts.ts'
import { screenPage } from '../screen-page.ts'
import { found, list, type Found } from '../shown.ts'
import type { Visit } from '../visit/at-console.ts'
import { recordTable } from './records.ts'

const path = '/console/live'

/** Seconds between two looks. */
const seconds = 5

const limit = 50

/** Who signs in right now, and who tries to. Looking on is one reading: see `watchRecords`. */
export const livePages = (desk: Console): PageRoute[] =>
  screenPage(desk, {
    path,
    screen: 'live',
    summary: 'Watch people sign in',
    needs: ['GET /admin/audit-logs'],
    async show({ visit, query }) {
      const mark = markOf(desk, visit)
      const items = query.seen === mark ? await lookAgain(desk) : await look(desk, visit)
      return {
        leadKey: 'console.live.lead',
        sections: [recordTable(desk, visit, items, null, 'console.live.none')],
        live: { url: `${path}?seen=${mark}`, seconds },
      }
    },
  })

/** Given out with the page that was recorded as read, for its session alone. */
const markOf = (desk: Console, { session }: Visit): string => csrfToken(desk, `console-live:${session.sid}`)

async function look({ operations }: Console, { caller }: Visit): Promise<Found[]> {
  const query = { class: 'sign-in', limit: String(limit) }
  const { body } = await operations.run(caller, 'GET /admin/audit-logs', { query })
  return list(found(body).items)
}

const lookAgain = async (desk: Console): Promise<Found[]> =>
  (await watchRecords(desk, { class: 'sign-in' }, limit)).map(shownRecord)
