import * as openid from 'openid-client'

import { discover, drive, type RelyingParty } from '../../test/support/relying-party.ts'
import type { RunningGatehouse } from './gatehouse.ts'

export const redirectUri = 'http://localhost:9/callback'

export const ann = { id: '', email: 'ann@example.com', username: 'ann', password: 'a quiet harbour at dawn' }

/** A person, and a client of our own that may do everything, made from the command line as an operator would. */
export async function register(gatehouse: RunningGatehouse): Promise<RelyingParty> {
  const { email, password, username } = ann
  await gatehouse.command(
    ...['user', 'create', '--email', email, '--password', password, '--username', username, '--verified'],
  )
  const { client_id: clientId = '', client_secret: secret = '' } = await gatehouse.command(
    ...['client', 'create', '--name', 'Bench', '--redirect-uri', redirectUri, '--secret', '--first-party'],
    ...['--grant', 'authorization_code', '--grant', 'refresh_token', '--grant', 'client_credentials'],
  )
  const authenticate = openid.ClientSecretBasic(secret)
  const configuration = await discover({ config: { issuer: gatehouse.issuer } }, clientId, authenticate)
  return drive({ clientId, secret, redirectUri, configuration })
}
