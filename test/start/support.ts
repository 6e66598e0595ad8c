import * as openid from 'openid-client'

import { openBrowser } from '../support/browser.ts'
import { answerOf, type Server, type Variables } from '../support/process.ts'
import { drive, type RelyingParty, signInAt, type Tokens } from '../support/relying-party.ts'

const redirectUri = 'http://localhost:9/callback'

/** The origin a browser on this machine uses; the issuer unless it was set. */
const issuerOf = ({ variables }: Server): string => `http://localhost:${variables.PORT ?? ''}`

/** Registers a client by the command line, beside the running server. */
export async function registered(server: Server): Promise<RelyingParty> {
  const { client_id: clientId, client_secret: secret } = await answerOf<{
    client_id: string
    client_secret: string
  }>(
    ['client', 'create', '--name', 'Sample', '--redirect-uri', redirectUri, '--first-party'],
    server.variables,
  )
  return connect(server, { clientId, secret })
}

/** A client already registered, on a server that may have been started again. */
export async function connect(
  server: Server,
  known: { clientId: string; secret: string },
): Promise<RelyingParty> {
  // eslint-disable-next-line @typescript-eslint/no-deprecated -- marked so that nobody uses it beyond this machine
  const execute = [openid.allowInsecureRequests]
  const authenticate = openid.ClientSecretBasic(known.secret)
  const configuration = await openid.discovery(
    new URL(issuerOf(server)),
    known.clientId,
    undefined,
    authenticate,
    {
      execute,
    },
  )
  return drive({ ...known, redirectUri, configuration })
}

/** A whole sign-in, to tokens. */
export async function signIn(client: RelyingParty, email: string, password: string): Promise<Tokens> {
  const begun = await client.begin()
  const person = { id: '', username: '', email, password }
  const landing = await signInAt(openBrowser(), begun.url, client.redirectUri, person)
  return client.finish(begun, landing.url)
}

/** A client that fetches tokens for itself. */
export async function machineClient(variables: Variables): Promise<{ authorization: string }> {
  const { client_id: id, client_secret: secret } = await answerOf<{
    client_id: string
    client_secret: string
  }>(['client', 'create', '--name', 'Machine', '--grant', 'client_credentials', '--secret'], variables)
  return { authorization: `Basic ${Buffer.from(`${id}:${secret}`).toString('base64')}` }
}
