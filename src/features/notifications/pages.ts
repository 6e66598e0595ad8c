import { z } from 'zod'

import type { App } from '../../platform/app.ts'
import { page, type PageRoute } from '../../platform/http/index.ts'
import type { WithSettings } from '../settings/index.ts'
import { errors } from './errors.ts'
import { findKept, hasMailbox, listKept } from './mailbox.ts'
import { findKeptSms, listKeptSms } from './sms/kept-sms.ts'

type Machinery = Pick<App, 'config' | 'db' | 'views'> & WithSettings

const shown = 50

const Params = z.object({ id: z.uuid() })

/** The letter's own styles, and nothing else: no script, no picture, no form, and no rights of our origin. */
const letterPolicy = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'; sandbox"

/** The local mailbox; no pages at all where there is none. */
export const pages = (app: Machinery): PageRoute[] =>
  hasMailbox(app.config)
    ? [
        page({
          method: 'get',
          path: '/mailbox',
          summary: 'List the mails and text messages that were not sent',
          handle: async () => ({
            view: 'notifications/mailbox',
            locals: { mails: await listShown(app) },
          }),
        }),

        page({
          method: 'get',
          path: '/mailbox/:id',
          summary: 'Show one of them',
          params: Params,
          handle: async ({ params }) => {
            const sms = await findKeptSms(app, params.id)
            if (sms) return { view: 'notifications/sms', locals: { sms } }
            const mail = await findKept(app, params.id)
            if (!mail) throw errors.mail_not_found()
            return { view: 'notifications/mail', locals: { mail, htmlUrl: `/mailbox/${mail.id}/html` } }
          },
        }),

        page({
          method: 'get',
          path: '/mailbox/:id/html',
          summary: 'Show one of them as a mail program would',
          params: Params,
          handle: async ({ ctx, params }) => {
            const mail = await findKept(app, params.id)
            if (!mail) throw errors.mail_not_found()
            ctx.set('content-security-policy', letterPolicy)
            return { view: 'notifications/letter', locals: { html: mail.html } }
          },
        }),
      ]
    : []

interface Shown {
  id: string
  to: string
  subject: string
  createdAt: Date
}

/** Both kinds together, newest first; a text message has no subject but what it begins with. */
async function listShown(app: Machinery): Promise<Shown[]> {
  const messages = await listKeptSms(app, shown)
  const both: Shown[] = [
    ...(await listKept(app, shown)),
    ...messages.map(({ text, ...sms }) => ({ ...sms, subject: text.split('\n', 1)[0] ?? '' })),
  ]
  return both.sort((a, b) => b.createdAt.getTime() - a.createdAt.getTime()).slice(0, shown)
}
