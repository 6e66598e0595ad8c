import type { Context } from 'koa'
import { z } from 'zod'

import { Problem } from '../../../platform/errors.ts'
import { page, type PageReply, type PageRoute } from '../../../platform/http/index.ts'
import { type FormProblem, formProblem, providersShown } from '../../authentication/index.ts'
import { browserOf } from '../../federation/index.ts'
import { offerByIdentity } from '../merging/offer-by-identity.ts'
import { accountPage, atAccount, demandOwnForm, done, type Visit } from '../visit/at-account.ts'
import { places } from '../visit/places.ts'
import type { Portal } from '../visit/sign-in.ts'
import { beginConnection, connectedPath } from './begin-connection.ts'
import { disconnectIdentity } from './disconnect-identity.ts'
import { type Connection, finishConnection, type Taken } from './finish-connection.ts'
import { listOwnIdentities, type OwnIdentity } from './list-own-identities.ts'

const Query = z.object({
  done: z.enum(['connected', 'already', 'disconnected']).optional().catch(undefined),
})

const Form = z.object({
  csrf: z.string().max(200),
  /** A provider. */
  connect: z.string().max(50).optional(),
  /** An identity. */
  disconnect: z.string().max(100).default(''),
})
type Form = z.infer<typeof Form>

const ReturnParams = z.object({ request: z.uuid() })

export const pages = (portal: Portal): PageRoute[] => [
  page({
    method: 'get',
    path: places.identities,
    summary: 'Show what opens my account',
    leadsAnywhere: true,
    query: Query,
    handle: ({ ctx, by, query }) =>
      atAccount(portal, ctx, { place: 'identities', by, recent: 'begin' }, (visit) =>
        showIdentities(portal, ctx, visit, {
          notice: query.done === undefined ? null : `account.identities.${query.done}`,
        }),
      ),
  }),

  page({
    method: 'post',
    path: places.identities,
    summary: 'Connect an account elsewhere, or disconnect one',
    limit: 'upstream',
    leadsAnywhere: true,
    form: Form,
    handle: ({ ctx, by, form }) =>
      // Whoever goes to a provider needs time there, and a sign-in that is still recent when they come back.
      atAccount(
        portal,
        ctx,
        { place: 'identities', by, recent: form.connect === undefined ? 'act' : 'begin' },
        async (visit) => {
          demandOwnForm(portal, visit, form.csrf)
          try {
            return await act(portal, ctx, visit, form)
          } catch (error) {
            return showIdentities(portal, ctx, visit, { problem: problemOf(ctx, error) })
          }
        },
      ),
  }),

  page({
    method: 'get',
    path: `${connectedPath}:request`,
    summary: 'Come back from another provider with the account to connect',
    leadsAnywhere: true,
    params: ReturnParams,
    handle: ({ ctx, by, params }) =>
      atAccount(portal, ctx, { place: 'identities', by, recent: 'act' }, async (visit) => {
        try {
          const named = { id: params.request, ...browserOf(portal, ctx) }
          return await afterConnection(portal, ctx, visit, await finishConnection(portal, visit, named))
        } catch (error) {
          // The page itself asks for another sign-in then.
          if (error instanceof Problem && error.code === 'session_ended')
            return { redirect: places.identities }
          return showIdentities(portal, ctx, visit, { problem: problemOf(ctx, error) })
        }
      }),
  }),
]

async function act(
  portal: Portal,
  ctx: Context,
  visit: Visit,
  { connect, disconnect }: Form,
): Promise<PageReply> {
  if (connect !== undefined) return { redirect: await beginConnection(portal, ctx, visit, connect) }
  await disconnectIdentity(portal, visit.by, { userId: visit.user.id, id: disconnect })
  return done('identities', 'disconnected')
}

async function afterConnection(
  portal: Portal,
  ctx: Context,
  visit: Visit,
  connection: Connection,
): Promise<PageReply> {
  switch (connection.kind) {
    case 'linked':
      return done('identities', 'connected')
    case 'already':
      return done('identities', 'already')
    case 'taken':
      return afterTaken(portal, ctx, visit, connection)
    case 'failed': {
      const problem = { key: `problems.upstream_${connection.failed}`, status: 403 }
      return showIdentities(portal, ctx, visit, { problem })
    }
  }
}

/** They have just proven two accounts to be theirs: this one, and the one that their identity opens. Are the two to be one? */
async function afterTaken(portal: Portal, ctx: Context, visit: Visit, taken: Taken): Promise<PageReply> {
  const { userId, uid } = visit.session
  const offer = await offerByIdentity(portal, visit.by, { userId, session: { uid } }, taken)
  if (offer !== null) return { redirect: `${places.merge}/${offer}` }
  return showIdentities(portal, ctx, visit, { problem: { key: 'account.identities.taken', status: 409 } })
}

const refusals: Record<string, string> = {
  last_way_in: 'account.identities.last_way_in',
  identity_not_found: 'account.identities.not_found',
  provider_not_found: 'account.identities.provider_gone',
}

/** @throws what was thrown, when it is nothing the page can say. */
function problemOf(ctx: Context, thrown: unknown): FormProblem {
  const key = thrown instanceof Problem ? refusals[thrown.code] : undefined
  return thrown instanceof Problem && key !== undefined
    ? { key, status: thrown.status }
    : formProblem(ctx, thrown)
}

async function showIdentities(
  portal: Portal,
  ctx: Context,
  visit: Visit,
  { notice = null, problem = null }: { notice?: string | null; problem?: FormProblem | null },
): Promise<PageReply> {
  const { identities, hasPassword } = await listOwnIdentities(portal, visit.user.id)
  const connected = new Set(identities.map(({ provider }) => provider?.slug))
  const offered = (await providersShown(portal)).filter(({ slug }) => !connected.has(slug))
  return accountPage(portal, ctx, visit, {
    view: 'account/identities',
    status: problem?.status ?? 200,
    notice,
    problem: problem?.key ?? null,
    locals: {
      identities: identities.map(identityShown),
      hasPassword,
      passwordUrl: places.password,
      providers: offered,
    },
  })
}

const identityShown = (identity: OwnIdentity) => {
  const { id, provider, providerName, label, createdAt, lastUsedAt, lastWayIn } = identity
  return {
    ...{ id, label, lastWayIn, since: createdAt, lastUsedAt },
    name: providerName,
    connector: provider?.connector ?? null,
    stateKey: stateOf(provider),
  }
}

/** Text key of why one cannot sign in with it now; null where one can. */
function stateOf(provider: OwnIdentity['provider']): string | null {
  if (!provider) return 'account.identities.gone'
  return provider.enabled ? null : 'account.identities.disabled'
}
