import { z } from 'zod'

import { browserOf } from '../../../lib/browser.ts'
import { page, type PageRoute } from '../../../platform/http/index.ts'
import { type DeviceRecord, listDevicesOf } from '../../devices/index.ts'
import { accountPage, atAccount, demandOwnForm, done, type Visit } from '../visit/at-account.ts'
import { places } from '../visit/places.ts'
import type { Portal } from '../visit/sign-in.ts'
import { endOwnSession, endOwnSessions } from './end-own-session.ts'
import { forgetOwnDevice } from './forget-own-device.ts'
import { listOwnSessions, type OwnSession } from './list-sessions.ts'

/** What the forms of the page do, by what the page then says. */
const notices = {
  ended: 'account.sessions.ended',
  others: 'account.sessions.others_ended',
  forgotten: 'account.sessions.forgotten',
}

const Query = z.object({ done: z.enum(['ended', 'others', 'forgotten']).optional().catch(undefined) })

const Form = z.object({
  csrf: z.string().max(200),
  /** A session, or `others`. */
  end: z.string().max(200).optional(),
  /** A device. */
  forget: z.uuid().optional(),
})
type Form = z.infer<typeof Form>

export const pages = (portal: Portal): PageRoute[] => [
  page({
    method: 'get',
    path: places.sessions,
    summary: 'Show where I am signed in',
    query: Query,
    handle: ({ ctx, by, query }) =>
      atAccount(portal, ctx, { place: 'sessions', by }, async (visit) => {
        const { user, session, profile } = visit
        const [sessions, devices] = await Promise.all([
          listOwnSessions(portal, user.id, { uid: session.uid }),
          listDevicesOf(portal.db, user.id),
        ])
        return accountPage(portal, ctx, visit, {
          view: 'account/sessions',
          notice: query.done === undefined ? null : notices[query.done],
          locals: {
            zone: profile?.zoneinfo ?? 'UTC',
            sessions: sessions.map(sessionShown),
            devices: devices.map(deviceShown),
          },
        })
      }),
  }),

  page({
    method: 'post',
    path: places.sessions,
    summary: 'Sign out elsewhere, or forget a device',
    form: Form,
    handle: ({ ctx, by, form }) =>
      atAccount(portal, ctx, { place: 'sessions', by, recent: 'act' }, async (visit) => {
        demandOwnForm(portal, visit, form.csrf)
        return done('sessions', await act(portal, visit, form))
      }),
  }),
]

async function act(portal: Portal, visit: Visit, { end, forget }: Form): Promise<keyof typeof notices> {
  const { by, user, session } = visit
  const userId = user.id
  if (forget !== undefined) {
    await forgetOwnDevice(portal, by, { userId, id: forget })
    return 'forgotten'
  }
  if (end === 'others') {
    await endOwnSessions(portal, by, { userId, keep: { uid: session.uid } })
    return 'others'
  }
  await endOwnSession(portal, by, { userId, id: end ?? '' })
  return 'ended'
}

/** Applications that are gone are left out. */
const sessionShown = ({ clients, ...session }: OwnSession) => ({
  ...session,
  clients: [...new Set(clients.flatMap(({ name }) => (name === null ? [] : [name])))],
})

const deviceShown = ({ id, userAgent, firstSeenAt, lastSeenAt }: DeviceRecord) => ({
  id,
  firstSeenAt,
  lastSeenAt,
  ...browserOf(userAgent),
})
