import type { Fetch } from './http.ts'
import { errorOf } from './problem.ts'

export interface Metadata {
  issuer: string
  token_endpoint: string
  jwks_uri: string
  introspection_endpoint: string
}

/** Asks once; asks again after a failure. */
export function discovery(issuer: string, fetch: Fetch): () => Promise<Metadata> {
  let asked: Promise<Metadata> | undefined
  return () => {
    asked ??= discover(issuer, fetch).catch((error: unknown) => {
      asked = undefined
      throw error
    })
    return asked
  }
}

/** Another issuer than the one that was asked is somebody else (OpenID Connect Discovery 1.0, section 4.3). */
async function discover(issuer: string, fetch: Fetch): Promise<Metadata> {
  const reply = await fetch(`${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`, {
    redirect: 'error',
  })
  if (!reply.ok) throw await errorOf(reply)
  const metadata = (await reply.json()) as Metadata
  if (metadata.issuer !== issuer)
    throw new Error(`The issuer calls itself ${metadata.issuer} and not ${issuer}`)
  return metadata
}
