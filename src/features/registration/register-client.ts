import type { App, By, Db } from '../../platform/app.ts'
import { randomToken, sha256 } from '../../platform/crypto/index.ts'
import * as audit from '../audit/index.ts'
import { type ClientRecord, createClient } from '../clients/index.ts'
import type { WithSettings } from '../settings/index.ts'
import { askedClient } from './asked-client.ts'
import { bearerOf } from './bearer.ts'
import { errors } from './errors.ts'
import * as registrations from './repository.ts'
import type { InitialToken, Registration } from './repository.ts'
import type { Sent } from './schema.ts'

/** A registration as its application may see it. */
export interface Registered {
  client: ClientRecord
  registration: Registration
  /** Shown when it was made, and never again. */
  secret: string | null
  /** What it may change itself by. */
  token: string
}

/**
 * Registers an application at its own word (RFC 7591, section 3). A use of the initial access token, the client and what it may
 * change itself by are one commit.
 *
 * @throws registration_closed (403): nobody may.
 * @throws registration_token_missing, registration_token_invalid (401): not without a right to, or it is used up.
 * @throws invalid_redirect_uri, invalid_client_metadata, invalid_software_statement, unapproved_software_statement (400)
 */
export async function registerClient(
  app: Pick<App, 'clock' | 'db' | 'outbound'> & WithSettings,
  by: By,
  { authorization, sent }: { authorization: string; sent: Sent },
): Promise<Registered> {
  const right = await rightOf(app, authorization)
  const at = app.clock.now()
  const policy = right?.policy ?? null
  const { client: asked, software } = await askedClient(app, sent, { policy, since: at, statement: null })
  const token = randomToken()

  const terms = { initialTokenId: right?.id ?? null, policy, registeredAt: at, ...software }

  const { client, secret } = await createClient(app, by, asked, async (tx, { id: clientId }) => {
    if (right) await useRight(tx, at, by, { right, clientId })
    await registrations.insertRegistration(tx, { clientId, ...terms, tokenHash: sha256(token) })
  })
  return { client, registration: { clientId: client.id, ...terms }, secret, token }
}

async function useRight(
  tx: Db,
  at: Date,
  by: By,
  { right: { id }, clientId }: { right: InitialToken; clientId: string },
): Promise<void> {
  if (!(await registrations.useToken(tx, id, at))) throw invalidToken()
  await audit.record(tx, at, by, {
    action: 'registration_token.used',
    target: { type: 'registration_token', id },
    details: { clientId },
  })
}

/** By what right somebody registers; null where none is needed. */
async function rightOf(
  app: Pick<App, 'clock' | 'db'> & WithSettings,
  authorization: string,
): Promise<InitialToken | null> {
  const mode = await app.settings.get('registration.clients')
  if (mode === 'closed') throw errors.registration_closed()
  const presented = bearerOf(authorization)
  if (presented === null && mode === 'open') return null
  if (presented === null) throw errors.registration_token_missing({ challenge: 'Bearer' })
  const token = await registrations.findLiveToken(app.db, sha256(presented), app.clock.now())
  if (!token) throw invalidToken()
  return token
}

const invalidToken = () => errors.registration_token_invalid({ challenge: 'Bearer error="invalid_token"' })
