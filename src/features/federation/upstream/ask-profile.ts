import { createHmac } from 'node:crypto'

import { z } from 'zod'

import type { ProfileRequest } from '../connectors/connector.ts'
import type { Said } from '../claims.ts'
import type { Machinery, ProviderClient } from './provider-client.ts'
import { untrusted } from './untrusted.ts'

/**
 * Asks an OAuth 2 provider whose access token this is. Unlike an ID token it says nothing by itself, and the answer counts
 * because we fetched the token ourselves, or were told that it was issued to us (RFC 6819, section 4.4.2.6).
 */
export async function askProfile(
  app: Pick<Machinery, 'outbound'>,
  { secret }: Pick<ProviderClient, 'secret'>,
  { url, appSecretProof, emailsUrl }: ProfileRequest,
  accessToken: string,
): Promise<Said> {
  const address = new URL(url)
  if (appSecretProof) address.searchParams.set('appsecret_proof', proofOf(secret ?? '', accessToken))
  const said = await get(app, address.href, accessToken)
  if (Array.isArray(said)) throw untrusted('the profile is a list')
  if (emailsUrl === undefined) return { ...said }
  return { ...said, primary_email: primaryOf(await get(app, emailsUrl, accessToken)) }
}

/** Shows that who presents the token also knows the secret of its application (Facebook, Securing Graph API Calls). */
const proofOf = (secret: string, accessToken: string): string =>
  createHmac('sha256', secret).update(accessToken).digest('hex')

/** @throws upstream_answer_invalid (502): it is no JSON object or list; Error: it did not answer with 200. */
export async function get(
  app: Pick<Machinery, 'outbound'>,
  url: string,
  accessToken: string,
): Promise<object> {
  const reply = await app.outbound.fetch(url, {
    headers: {
      accept: 'application/json',
      authorization: `Bearer ${accessToken}`,
      'user-agent': 'gatehouse',
    },
  })
  if (reply.status !== 200) {
    await reply.body?.cancel()
    throw new Error(`the profile was answered with ${reply.status}`)
  }
  const said: unknown = await reply.json().catch(() => null)
  if (typeof said !== 'object' || said === null) throw untrusted('the profile is no JSON object')
  return said
}

const Emails = z.array(z.looseObject({ primary: z.boolean().optional() }))

/** The one primary address; others may be anybody's who once typed them. */
const primaryOf = (emails: object): object | undefined =>
  Emails.safeParse(emails).data?.find(({ primary }) => primary === true)
