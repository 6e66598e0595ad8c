import type { App } from '../../platform/app.ts'
import type { WithClients } from '../clients/index.ts'

/** What a browser opens for one client in a frame. */
export interface FrontChannelFrame {
  clientName: string
  url: string
  origin: string
}

/**
 * The addresses a browser has to open to sign out at the clients of its session, each with `iss` and `sid` (OpenID Connect
 * Front-Channel Logout 1.0, section 2).
 */
export async function frontChannelFrames(
  { config, clients }: Pick<App, 'config'> & WithClients,
  sidOf: Readonly<Record<string, string>>,
): Promise<FrontChannelFrame[]> {
  const found = await Promise.all(
    Object.entries(sidOf).map(async ([clientId, sid]) => ({ sid, client: await clients.get(clientId) })),
  )
  return found.flatMap(({ sid, client }) => {
    const uri = client?.metadata.frontchannel_logout_uri
    const origin = uri === undefined ? undefined : URL.parse(uri)?.origin
    if (!client?.enabled || uri === undefined || origin === undefined) return []
    const added = new URLSearchParams({ iss: config.issuer, sid }).toString() // after its own query, which stays as it is
    const url = `${uri}${uri.includes('?') ? '&' : '?'}${added}`
    return [{ clientName: client.name, url, origin }]
  })
}
