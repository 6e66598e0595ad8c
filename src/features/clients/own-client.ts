import { type App, bySystem } from '../../platform/app.ts'
import { transaction } from '../../platform/db/index.ts'
import { createClient } from './create-client.ts'
import type { WithClients } from './directory.ts'
import { findPublicClient } from './find-clients.ts'
import type { ClientRecord } from './repository.ts'
import * as clients from './repository.ts'

type Machinery = Pick<App, 'config' | 'db' | 'clock' | 'outbound'> & WithClients

/** What pages of this service are registered as. */
export interface OwnClient {
  name: string
  /** Where the browser comes back to from a sign-in. */
  callback: string
  /** Where it comes back to when it has signed out. */
  signedOut: string
}

/**
 * Opens the question for the client that pages of this service sign people in with, as any application of ours would. One that
 * is missing is registered, once however many replicas look for it at the same moment. It is public: what keeps its codes safe
 * is PKCE.
 */
export function openOwnClient(app: Machinery, own: OwnClient): () => Promise<string> {
  let known: string | undefined
  return async () => {
    if (known !== undefined && (await app.clients.get(known))) return known
    known = (await findRegistered(app, own)) ?? (await register(app, own))
    return known
  }
}

/**
 * Whether pages of this service, rather than an application, sign people in with it: first-party, and codes go nowhere but
 * there. Nothing that operators configure for applications may keep people from the pages where it is taken back.
 */
export const isOwnClient = (
  { firstParty, metadata }: Pick<ClientRecord, 'firstParty' | 'metadata'>,
  issuer: string,
): boolean =>
  firstParty &&
  metadata.redirect_uris.length > 0 &&
  metadata.redirect_uris.every((uri) => ownCallbacks.some((path) => uri === issuer + path))

const ownCallbacks = ['/console/callback', '/account/callback']

async function findRegistered(
  app: Pick<Machinery, 'db'>,
  { name, callback }: OwnClient,
): Promise<string | null> {
  const client = await findPublicClient(app, { name, firstParty: true, redirectUri: callback })
  return client?.id ?? null
}

async function register(app: Machinery, own: OwnClient): Promise<string> {
  return transaction(app.db, async (tx) => {
    await clients.lockOwnClients(tx)
    const made = await findRegistered({ db: tx }, own)
    if (made !== null) return made
    const { client } = await createClient({ ...app, db: tx }, bySystem, {
      name: own.name,
      firstParty: true,
      authentication: 'none',
      redirectUris: [own.callback],
      postLogoutRedirectUris: [own.signedOut],
    })
    return client.id
  })
}
