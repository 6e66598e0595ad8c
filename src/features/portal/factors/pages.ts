import type { Context } from 'koa'
import { z } from 'zod'

import type { By } from '../../../platform/app.ts'
import { Problem } from '../../../platform/errors.ts'
import { page, type PageReply, type PageRoute } from '../../../platform/http/index.ts'
import { type FormProblem, formProblem } from '../../authentication/index.ts'
import {
  beginTotp,
  type Enrolment,
  type Factor,
  factorErrors,
  FactorName,
  findEnrolment,
} from '../../factors/index.ts'
import { accountPage, atAccount, demandOwnForm, done, type Visit } from '../visit/at-account.ts'
import { places } from '../visit/places.ts'
import type { Portal } from '../visit/sign-in.ts'
import {
  confirmOwnTotp,
  listOwnFactors,
  removeOwnFactor,
  renameOwnFactor,
  renewOwnRecoveryCodes,
} from './own-factors.ts'
import { ownResetShown } from './own-reset.ts'
import { usualName } from './routes.ts'
import { pages as sentPages, sentLinks } from './sent/pages.ts'

const Query = z.object({
  done: z.enum(['added', 'sms-added', 'mail-added', 'renamed', 'removed']).optional().catch(undefined),
})

const Csrf = z.string().max(200)

/** One of three: `ask` names a factor that is to go, `remove` one that goes; `rename` one that gets a name. */
const Form = z.object({
  csrf: Csrf,
  ask: z.string().max(100).default(''),
  remove: z.string().max(100).default(''),
  rename: z.string().max(100).default(''),
  name: z.string().max(200).default(''),
})
type Form = z.infer<typeof Form>

const AppForm = z.object({ csrf: Csrf, name: z.string().max(200).default('') })

const CodeForm = z.object({
  csrf: Csrf,
  id: z.string().max(100).default(''),
  code: z.string().max(40).default(''),
})

const CodesForm = z.object({ csrf: Csrf })

const appPath = `${places.security}/app`
const confirmPath = `${appPath}/confirm`
const codesPath = `${places.security}/recovery-codes`

export const pages = (portal: Portal): PageRoute[] => [
  ...sentPages(portal),
  page({
    method: 'get',
    path: places.security,
    summary: 'Show what confirms my sign-ins a second time',
    query: Query,
    handle: ({ ctx, by, query }) =>
      atAccount(portal, ctx, { place: 'security', by, recent: 'begin' }, (visit) =>
        showFactors(portal, ctx, visit, {
          notice: query.done === undefined ? null : `account.security.${query.done}`,
        }),
      ),
  }),

  page({
    method: 'post',
    path: places.security,
    summary: 'Rename a factor, or remove one once I have confirmed it',
    form: Form,
    handle: ({ ctx, by, form }) =>
      atForm(portal, ctx, by, form, async (visit) => {
        const factor = await named(portal, visit, form.ask || form.remove || form.rename)
        if (form.ask !== '') return showRemoval(portal, ctx, visit, factor)
        return done('security', await change(portal, visit, factor, form))
      }),
  }),

  page({
    method: 'post',
    path: appPath,
    summary: 'Begin to add an authenticator app',
    form: AppForm,
    handle: ({ ctx, by, form }) =>
      atForm(portal, ctx, by, form, async (visit) => {
        const { data: name = usualName } = FactorName.safeParse(form.name)
        return showEnrolment(portal, ctx, visit, await beginTotp(portal, { userId: visit.user.id, name }))
      }),
  }),

  page({
    method: 'post',
    path: confirmPath,
    summary: 'Turn the authenticator app on by a first code of it',
    form: CodeForm,
    handle: ({ ctx, by, form }) =>
      atForm(portal, ctx, by, form, (visit) => confirm(portal, ctx, visit, form)),
  }),

  page({
    method: 'post',
    path: codesPath,
    summary: 'Get new recovery codes; the old ones end',
    form: CodesForm,
    handle: ({ ctx, by, form }) =>
      atForm(portal, ctx, by, form, async (visit) => {
        const { user, session } = visit
        const asked = { userId: user.id, session: session.uid }
        const codes = await renewOwnRecoveryCodes(portal, visit.by, asked)
        return showCodes(portal, ctx, visit, { codes, notice: null })
      }),
  }),
]

/** A form of this page, from who is signed in lately and well enough; what is refused is said on the page. */
const atForm = (
  portal: Portal,
  ctx: Context,
  by: By,
  { csrf }: { csrf: string },
  act: (visit: Visit) => Promise<PageReply>,
): Promise<PageReply> =>
  atAccount(portal, ctx, { place: 'security', by, recent: 'act' }, async (visit) => {
    demandOwnForm(portal, visit, csrf)
    try {
      return await act(visit)
    } catch (error) {
      return showFactors(portal, ctx, visit, { problem: problemOf(ctx, error) })
    }
  })

/** A code that is not right leaves the picture where it is. */
async function confirm(
  portal: Portal,
  ctx: Context,
  visit: Visit,
  { id, code }: z.infer<typeof CodeForm>,
): Promise<PageReply> {
  const { user, session, by } = visit
  const which = { userId: user.id, id: idIn(id) }
  try {
    const { recoveryCodes: codes } = await confirmOwnTotp(portal, by, {
      ...which,
      session: session.uid,
      code,
    })
    if (codes === null) return done('security', 'added')
    return await showCodes(portal, ctx, visit, { codes, notice: 'account.security.added' })
  } catch (error) {
    if (!(error instanceof Problem) || error.code !== 'factor_code_refused') throw error
    const enrolment = await findEnrolment(portal, which)
    return showEnrolment(portal, ctx, visit, enrolment, problemOf(ctx, error))
  }
}

/** What was done. A name that nobody can read changes nothing. */
async function change(portal: Portal, { user, by }: Visit, { id }: Factor, form: Form): Promise<string> {
  const userId = user.id
  if (form.remove !== '') {
    await removeOwnFactor(portal, by, { userId, id })
    return 'removed'
  }
  const { data: name } = FactorName.safeParse(form.name)
  if (name !== undefined) await renameOwnFactor(portal, by, { userId, id, name })
  return 'renamed'
}

/** @throws factor_not_found (404) */
async function named(portal: Portal, { user }: Visit, id: string): Promise<Factor> {
  const factor = (await listOwnFactors(portal, user.id)).factors.find((one) => one.id === id)
  if (!factor) throw factorErrors.factor_not_found()
  return factor
}

/** @throws factor_not_found (404): nobody has such an id. */
function idIn(text: string): string {
  const { data } = z.uuid().safeParse(text)
  if (data === undefined) throw factorErrors.factor_not_found()
  return data
}

const refusals: Record<string, string> = {
  factor_not_found: 'account.security.not_found',
  factor_code_refused: 'account.security.code_refused',
  factors_full: 'account.security.full',
}

/** @throws what was thrown, when it is nothing the page can say. */
function problemOf(ctx: Context, thrown: unknown): FormProblem {
  const key = thrown instanceof Problem ? refusals[thrown.code] : undefined
  return thrown instanceof Problem && key !== undefined
    ? { key, status: thrown.status }
    : formProblem(ctx, thrown)
}

/** So few that it is time for new ones. */
const fewCodes = 3

async function showFactors(
  portal: Portal,
  ctx: Context,
  visit: Visit,
  { notice = null, problem = null }: { notice?: string | null; problem?: FormProblem | null },
): Promise<PageReply> {
  const { factors, recoveryCodesLeft } = await listOwnFactors(portal, visit.user.id)
  return accountPage(portal, ctx, visit, {
    view: 'account/security',
    status: problem?.status ?? 200,
    notice,
    problem: problem?.key ?? null,
    locals: {
      factors: factors.map(shown),
      codesLeft: recoveryCodesLeft,
      fewCodes: factors.length > 0 && recoveryCodesLeft <= fewCodes,
      appAction: appPath,
      codesAction: codesPath,
      sentLinks: await sentLinks(
        portal,
        visit,
        factors.map(({ kind }) => kind),
      ),
      factorReset: await ownResetShown(portal, visit),
    },
  })
}

const shown = ({ id, kind, name, createdAt, lastUsedAt }: Factor) => ({
  ...{ id, name, kindKey: `account.security.kinds.${kind}`, since: createdAt, lastUsedAt },
})

const showEnrolment = (
  portal: Portal,
  ctx: Context,
  visit: Visit,
  { id, name, key, uri, qr }: Enrolment,
  problem: FormProblem | null = null,
): Promise<PageReply> =>
  accountPage(portal, ctx, visit, {
    view: 'account/security-app',
    status: problem?.status ?? 200,
    locals: {
      ...{ id, name, qr, uri, confirmAction: confirmPath, cancelUrl: places.security },
      keyGroups: key.match(/.{1,4}/g) ?? [],
      codeProblem: problem?.key ?? null,
    },
  })

const showCodes = (
  portal: Portal,
  ctx: Context,
  visit: Visit,
  { codes, notice }: { codes: readonly string[]; notice: string | null },
): Promise<PageReply> =>
  accountPage(portal, ctx, visit, {
    view: 'account/security-codes',
    notice,
    locals: { codes, backUrl: places.security },
  })

const showRemoval = (portal: Portal, ctx: Context, visit: Visit, factor: Factor): Promise<PageReply> =>
  accountPage(portal, ctx, visit, {
    view: 'account/security-remove',
    locals: { factor: shown(factor), cancelUrl: places.security },
  })
