import { bySystem } from '../../../platform/app.ts'
import { transaction } from '../../../platform/db/index.ts'
import { createClient, findPublicClient, type NewClient } from '../../clients/index.ts'
import type { Parts } from '../parts.ts'
import { lockOwnClient } from '../repository.ts'

const name = 'Console'

type Machinery = Pick<Parts, 'config' | 'db' | 'clock' | 'outbound' | 'clients'>

/** Where the browser comes back to from a sign-in. */
export const callback = ({ config }: Pick<Machinery, 'config'>): string => `${config.issuer}/console/callback`

/** Where it comes back to when it has signed out. */
export const signedOut = ({ config }: Pick<Machinery, 'config'>): string =>
  `${config.issuer}/console/signed-out`

/**
 * Opens the question for the client that the console signs people in with. One that is missing is registered, once however
 * many replicas look for it at the same moment. It has no secret, as PKCE binds its codes to the browser that began; it gets
 * no refresh token, and throws its access token away.
 */
export function openOwnClient(app: Machinery): () => Promise<string> {
  let known: string | undefined
  return async () => {
    if (known !== undefined && (await app.clients.get(known))) return known
    known = (await findRegistered(app)) ?? (await register(app))
    return known
  }
}

async function findRegistered(app: Pick<Machinery, 'config' | 'db'>): Promise<string | null> {
  const client = await findPublicClient(app, { name, firstParty: true, redirectUri: callback(app) })
  return client?.id ?? null
}

async function register(app: Machinery): Promise<string> {
  return transaction(app.db, async (tx) => {
    await lockOwnClient(tx)
    const made = await findRegistered({ ...app, db: tx })
    if (made !== null) return made
    const registration: NewClient = {
      name,
      firstParty: true,
      authentication: 'none',
      redirectUris: [callback(app)],
      postLogoutRedirectUris: [signedOut(app)],
    }
    const { client } = await createClient({ ...app, db: tx }, bySystem, registration)
    return client.id
  })
}
