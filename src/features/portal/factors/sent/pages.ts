import type { Context } from 'koa'
import { z } from 'zod'

import type { By } from '../../../../platform/app.ts'
import { Problem } from '../../../../platform/errors.ts'
import { page, type PageReply, type PageRoute } from '../../../../platform/http/index.ts'
import { type FormProblem, formProblem, sentTexts } from '../../../authentication/index.ts'
import {
  beginMail,
  beginSms,
  factorErrors,
  FactorName,
  findBegun,
  mayUseMail,
  offersSms,
  sendCode,
  type SentKind,
} from '../../../factors/index.ts'
import { accountPage, atAccount, demandOwnForm, done, type Visit } from '../../visit/at-account.ts'
import { places } from '../../visit/places.ts'
import type { Portal } from '../../visit/sign-in.ts'
import { confirmOwnSent } from './own-sent.ts'

const Csrf = z.string().max(200)

const pathOf = (kind: SentKind): string => `${places.security}/${kind}`

/** One of three: `begin` (a phone with its number), `again` to have another code sent, or `confirm` with the code. */
const Form = z.object({
  csrf: Csrf,
  act: z.enum(['begin', 'again', 'confirm']).catch('begin'),
  phone_number: z.string().max(50).default(''),
  name: z.string().max(200).default(''),
  code: z.string().max(40).default(''),
})
type Form = z.infer<typeof Form>

const Query = z.object({ other: z.string().max(5).optional().catch(undefined) })

const summaries: Record<SentKind, [show: string, act: string]> = {
  sms: ['Add a phone that codes are sent to', 'Have a code sent to a phone, or confirm it by that'],
  mail: ['Have codes mailed to my address', 'Have a code mailed, or confirm my address by it'],
}

/** Adding what codes are sent to: first where to, then the code that went there. Both are one page, which shows what is next. */
export const pages = (portal: Portal): PageRoute[] =>
  (['sms', 'mail'] as const).flatMap((kind) => [
    page({
      method: 'get',
      path: pathOf(kind),
      summary: summaries[kind][0],
      query: Query,
      handle: ({ ctx, by, query }) =>
        atAccount(portal, ctx, { place: 'security', by, recent: 'begin' }, (visit) =>
          showNext(portal, ctx, visit, { kind, other: query.other !== undefined }),
        ),
    }),

    page({
      method: 'post',
      path: pathOf(kind),
      summary: summaries[kind][1],
      limit: 'second-factor',
      form: Form,
      handle: ({ ctx, by, form }) => handleForm(portal, ctx, by, kind, form),
    }),
  ])

const handleForm = (portal: Portal, ctx: Context, by: By, kind: SentKind, form: Form): Promise<PageReply> =>
  atAccount(portal, ctx, { place: 'security', by, recent: 'act' }, async (visit) => {
    demandOwnForm(portal, visit, form.csrf)
    try {
      if (form.act === 'confirm') return await confirm(portal, ctx, visit, kind, form.code)
      await (form.act === 'again' ? again(portal, visit, kind) : begin(portal, visit, kind, form))
      return { redirect: pathOf(kind) }
    } catch (error) {
      return showNext(portal, ctx, visit, {
        kind,
        other: form.act === 'begin',
        typed: form.phone_number,
        problem: formProblem(ctx, error, sentTexts),
      })
    }
  })

async function begin(
  portal: Portal,
  { user, session, by }: Visit,
  kind: SentKind,
  { phone_number: number, name: given }: Form,
): Promise<void> {
  const adding = { userId: user.id, session: session.uid }
  if (kind === 'mail') {
    await beginMail(portal, by, adding)
    return
  }
  const { data: name } = FactorName.safeParse(given)
  await beginSms(portal, by, { ...adding, number, name })
}

async function again(portal: Portal, { user, session, by }: Visit, kind: SentKind): Promise<void> {
  const begun = await findBegun(portal, { userId: user.id, kind })
  if (!begun) throw factorErrors.factor_not_found()
  const asking = { userId: user.id, factorId: begun.id, purpose: 'enrol', bound: session.uid } as const
  await sendCode(portal, by, asking)
}

/** What comes back with it is shown once. */
async function confirm(
  portal: Portal,
  ctx: Context,
  visit: Visit,
  kind: SentKind,
  code: string,
): Promise<PageReply> {
  const { user, session, by } = visit
  const begun = await findBegun(portal, { userId: user.id, kind })
  if (!begun) throw factorErrors.factor_not_found()
  const confirming = { userId: user.id, session: session.uid, id: begun.id, code }
  const { recoveryCodes: codes } = await confirmOwnSent(portal, by, confirming)
  if (codes === null) return done('security', `${kind}-added`)
  return accountPage(portal, ctx, visit, {
    view: 'account/security-codes',
    notice: `account.security.${kind}-added`,
    locals: { codes, backUrl: places.security },
  })
}

interface Next {
  kind: SentKind
  /** Another number is wanted, although a code is on its way. */
  other: boolean
  typed?: string
  problem?: FormProblem | null
}

async function showNext(
  portal: Portal,
  ctx: Context,
  visit: Visit,
  { kind, other, typed = '', problem = null }: Next,
): Promise<PageReply> {
  const begun = other ? null : await begunNow(portal, visit, kind)
  return accountPage(portal, ctx, visit, {
    view: begun ? 'account/security-code' : `account/security-${kind}`,
    ...(problem && { status: problem.status }),
    locals: {
      sentAction: pathOf(kind),
      kind,
      hint: begun && begun.hint,
      number: typed,
      email: visit.user.email,
      offered: await offered(portal, visit, kind),
      sentProblem: problem?.key ?? null,
      otherUrl: `${pathOf(kind)}?other=1`,
      cancelUrl: places.security,
    },
  })
}

/** What nothing may be sent to any more is not shown as under way. */
async function begunNow(portal: Portal, { user }: Visit, kind: SentKind): Promise<{ hint: string } | null> {
  try {
    return await findBegun(portal, { userId: user.id, kind })
  } catch (error) {
    if (error instanceof Problem) return null
    throw error
  }
}

const offered = (portal: Portal, { user }: Visit, kind: SentKind): Promise<boolean> =>
  kind === 'sms' ? offersSms(portal) : mayUseMail(portal, portal.db, user.id)

/** Links to these pages, where they lead to something. */
export async function sentLinks(
  portal: Portal,
  visit: Visit,
  kinds: readonly string[],
): Promise<{ url: string; labelKey: string; aboutKey: string }[]> {
  const shown: SentKind[] = []
  if (await offered(portal, visit, 'sms')) shown.push('sms')
  if (!kinds.includes('mail') && visit.user.emailVerified && (await offered(portal, visit, 'mail')))
    shown.push('mail')
  return shown.map((kind) => ({
    url: pathOf(kind),
    labelKey: `account.security.sent.add_${kind}`,
    aboutKey: `account.security.sent.about_${kind}`,
  }))
}
