import { type Configuration, errors, type KoaContextWithOIDC } from 'oidc-provider'

import type { App } from '../../../platform/app.ts'
import { findUserByLogin, isReadable, subjectOf } from '../../accounts/index.ts'
import { demandsOf } from '../../clients/index.ts'
import { personOf } from '../account.ts'
import { ask } from '../ciba/ask.ts'
import { take } from '../ciba/limits.ts'
import type { UnitOfWork } from '../storage/unit-of-work.ts'

type Ciba = NonNullable<NonNullable<Configuration['features']>['ciba']>

type Parts = Pick<App, 'config' | 'db' | 'clock' | 'limits'>

/** What is shown beside a code on another screen: one line of letters, digits and signs that are drawn. */
const visible = /^[\p{L}\p{M}\p{N}\p{P}\p{S} ]{1,40}$/u
const unseen = /[\p{Default_Ignorable_Code_Point}]/u

/**
 * OpenID Connect CIBA Core 1.0: an application asks for somebody who is not at its screen. How a person is found, what may be
 * put before them, and that it is.
 */
export const ciba = (parts: Parts, unitOf: (ctx: object) => UnitOfWork | undefined): Ciba => ({
  enabled: true,
  deliveryModes: ['poll', 'ping'],
  processLoginHint: (ctx, hint) => subjectHinted(parts, ctx, hint ?? ''),
  processLoginHintToken: () => {
    throw new errors.InvalidRequest('login_hint_token is not supported; send login_hint or id_token_hint')
  },
  validateBindingMessage: (ctx, message) => {
    if (message === undefined) {
      // Nothing else that can be asked for here says which sale, or which call, a request belongs to.
      if (demandsOf(ctx.oidc.client?.profile).backchannelSignatures === null) return
      throw new errors.InvalidRequest('binding_message must be sent by this client') // FAPI-CIBA, section 5.2.2, point 2
    }
    if (!visible.test(message) || unseen.test(message) || !isReadable(message) || message.trim() !== message)
      throw new errors.InvalidBindingMessage('binding_message must be 1 to 40 visible characters on one line')
  },
  validateRequestContext: async (ctx) => {
    await take(parts, ctx, 'ciba-client', ctx.oidc.client?.clientId ?? '') // first of all; nothing is decided by the context
  },
  verifyUserCode: async (ctx, _account, code) => {
    if (code !== undefined) throw new errors.InvalidRequest('user_code is not supported')
    const { client, params } = ctx.oidc
    if (client && params?.login_hint !== undefined)
      await parts.limits.giveBack('ciba-unknown', client.clientId)
  },
  triggerAuthenticationDevice: async (ctx, request, account, client) => {
    const unit = unitOf(ctx)
    if (!unit) throw new Error('a request without a unit of work')
    await ask(parts, unit, ctx, { request, client, person: personOf(account) })
  },
})

/**
 * Whom a `login_hint` means, by e-mail address or user name as at a sign-in. Nobody, somebody disabled and what is no name at all
 * are one answer, `unknown_user_id`, which section 13 demands; a client that asks for many of them is stopped.
 */
async function subjectHinted(
  parts: Parts,
  ctx: KoaContextWithOIDC,
  hint: string,
): Promise<string | undefined> {
  const { client } = ctx.oidc
  if (!client) return undefined
  await take(parts, ctx, 'ciba-unknown', client.clientId)
  const user = await findUserByLogin(parts.db, hint)
  return user ? subjectOf(parts.db, user.id) : undefined
}
