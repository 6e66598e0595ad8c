import type { Context } from 'koa'
import { z } from 'zod'

import { page, type PageReply, type PageRoute } from '../../../platform/http/index.ts'
import { Problem } from '../../../platform/errors.ts'
import { changePassword, passwordText } from '../../authentication/index.ts'
import { hasPassword, minimumLength } from '../../credentials/index.ts'
import { accountPage, atAccount, demandOwnForm, done, type Visit } from '../visit/at-account.ts'
import { places } from '../visit/places.ts'
import type { Portal } from '../visit/sign-in.ts'

const Query = z.object({ done: z.literal('changed').optional().catch(undefined) })

/** Bounds only: what is wrong with them is told beside the fields. */
const PasswordForm = z.object({
  csrf: z.string().max(200),
  current_password: z.string().max(1024).default(''),
  password: z.string().max(1024).default(''),
})

export const pages = (portal: Portal): PageRoute[] => [
  page({
    method: 'get',
    path: places.password,
    summary: 'Show the form for another password',
    query: Query,
    handle: ({ ctx, by, query }) =>
      atAccount(portal, ctx, { place: 'password', by, recent: 'begin' }, (visit) =>
        showForm(portal, ctx, visit, {
          notice: query.done === undefined ? null : 'account.password.changed',
        }),
      ),
  }),

  page({
    method: 'post',
    path: places.password,
    summary: 'Change my password',
    form: PasswordForm,
    handle: ({ ctx, by, form }) =>
      atAccount(portal, ctx, { place: 'password', by, recent: 'act' }, async (visit) => {
        demandOwnForm(portal, visit, form.csrf)
        const { user, session } = visit
        const change = { current: form.current_password, next: form.password }
        try {
          await changePassword(portal, visit.by, { userId: user.id, session: { uid: session.uid } }, change)
        } catch (error) {
          return showForm(portal, ctx, visit, { refused: refusalOf(error) })
        }
        return done('password', 'changed')
      }),
  }),
]

interface FieldProblems {
  current_password: string | null
  password: string | null
}

const noProblem: FieldProblems = { current_password: null, password: null }

/** @throws what was thrown, when it concerns no field. */
function refusalOf(thrown: unknown): FieldProblems {
  if (!(thrown instanceof Problem)) throw thrown
  if (thrown.code === 'current_password_wrong')
    return { ...noProblem, current_password: 'account.password.wrong' }
  if (thrown.code !== 'password_refused') throw thrown
  return { ...noProblem, password: passwordText(thrown.options.members?.problem) ?? 'fields.password_reused' }
}

async function showForm(
  portal: Portal,
  ctx: Context,
  visit: Visit,
  { refused, notice = null }: { refused?: FieldProblems; notice?: string | null },
): Promise<PageReply> {
  const { id, email, username } = visit.user
  return accountPage(portal, ctx, visit, {
    view: 'account/password',
    status: refused ? 422 : 200,
    notice,
    locals: {
      login: email ?? username ?? '',
      first: !(await hasPassword(portal.db, id)),
      minimum: await minimumLength(portal),
      fieldProblems: refused ?? noProblem,
    },
  })
}
