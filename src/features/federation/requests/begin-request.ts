import type { Context } from 'koa'

import { secondsAfter } from '../../../lib/clock.ts'
import type { App, By } from '../../../platform/app.ts'
import { newId, randomToken, sha256 } from '../../../platform/crypto/index.ts'
import type { WithFederation } from '../open.ts'
import type { ProviderRecord } from '../providers/provider.ts'
import { sealValue } from '../providers/sealed-secret.ts'
import { recordFailure } from '../record-failure.ts'
import { requestSecrets } from '../upstream/request-secrets.ts'
import { keepBrowserSecret } from './browser-cookie.ts'
import * as requests from './repository.ts'
import type { Bindings, Purpose } from './repository.ts'

type Machinery = Pick<App, 'clock' | 'config' | 'db' | 'limits' | 'log'> & WithFederation

/** Seconds a provider has for its answer, and the browser for coming back with it. */
const requestSeconds = 900

export interface Wanted extends Bindings {
  purpose: Exclude<Purpose, 'id-token'>
  provider: ProviderRecord
  /** Where the browser goes on to: one of our paths, to which the request's id is added, or an application's redirect URI. */
  waiting: string
  /** The person is to sign in at the provider again, if that can be asked of it. */
  fresh: boolean
}

/** Where a provider sends its answers. */
export const callbackOf = ({ config }: Pick<App, 'config'>, { slug }: Pick<ProviderRecord, 'slug'>): string =>
  `${config.issuer}/federation/${slug}/callback`

/**
 * Begins a request to a provider, bound to this browser; where it goes to next.
 *
 * @throws upstream_unavailable, upstream_answer_invalid (502): the provider does not say where that is.
 */
export async function beginRequest(app: Machinery, ctx: Context, by: By, wanted: Wanted): Promise<string> {
  const { purpose, provider, waiting, fresh, ...bindings } = wanted
  const secret = keepBrowserSecret(app, ctx)
  const state = randomToken()
  const url = await askedAt(app, by, { provider, state, secret, fresh })
  const at = app.clock.now()
  const id = newId(at)
  const { sealed, sealingKeyId } = sealValue(app.config, `upstream-request:${id}`, waiting)
  await requests.insert(app.db, {
    ...bindings,
    id,
    stateHash: sha256(state),
    providerId: provider.id,
    purpose,
    browserHash: sha256(secret),
    fresh,
    waiting: sealed,
    sealingKeyId,
    at,
    expiresAt: secondsAfter(at, requestSeconds),
  })
  return url
}

interface Asking {
  provider: ProviderRecord
  state: string
  secret: string
  fresh: boolean
}

async function askedAt(app: Machinery, by: By, { provider, state, secret, fresh }: Asking): Promise<string> {
  const { authorizationUrl, upstreamProblem } = await import('../upstream/index.ts')
  try {
    const client = await app.federation.clientOf(provider)
    const redirectUri = callbackOf(app, provider)
    return await authorizationUrl(client, {
      state,
      secrets: requestSecrets(secret, state),
      redirectUri,
      fresh,
    })
  } catch (error) {
    const problem = upstreamProblem(error)
    await recordFailure(app, by, provider, problem)
    throw problem
  }
}

/** A value that an ID token must repeat which an application of ours is about to ask a provider for; good for one use. */
export async function beginIdToken(
  app: Pick<App, 'clock' | 'db'>,
  { provider, clientId }: { provider: ProviderRecord; clientId: string },
): Promise<{ nonce: string; expiresIn: number }> {
  const [nonce, at] = [randomToken(), app.clock.now()]
  await requests.insert(app.db, {
    id: newId(at),
    stateHash: sha256(nonce),
    providerId: provider.id,
    purpose: 'id-token',
    browserHash: null,
    fresh: false,
    clientId,
    waiting: null,
    sealingKeyId: null,
    at,
    expiresAt: secondsAfter(at, requestSeconds),
  })
  return { nonce, expiresIn: requestSeconds }
}
