import {
  type BackchannelAuthenticationRequest,
  type Client,
  errors,
  type KoaContextWithOIDC,
} from 'oidc-provider'

import { secondsAfter } from '../../../lib/clock.ts'
import type { App, By, Db } from '../../../platform/app.ts'
import { newId, sha256 } from '../../../platform/crypto/index.ts'
import { httpErrors } from '../../../platform/http/index.ts'
import type { Admitted } from '../../admission/index.ts'
import { findUser } from '../../accounts/index.ts'
import * as audit from '../../audit/index.ts'
import { sendMail } from '../../notifications/index.ts'
import { isScope, mayHold } from '../configuration/grants.ts'
import { pollSeconds } from '../polling.ts'
import type { UnitOfWork } from '../storage/unit-of-work.ts'
import { mostPending, take, tooMany } from './limits.ts'
import * as requests from './repository.ts'
import type { Asked } from './repository.ts'
import { onceAsked } from './signed-asking.ts'
import { sealPing } from './sealed-ping.ts'

type Parts = Pick<App, 'config' | 'db' | 'clock' | 'limits'>

/** The page that a letter leads to. It demands a sign-in, and shows what waits. */
export const requestsPath = '/account/requests'

/**
 * Puts before a person what an application asks: on the page of their account, and by a letter with a link to that page. In the
 * commit of the provider's own row, or not at all. How often one application, and all of them, may ask the same person is
 * bounded: who is asked again and again says yes in the end.
 */
export async function ask(
  parts: Parts,
  unit: UnitOfWork,
  ctx: KoaContextWithOIDC,
  {
    request,
    client,
    person,
  }: { request: BackchannelAuthenticationRequest; client: Client; person: Admitted },
): Promise<void> {
  const { clientId } = client
  const { userId } = person
  const who = { userId, clientId }
  if (request.resource !== undefined && request.resource !== parts.config.issuer)
    throw new errors.InvalidTarget('only what is known of the person can be asked for here')
  if (await waitsForTooMany(parts, parts.db, who)) throw tooMany(ctx, 60)
  await take(parts, ctx, 'ciba-pair', `${clientId} ${userId}`)
  await take(parts, ctx, 'ciba-person', userId)
  const asked = askedOf(parts, ctx, request, { client, person })
  const authReqId = request.jti
  const token = ctx.oidc.params?.client_notification_token
  const ping = typeof token === 'string' ? sealPing(parts.config, asked.id, { authReqId, token }) : null
  const by: By = { actor: { type: 'client', id: clientId }, origin: ctx.state.origin ?? null }
  unit.once.push(...onceAsked(ctx, client))
  unit.also.push(async (tx) => {
    await requests.lockPerson(tx, userId)
    if (await waitsForTooMany(parts, tx, who)) throw httpErrors.unavailable({ retryAfterSeconds: 60 }) // asked at the same moment
    await requests.insert(tx, sha256(authReqId), asked, ping)
    await audit.record(tx, asked.askedAt, by, {
      action: 'authentication_request.asked',
      target: { type: 'user', id: userId },
      details: { requestId: asked.id, clientId, scope: asked.scopes.join(' ') },
    })
    await tell(parts, tx, asked, client.clientName ?? clientId)
    return true
  })
  Object.assign(ctx.body as object, { interval: pollSeconds }) // the library's answer, which leaves it out
}

async function waitsForTooMany(
  { clock }: Pick<App, 'clock'>,
  db: Db,
  who: { userId: string; clientId: string },
): Promise<boolean> {
  const { all, ofClient } = await requests.countPending(db, { ...who, now: clock.now() })
  return all >= mostPending.all || ofClient >= mostPending.ofClient
}

function askedOf(
  { clock }: Pick<App, 'clock'>,
  ctx: KoaContextWithOIDC,
  request: BackchannelAuthenticationRequest,
  { client, person }: { client: Client; person: Admitted },
): Asked {
  const askedAt = clock.now()
  const { acr_values: acrValues, binding_message: bindingMessage } = ctx.oidc.params ?? {}
  return {
    id: newId(askedAt),
    clientId: client.clientId,
    userId: person.userId,
    subject: request.accountId ?? person.subject,
    scopes: [...ctx.oidc.requestParamScopes].filter((scope) => isScope(scope) && mayHold(client, scope)),
    acrValues: typeof acrValues === 'string' ? acrValues.slice(0, 1_000) : null,
    bindingMessage: typeof bindingMessage === 'string' ? bindingMessage : null,
    askedFrom: ctx.state.origin?.ip ?? '',
    askedAt,
    expiresAt: secondsAfter(askedAt, request.expiration),
  }
}

/** To the address in the person's own row, once they have proven it; whoever has none finds the request on the page. */
async function tell(
  { config }: Pick<App, 'config'>,
  tx: Db,
  { userId, askedAt, askedFrom, expiresAt }: Asked,
  app: string,
): Promise<void> {
  const user = await findUser(tx, userId)
  if (!user?.email || !user.emailVerified) return
  const { email: to, locale: language } = user
  const url = `${config.issuer}${requestsPath}`
  const locals = { at: askedAt, url, app, place: askedFrom || null }
  await sendMail({ config }, tx, askedAt, {
    letter: 'authentication-requested',
    to,
    language,
    userId,
    locals,
    expiresAt,
  })
}
