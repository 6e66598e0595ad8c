import type { App } from '../../platform/app.ts'
import type { FieldProblem } from '../../platform/errors.ts'
import { errors } from './errors.ts'
import { logoutFaults } from './logout-addresses.ts'
import type { ClientInput } from './schema.ts'

/** What we would be made to call, by the field that names it. */
const called: Readonly<Record<string, (client: ClientInput) => string | undefined>> = {
  'authentication.jwksUri': ({ authentication }) =>
    typeof authentication === 'object' && 'jwksUri' in authentication ? authentication.jwksUri : undefined,
  cibaNotificationEndpoint: ({ cibaNotificationEndpoint }) => cibaNotificationEndpoint,
}

/**
 * Demands of all of a client's addresses that we would call that the guarded client calls there (CASES SS-01), and of those that
 * hear of a sign-out what else they must be.
 *
 * @throws invalid_client_metadata (400)
 */
export async function checkAddresses(app: Pick<App, 'outbound'>, client: ClientInput): Promise<void> {
  const refused = await Promise.all(
    Object.entries(called).map(([field, of]) => refusedAt(app, field, of(client))),
  )
  const fields = [...refused.flat(), ...(await logoutFaults(app, client))]
  if (fields.length === 0) return
  const detail = fields.map((one) => `${one.field} ${one.detail}`).join('; ')
  throw errors.invalid_client_metadata({ detail, fields })
}

async function refusedAt(
  { outbound }: Pick<App, 'outbound'>,
  field: string,
  url: string | undefined,
): Promise<FieldProblem[]> {
  const prospect = url === undefined ? null : await outbound.check(url)
  return prospect?.outcome === 'refused' ? [{ field, detail: `is refused: ${prospect.reason}` }] : []
}
