import type { Context } from 'koa'
import { z } from 'zod'

import { page, type PageReply, type PageRoute } from '../../../platform/http/index.ts'
import { type FormProblem, formProblem, keyTexts } from '../../authentication/index.ts'
import {
  acceptedSignals,
  beginRegistration,
  KeyKind,
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

const Query = z.object({
  done: z.enum(['added', 'key_added', 'renamed', 'deleted', 'key_deleted']).optional().catch(undefined),
})

/** One of three: a new credential with its name, `rename` with a name, or `delete`; the last two name a passkey. */
const Form = z.object({
  csrf: z.string().max(200),
  credential: z.string().max(40_000).default(''),
  rename: z.string().max(100).default(''),
  delete: z.string().max(100).default(''),
  name: z.string().max(200).default(''),
})
type Form = z.infer<typeof Form>

const OptionsForm = Form.pick({ csrf: true }).extend({ purpose: KeyKind.default('passkey') })

export const pages = (portal: Portal): PageRoute[] => [
  page({
    method: 'get',
    path: places.passkeys,
    summary: 'Show my passkeys and security keys',
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
    summary: 'Get what this browser makes a passkey or security key with',
    limit: 'passkey',
    form: OptionsForm,
    handle: ({ ctx, by, form }) =>
      atAccount(portal, ctx, { place: 'passkeys', by, recent: 'act' }, async (visit) => {
        demandOwnForm(portal, visit, form.csrf)
        const { user, session } = visit
        return {
          json: await beginRegistration(portal, { userId: user.id, session: session.uid }, form.purpose),
        }
      }),
  }),

  page({
    method: 'post',
    path: places.passkeys,
    summary: 'Add a passkey or security key, rename one or delete one',
    limit: 'passkey',
    form: Form,
    handle: ({ ctx, by, form }) =>
      atAccount(portal, ctx, { place: 'passkeys', by, recent: 'act' }, async (visit) => {
        demandOwnForm(portal, visit, form.csrf)
        try {
          return await act(portal, ctx, visit, form)
        } catch (error) {
          return showPasskeys(portal, ctx, visit, { problem: formProblem(ctx, error, texts) })
        }
      }),
  }),
]

async function act(portal: Portal, ctx: Context, visit: Visit, form: Form): Promise<PageReply> {
  const { user, by } = visit
  const userId = user.id
  if (form.delete !== '') {
    const purpose = await deleteOwnPasskey(portal, by, { userId, id: idIn(form.delete) })
    return done('passkeys', purpose === 'security-key' ? 'key_deleted' : 'deleted')
  }
  const { success: named, data: name = null } = PasskeyName.safeParse(form.name)
  if (form.rename !== '') {
    if (named && name !== null) await renameOwnPasskey(portal, by, { userId, id: idIn(form.rename), name })
    return done('passkeys', 'renamed')
  }
  const response = readJson(RegistrationResponse, form.credential)
  if (!response) throw passkeyErrors.passkey_refused()
  return add(portal, ctx, visit, { name, response })
}

async function add(
  portal: Portal,
  ctx: Context,
  visit: Visit,
  made: { name: string | null; response: RegistrationResponse },
): Promise<PageReply> {
  const { user, session, by } = visit
  const adding = { ...made, userId: user.id, session: session.uid, place: 'page' } as const
  const { passkey, recoveryCodes: codes } = await addOwnPasskey(portal, by, adding)
  const what = passkey.purpose === 'security-key' ? 'key_added' : 'added'
  if (codes === null) return done('passkeys', what)
  return accountPage(portal, ctx, visit, {
    view: 'account/security-codes',
    notice: `account.passkeys.${what}`,
    locals: { codes, backUrl: places.passkeys },
  })
}

/** @throws passkey_not_found (404): nobody has such an id. */
function idIn(text: string): string {
  const { data } = z.uuid().safeParse(text)
  if (data === undefined) throw passkeyErrors.passkey_not_found()
  return data
}

const texts = {
  ...keyTexts,
  last_way_in: 'account.passkeys.last_way_in',
  passkey_not_found: 'account.passkeys.not_found',
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
    locals: {
      passkeys: passkeys.map(shown),
      accepted: acceptedSignals(portal, visit.user.id, passkeys),
    },
  })
}

const shown = (passkey: OwnPasskey) => ({
  id: passkey.id,
  name: passkey.name,
  since: passkey.createdAt,
  lastUsedAt: passkey.lastUsedAt,
  isKey: passkey.purpose === 'security-key',
  synced: passkey.backupEligible,
  copied: passkey.counterReversedAt !== null,
  lastWayIn: passkey.lastWayIn,
})
