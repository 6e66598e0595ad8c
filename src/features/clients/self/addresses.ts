import type { App } from '../../../platform/app.ts'
import type { FieldProblem } from '../../../platform/errors.ts'
import type { NewClient } from '../schema.ts'
import { refuse } from './requested-metadata.ts'

/**
 * Refuses addresses inside of this house, in every field that strangers fill in: whether we call them (keys), or people's
 * browsers do (OWASP Server-Side Request Forgery Prevention). What is called is judged anew at each call.
 *
 * @throws invalid_client_metadata (400): names the field, and not what stands behind the address.
 */
export async function demandPublicAddresses(
  { outbound }: Pick<App, 'outbound'>,
  { authentication, ...client }: NewClient,
): Promise<void> {
  const called = typeof authentication === 'object' && 'jwksUri' in authentication
  const given: [field: string, uri: string | undefined][] = [
    ['jwks_uri', called ? authentication.jwksUri : undefined],
    ['backchannel_client_notification_endpoint', client.cibaNotificationEndpoint],
    ['client_uri', onUsualPort(client.clientUri)],
    ['logo_uri', onUsualPort(client.logoUri)],
    ['policy_uri', onUsualPort(client.policyUri)],
    ['tos_uri', onUsualPort(client.tosUri)],
  ]
  const judged = await Promise.all(
    given.map(async ([field, uri]): Promise<FieldProblem[]> => {
      if (uri === undefined || (await outbound.check(uri)).outcome !== 'refused') return []
      return [{ field, detail: 'must be an https:// address of the public internet' }]
    }),
  )
  refuse(judged.flat())
}

/** A browser may follow a link to any port. */
function onUsualPort(uri: string | undefined): string | undefined {
  const url = uri === undefined ? null : URL.parse(uri)
  if (!url) return uri
  url.port = ''
  return url.href
}
