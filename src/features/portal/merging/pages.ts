import type { Context } from 'koa'
import { z } from 'zod'

import { page, type PageReply, type PageRoute } from '../../../platform/http/index.ts'
import { Problem } from '../../../platform/errors.ts'
import { type FormProblem, formProblem, providersShown } from '../../authentication/index.ts'
import { presentedDevice } from '../../devices/index.ts'
import { confirmMerge, type Party, previewOffer, type Signed, undoOwnMerge } from '../../merging/index.ts'
import { accountPage, atAccount, demandOwnForm, done, type Visit } from '../visit/at-account.ts'
import { places } from '../visit/places.ts'
import type { Portal } from '../visit/sign-in.ts'
import { listOwnMerges, type OwnMerge } from './list-own-merges.ts'
import { nameClients } from './name-clients.ts'
import { offerOwnMerge } from './offer-own-merge.ts'
import { undoPages } from './undo-pages.ts'

/** What the forms do, by what the page then says. */
const notices = { merged: 'account.merge.merged', undone: 'account.merge.undone_now' }

const Query = z.object({ done: z.enum(['merged', 'undone']).optional().catch(undefined) })

/** Bounds only: what is wrong with them is told in one way for all. */
const Form = z.object({
  csrf: z.string().max(200),
  login: z.string().max(320).default(''),
  password: z.string().max(1024).default(''),
  proof: z.string().max(200).default(''),
  /** A merge; then nothing else is looked at. */
  undo: z.uuid().optional(),
})
type Form = z.infer<typeof Form>

const offerPath = `${places.merge}/:id`
const OfferParams = z.object({ id: z.uuid() })
const ConfirmForm = z.object({ csrf: z.string().max(200) })

export const pages = (portal: Portal): PageRoute[] => [
  page({
    method: 'get',
    path: places.merge,
    summary: 'Show the form that merges another account, and past merges',
    leadsAnywhere: true,
    query: Query,
    handle: ({ ctx, by, query }) =>
      atAccount(portal, ctx, { place: 'merge', by, recent: 'begin' }, (visit) =>
        showForm(portal, ctx, visit, { notice: query.done === undefined ? null : notices[query.done] }),
      ),
  }),

  page({
    method: 'post',
    path: places.merge,
    summary: 'Prove another account, or undo a merge',
    leadsAnywhere: true,
    form: Form,
    handle: ({ ctx, by, form }) =>
      atAccount(portal, ctx, { place: 'merge', by, recent: 'act' }, async (visit) => {
        demandOwnForm(portal, visit, form.csrf)
        try {
          return await act(portal, ctx, visit, form)
        } catch (error) {
          return showForm(portal, ctx, visit, { login: form.login, problem: problemOf(ctx, error) })
        }
      }),
  }),

  page({
    method: 'get',
    path: offerPath,
    summary: 'Show what merging the other account does',
    leadsAnywhere: true,
    params: OfferParams,
    handle: ({ ctx, by, params }) =>
      atAccount(portal, ctx, { place: 'merge', by, recent: 'begin' }, async (visit) => {
        try {
          return await showOffer(portal, ctx, visit, params.id)
        } catch (error) {
          return showForm(portal, ctx, visit, { problem: problemOf(ctx, error) })
        }
      }),
  }),

  page({
    method: 'post',
    path: offerPath,
    summary: 'Merge the other account into mine',
    leadsAnywhere: true,
    params: OfferParams,
    form: ConfirmForm,
    handle: ({ ctx, by, params, form }) =>
      atAccount(portal, ctx, { place: 'merge', by, recent: 'act' }, async (visit) => {
        demandOwnForm(portal, visit, form.csrf)
        try {
          await confirmMerge(portal, visit.by, signedOf(visit), params.id)
        } catch (error) {
          return showForm(portal, ctx, visit, { problem: problemOf(ctx, error) })
        }
        return done('merge', 'merged')
      }),
  }),

  ...undoPages(portal),
]

const signedOf = ({ session: { userId, uid } }: Visit): Signed => ({ userId, session: { uid } })

async function act(portal: Portal, ctx: Context, visit: Visit, form: Form): Promise<PageReply> {
  if (form.undo !== undefined) {
    await undoOwnMerge(portal, visit.by, { userId: visit.user.id, id: form.undo })
    return done('merge', 'undone')
  }
  const { login, password, proof } = form
  const clientId = await portal.ownClient()
  const device = presentedDevice(portal, ctx)
  const typed = { login, password, proof: proof === '' ? null : proof, clientId, device }
  const { id } = await offerOwnMerge(portal, visit.by, signedOf(visit), typed)
  return { redirect: `${places.merge}/${id}` }
}

const refusals: ReadonlySet<string> = new Set([
  'merge_not_proven',
  'merge_same_account',
  'merge_account_not_active',
  'merge_role_held',
  'merge_undoable_held',
  'merge_factor_held',
  'merge_not_found',
  'merge_offer_expired',
  'merge_done',
  'merge_undone',
  'merge_undo_too_late',
  'merge_undo_impossible',
])

/** @throws what was thrown, when it is nothing the form can say. */
function problemOf(ctx: Context, thrown: unknown): FormProblem {
  if (thrown instanceof Problem && refusals.has(thrown.code))
    return { key: `problems.${thrown.code}`, status: thrown.status }
  return formProblem(ctx, thrown)
}

interface Shown {
  login?: string
  notice?: string | null
  problem?: FormProblem
}

async function showForm(
  portal: Portal,
  ctx: Context,
  visit: Visit,
  { login = '', notice = null, problem }: Shown,
): Promise<PageReply> {
  const past = await listOwnMerges(portal, visit.user.id)
  return accountPage(portal, ctx, visit, {
    view: 'account/merge',
    status: problem?.status ?? 200,
    notice,
    problem: problem?.key ?? null,
    locals: {
      login,
      past: past.map(pastShown),
      proof: problem?.members ?? null,
      providers: await providersShown(portal),
      connectAction: places.identities, // an identity that opens the other account offers the merge
    },
  })
}

const pastShown = ({ id, merged, mergedAt, undoUntil, undoneAt, undoable }: OwnMerge) => ({
  ...{ id, mergedAt, undoUntil, undoneAt, undoable },
  name: nameOf(merged),
})

const nameOf = ({ email, username, name }: Party): string | null => email ?? username ?? name

async function showOffer(portal: Portal, ctx: Context, visit: Visit, id: string): Promise<PageReply> {
  const preview = await previewOffer(portal, signedOf(visit), id)
  const own = await portal.ownClient() // these very pages: their sign-ins go by the browser's session
  const both = preview.clientsKnowingBoth.filter(({ clientId }) => clientId !== own)
  return accountPage(portal, ctx, visit, {
    view: 'account/merge-confirm',
    locals: {
      confirmAction: `${places.merge}/${id}`,
      cancelUrl: places.merge,
      surviving: nameOf(preview.surviving) ?? '',
      merged: nameOf(preview.merged) ?? '',
      apps: await nameClients(portal, both),
      undoDays: await portal.settings.get('account.merge_undo_days'),
    },
  })
}
