import type { App } from '../../platform/app.ts'
import {
  defaultMethods,
  demandPublicAddresses,
  type NewClient,
  RequestedMetadata,
  toNewClient,
  withinPolicy,
} from '../clients/index.ts'
import { clientErrors } from '../clients/index.ts'
import type { RegistrationPolicy, WithSettings } from '../settings/index.ts'
import type { Registration } from './repository.ts'
import { decoded, statementClaims } from './software-statement.ts'

/** What an application asks to be, checked but for what createClient checks. */
export interface AskedClient {
  client: NewClient
  software: Pick<Registration, 'softwareStatement' | 'softwareId' | 'softwareVersion'>
}

/** How a registration is judged. */
interface Terms {
  /** Of the initial access token; null: the setting. */
  policy: RegistrationPolicy | null
  since: Date
  /** The statement it registered with before: what that says holds on. */
  statement: string | null
}

/**
 * Reads a registration: what a software statement says stands above what the application says of itself (RFC 7591, section 3).
 *
 * @throws invalid_client_metadata, invalid_software_statement, unapproved_software_statement (400)
 */
export async function askedClient(
  app: Pick<App, 'clock' | 'outbound'> & WithSettings,
  sent: RequestedMetadata & { software_statement?: string | null | undefined },
  { policy, since, statement: before }: Terms,
): Promise<AskedClient> {
  const statement = sent.software_statement ?? null
  const claims = statement === null ? claimsBefore(before) : await believed(app, statement)
  const metadata = merged(sent, claims)
  const client = withinPolicy(
    toNewClient(metadata, defaultMethods.registration),
    policy ?? (await app.settings.get('registration.policy')),
    { requirePkce: await app.settings.get('registration.require_pkce'), since },
  )
  await demandPublicAddresses(app, client)
  return {
    client,
    software: {
      softwareStatement: statement ?? before,
      softwareId: metadata.software_id ?? null,
      softwareVersion: metadata.software_version ?? null,
    },
  }
}

const believed = async (
  app: Pick<App, 'clock'> & WithSettings,
  statement: string,
): Promise<Record<string, unknown>> =>
  statementClaims(app, await app.settings.get('registration.publishers'), statement)

const claimsBefore = (statement: string | null): Record<string, unknown> =>
  statement === null ? {} : decoded(statement)

/** Keys are one thing in two forms: a statement that names either speaks for both. */
function merged(sent: RequestedMetadata, claims: Record<string, unknown>): RequestedMetadata {
  const { jwks, jwks_uri: uri, ...others } = sent
  const keys = claims.jwks !== undefined || claims.jwks_uri !== undefined ? {} : { jwks, jwks_uri: uri }
  const parsed = RequestedMetadata.safeParse({ ...others, ...keys, ...claims })
  if (parsed.success) return parsed.data
  const detail = 'the software statement holds something else than metadata of a client'
  throw clientErrors.invalid_client_metadata({ detail })
}
