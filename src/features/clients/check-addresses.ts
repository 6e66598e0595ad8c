import type { App } from '../../platform/app.ts'
import { errors } from './errors.ts'
import type { ClientInput } from './schema.ts'

/** What we would be made to call, by the field that names it. */
const called: Readonly<Record<string, (client: ClientInput) => string | undefined>> = {
  'authentication.jwksUri': ({ authentication }) =>
    typeof authentication === 'object' && 'jwksUri' in authentication ? authentication.jwksUri : undefined,
  cibaNotificationEndpoint: ({ cibaNotificationEndpoint }) => cibaNotificationEndpoint,
}

/**
 * Demands of all of a client's addresses that we would call that the guarded client calls there (CASES SS-01).
 *
 * @throws invalid_client_metadata (400)
 */
export async function checkAddresses(
  { outbound }: Pick<App, 'outbound'>,
  client: ClientInput,
): Promise<void> {
  for (const [field, of] of Object.entries(called)) {
    const url = of(client)
    const prospect = url === undefined ? null : await outbound.check(url)
    if (prospect?.outcome !== 'refused') continue
    const detail = `is refused: ${prospect.reason}`
    throw errors.invalid_client_metadata({ detail: `${field} ${detail}`, fields: [{ field, detail }] })
  }
}
