import type { Context } from 'koa'

import { enabledProvider } from '../../authentication/index.ts'
import { beginRequest } from '../../federation/index.ts'
import type { Visit } from '../visit/at-account.ts'
import type { Portal } from '../visit/sign-in.ts'

/** Where the browser comes back to with a request's id. */
export const connectedPath = '/account/identities/connected/'

/**
 * Begins to connect an identity of the person at the page, bound to them, to their session, to this browser and to the
 * provider; where the browser goes to next.
 *
 * @throws provider_not_found (404): there is none, or it lets nobody in.
 * @throws upstream_unavailable, upstream_answer_invalid (502)
 */
export async function beginConnection(
  portal: Portal,
  ctx: Context,
  { user, session, by }: Visit,
  slug: string,
): Promise<string> {
  return beginRequest(portal, ctx, by, {
    purpose: 'link',
    provider: await enabledProvider(portal, slug),
    waiting: connectedPath,
    fresh: true, // whoever is signed in at the provider in this browser need not be who is signed in here
    userId: user.id,
    sessionUid: session.uid,
  })
}
