import type { App } from '../../platform/app.ts'
import { bySystem } from '../../platform/app.ts'
import { transaction } from '../../platform/db/index.ts'
import { createClient, findPublicClient, type NewClient, type WithClients } from '../clients/index.ts'
import { lockSampleApps } from './repository.ts'

export type AppId = 'demo' | 'partner' | DarkAppId
export type DarkAppId = 'calendar' | 'notes' | 'shop'

export interface SampleApp {
  id: AppId
  name: string
  firstParty: boolean
  /** Where below the demo its codes go. */
  callback: 'callback' | 'go-dark/callback'
}

/** Two applications: one of our own, and one of somebody else's, which has to ask the person. */
export const sampleApps: readonly SampleApp[] = [
  { id: 'demo', name: 'Demo', firstParty: true, callback: 'callback' },
  { id: 'partner', name: 'Demo partner', firstParty: false, callback: 'callback' },
]

/** Three that one sign-in opens, and one sign-out closes: each has an address of its own at which it hears of that. */
export const darkApps: readonly (SampleApp & { id: DarkAppId })[] = [
  { id: 'calendar', name: 'Demo calendar', firstParty: true, callback: 'go-dark/callback' },
  { id: 'notes', name: 'Demo notes', firstParty: true, callback: 'go-dark/callback' },
  { id: 'shop', name: 'Demo shop', firstParty: true, callback: 'go-dark/callback' },
]

/** Where the demo lies below the issuer. */
export const addresses = ({ config }: Pick<App, 'config'>) => ({
  home: `${config.issuer}/demo`,
  goDark: `${config.issuer}/demo/go-dark`,
})

export const callbackOf = (app: Pick<App, 'config'>, { callback }: SampleApp): string =>
  `${addresses(app).home}/${callback}`

/** What it takes to find or register them. */
export type Machinery = Pick<App, 'config' | 'db' | 'clock' | 'outbound'> & WithClients

/** Clients already found, so that a sign-in rarely has to search; by application. */
export type Known = Map<AppId, string>

/**
 * The client id of a sample application. One that is missing is registered, once however many replicas look for it at the
 * same moment. They have no secret, as an application that only shows how it is done should not: PKCE alone binds the code.
 */
export async function clientIdOf(app: Machinery, known: Known, sample: SampleApp): Promise<string> {
  const remembered = known.get(sample.id)
  if (remembered !== undefined && (await app.clients.get(remembered))) return remembered
  const id = (await findRegistered(app, sample)) ?? (await register(app, sample))
  known.set(sample.id, id)
  return id
}

/** Another issuer on the same data has clients of its own, since its addresses differ. */
const findRegistered = async (
  app: Pick<Machinery, 'config' | 'db'>,
  sample: SampleApp,
): Promise<string | null> => {
  const { name, firstParty } = sample
  const client = await findPublicClient(app, { name, firstParty, redirectUri: callbackOf(app, sample) })
  return client?.id ?? null
}

async function register(app: Machinery, sample: SampleApp): Promise<string> {
  return transaction(app.db, async (tx) => {
    await lockSampleApps(tx)
    const made = await findRegistered({ ...app, db: tx }, sample)
    if (made !== null) return made
    const { client } = await createClient({ ...app, db: tx }, bySystem, registrationOf(app, sample))
    return client.id
  })
}

const registrationOf = (app: Pick<App, 'config'>, sample: SampleApp): NewClient => ({
  name: sample.name,
  firstParty: sample.firstParty,
  authentication: 'none',
  grants: ['authorization_code', 'refresh_token'],
  redirectUris: [callbackOf(app, sample)],
  postLogoutRedirectUris: [addresses(app).home],
  ...(darkApps.some(({ id }) => id === sample.id) && {
    backchannelLogout: { uri: `${addresses(app).goDark}/${sample.id}/logout`, sessionRequired: true },
  }),
})
