import * as openid from 'openid-client'
import { z } from 'zod'

import type { ProviderClient } from './provider-client.ts'
import { untrusted } from './untrusted.ts'

type Tokens = openid.TokenEndpointResponse & openid.TokenEndpointResponseHelpers

/**
 * Exchanges a code where each tenant has its own issuer (Microsoft identity platform): which one to expect is known from the
 * ID token alone. The token endpoint is asked once; what it answered is then checked, whole, as the answer of the tenant
 * that it names. Whether that tenant may be let in is the connector's question (`refuse`).
 */
export async function exchangeAtTenant(
  client: ProviderClient,
  url: URL,
  checks: openid.AuthorizationCodeGrantChecks,
): Promise<Tokens> {
  const { metadata } = client
  const { [openid.customFetch]: fetch } = client.configuration
  if (!fetch) throw new Error('a client without the guarded fetch')
  const heard: { answer?: string } = {}
  const listening = client.configure(metadata, async (address, options) => {
    const reply = await fetch(address, options)
    if (address !== metadata.token_endpoint || reply.status !== 200) return reply
    heard.answer = await reply.text()
    return again(heard.answer)
  })
  await openid.authorizationCodeGrant(listening, url, { ...checks }).catch((error: unknown) => {
    if (heard.answer === undefined) throw error // else it was refused for its issuer, which is looked at now
  })
  const tenant = tenantOf(heard.answer ?? '')
  if (tenant === null) throw untrusted('the ID token was issued by no tenant')
  const exact = { ...metadata, issuer: client.issuer.replace('{tenantid}', tenant) }
  const checking = client.configure(exact, async (address, options) =>
    address === metadata.token_endpoint ? again(heard.answer ?? '') : fetch(address, options),
  )
  return openid.authorizationCodeGrant(checking, url, { ...checks })
}

const again = (answer: string): Response =>
  new Response(answer, { status: 200, headers: { 'content-type': 'application/json' } })

const Answer = z.object({ id_token: z.string() })
const Named = z.object({ tid: z.string().regex(/^[0-9a-f-]{36}$/) })

/** The tenant that an ID token names, not checked yet. */
function tenantOf(answer: string): string | null {
  try {
    const [, payload = ''] = Answer.parse(JSON.parse(answer)).id_token.split('.')
    return Named.parse(JSON.parse(Buffer.from(payload, 'base64url').toString())).tid
  } catch {
    return null // no token, or none that anybody could read
  }
}
