import type { App, By } from '../../../platform/app.ts'
import type { WithFederation } from '../open.ts'
import type { ProviderRecord } from '../providers/provider.ts'
import { recordFailure } from '../record-failure.ts'
import type { UpstreamAnswer } from './answer.ts'

type Machinery = Pick<App, 'clock' | 'config' | 'db' | 'limits' | 'log' | 'outbound'> & WithFederation

/**
 * What a token proves that an application of ours got from a provider itself. The nonce has been used up.
 *
 * @throws upstream_answer_invalid, upstream_refused, upstream_unavailable: nothing.
 */
export async function proveByToken(
  app: Machinery,
  by: By,
  provider: ProviderRecord,
  {
    nonce,
    idToken,
    accessToken,
  }: { nonce: string; idToken?: string | undefined; accessToken?: string | undefined },
): Promise<UpstreamAnswer> {
  const { upstreamProblem, verifyAccessTokenOf, verifyIdToken } = await import('./index.ts')
  try {
    const client = await app.federation.clientOf(provider)
    return idToken === undefined
      ? await verifyAccessTokenOf(app, client, accessToken ?? '')
      : await verifyIdToken(app, client, { idToken, nonce })
  } catch (error) {
    const problem = upstreamProblem(error)
    await recordFailure(app, by, provider, problem)
    throw problem
  }
}
