import type { Context } from 'koa'
import { z } from 'zod'

import { Problem } from '../../../platform/errors.ts'
import { page, type PageReply, type PageRoute } from '../../../platform/http/index.ts'
import { type FormProblem, formProblem } from '../../authentication/index.ts'
import {
  beginRegistration,
  passkeyErrors,
  PasskeyName,
  readJson,
  RegistrationResponse,
} from '../../passkeys/index.ts'
import { accountPage, atAccount, demandOwnForm, done, type Visit } from '../visit/at-account.ts'
import { places } from '../visit/places.ts'
import type { Portal } from '../visit/sign-in.ts'
import { addOwnPasskey } from './add-own-passkey.ts'
import { deleteOwnPasskey } from './delete-own-passkey.ts'
import { listOwnPasskeys, type OwnPasskey } from './list-own-passkeys.ts'
import { renameOwnPasskey } from './rename-own-passkey.ts'

const Query = z.object({ done: z.enum(['added', 'renamed', 'deleted']).optional().catch(undefined) })

/** One of three: a new credential with its name, `rename` with a name, or `delete`; the last two name a passkey. */
const Form = z.object({
  csrf: z.string().max(200),
  credential: z.string().max(40_000).default(''),
  rename: z.string().max(100).default(''),
  delete: z.string().max(100).default(''),
  name: z.string().max(200).default(''),
})
type Form = z.infer<typeof Form>

const OptionsForm = Form.pick({ csrf: true })

export const pages = (portal: Portal): PageRoute[] => [
  page({
    method: 'get',
    path: places.passkeys,
    summary: 'Show my passkeys',
    query: Query,
    handle: ({ ctx, by, query }) =>
      atAccount(portal, ctx, { place: 'passkeys', by, recent: 'begin' }, (visit) =>
        showPasskeys(portal, ctx, visit, {
          notice: query.done === undefined ? null : `account.passkeys.${query.done}`,
        }),
      ),
  }),

  page({
    method: 'post',
    path: `${places.passkeys}/options`,
    summary: 'Get what this browser makes a passkey with',
    limit: 'passkey',
    form: OptionsForm,
    handle: ({ ctx, by, form }) =>
      atAccount(portal, ctx, { place: 'passkeys', by, recent: 'act' }, async (visit) => {
        demandOwnForm(portal, visit, form.csrf)
        const { user, session } = visit
        return { json: await beginRegistration(portal, { userId: user.id, session: session.uid }) }
      }),
  }),

  page({
    method: 'post',
    path: places.passkeys,
    summary: 'Add a passkey, rename one or delete one',
    limit: 'passkey',
    form: Form,
    handle: ({ ctx, by, form }) =>
      atAccount(portal, ctx, { place: 'passkeys', by, recent: 'act' }, async (visit) => {
        demandOwnForm(portal, visit, form.csrf)
        try {
          return done('passkeys', await act(portal, visit, form))
        } catch (error) {
          return showPasskeys(portal, ctx, visit, { problem: problemOf(ctx, error) })
        }
      }),
  }),
]

/** What was done. */
async function act(portal: Portal, { user, session, by }: Visit, form: Form): Promise<string> {
  const userId = user.id
  if (form.delete !== '') {
    await deleteOwnPasskey(portal, by, { userId, id: idIn(form.delete) })
    return 'deleted'
  }
  const { success: named, data: name = null } = PasskeyName.safeParse(form.name)
  if (form.rename !== '') {
    if (named && name !== null) await renameOwnPasskey(portal, by, { userId, id: idIn(form.rename), name })
    return 'renamed'
  }
  const response = readJson(RegistrationResponse, form.credential)
  if (!response) throw passkeyErrors.passkey_refused()
  await addOwnPasskey(portal, by, { userId, session: session.uid, name, response })
  return 'added'
}

/** @throws passkey_not_found (404): nobody has such an id. */
function idIn(text: string): string {
  const { data } = z.uuid().safeParse(text)
  if (data === undefined) throw passkeyErrors.passkey_not_found()
  return data
}

const refusals: Record<string, string> = {
  last_way_in: 'account.passkeys.last_way_in',
  passkey_not_found: 'account.passkeys.not_found',
  passkey_known: 'account.passkeys.known',
  passkeys_full: 'account.passkeys.full',
  passkey_refused: 'account.passkeys.refused',
}

/** @throws what was thrown, when it is nothing the page can say. */
function problemOf(ctx: Context, thrown: unknown): FormProblem {
  const key = thrown instanceof Problem ? refusals[thrown.code] : undefined
  return thrown instanceof Problem && key !== undefined
    ? { key, status: thrown.status }
    : formProblem(ctx, thrown)
}

async function showPasskeys(
  portal: Portal,
  ctx: Context,
  visit: Visit,
  { notice = null, problem = null }: { notice?: string | null; problem?: FormProblem | null },
): Promise<PageReply> {
  const passkeys = await listOwnPasskeys(portal, visit.user.id)
  return accountPage(portal, ctx, visit, {
    view: 'account/passkeys',
    status: problem?.status ?? 200,
    notice,
    problem: problem?.key ?? null,
    locals: { passkeys: passkeys.map(shown) },
  })
}

const shown = (passkey: OwnPasskey) => ({
  id: passkey.id,
  name: passkey.name,
  since: passkey.createdAt,
  lastUsedAt: passkey.lastUsedAt,
  synced: passkey.backupEligible,
  copied: passkey.counterReversedAt !== null,
  lastWayIn: passkey.lastWayIn,
})
