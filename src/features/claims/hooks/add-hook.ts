import type { App, By } from '../../../platform/app.ts'
import { newId, newWebhookSecret } from '../../../platform/crypto/index.ts'
import { transaction } from '../../../platform/db/index.ts'
import * as audit from '../../audit/index.ts'
import { announceChange } from '../announce.ts'
import { errors } from '../errors.ts'
import { demandReachable } from '../mappings/decide.ts'
import { read } from '../read-input.ts'
import type { Hook, SealedSecret } from './hook.ts'
import * as hooks from './repository.ts'
import { NewHook } from './schema.ts'
import { sealSecret } from './sealed-secret.ts'

export interface AddedHook {
  hook: Hook
  /** Shown this once. */
  secret: string
}

/** What a hook of this id was made with before: it stays sealed as it was. */
export interface KeptSecret {
  id?: string
  secret: string
  sealed?: SealedSecret
}

/**
 * Asks a service for claims from now on. Its address is judged by the rules of the guarded client before it is kept.
 *
 * @throws claim_invalid (422): `fields` say what; or nothing may be sent there, there is no such client, or a third party
 * without a scope.
 * @throws claim_hook_exists (409): the client, or everybody, has one already.
 */
export async function addHook(
  app: Pick<App, 'config' | 'db' | 'clock' | 'outbound'>,
  by: By,
  given: NewHook,
  kept?: KeptSecret,
): Promise<AddedHook> {
  const wanted = read(NewHook, given)
  const prospect = await app.outbound.check(wanted.url)
  if (prospect.outcome === 'refused')
    throw errors.claim_invalid({ detail: `url is not called: ${prospect.reason}` })
  const at = app.clock.now()
  const id = kept?.id ?? newId(at)
  const secret = kept?.secret ?? newWebhookSecret()
  const hook: Hook = {
    id,
    url: wanted.url,
    clientId: wanted.client_id,
    scope: wanted.scope,
    tokens: wanted.tokens,
    timeoutMs: wanted.timeout_ms,
    cacheSeconds: wanted.cache_seconds,
    onFailure: wanted.on_failure,
    secret: kept?.sealed ?? sealSecret(app.config, id, secret),
    createdAt: at,
  }
  await transaction(app.db, async (tx) => {
    await demandReachable(tx, hook)
    if (!(await hooks.insert(tx, hook))) throw errors.claim_hook_exists()
    const { clientId, scope, tokens, onFailure } = hook
    await audit.record(tx, at, by, {
      action: 'claim.hook_added',
      target: { type: 'claim', id },
      changes: {
        before: {},
        after: { at: placeOf(hook), clientId, scope, tokens: tokens.join(' '), onFailure },
      },
    })
    await announceChange(tx)
  })
  return { hook, secret }
}

/** Without its query, which may hold a key. */
export function placeOf({ url }: Pick<Hook, 'url'>): string {
  const { origin, pathname } = new URL(url)
  return origin + pathname
}
