import { importJWK, SignJWT } from 'jose'

import { epochSeconds } from '../../lib/clock.ts'
import type { App } from '../../platform/app.ts'
import { newId } from '../../platform/crypto/index.ts'
import type { ClientMetadata, WithClients } from '../clients/index.ts'
import type { Channel, DeliveryData } from '../deliveries/index.ts'
import type { WithKeys } from '../keys/index.ts'
import type { WithSettings } from '../settings/index.ts'

/** Stored; never changes. */
export const kind = 'logout'

type Machinery = Pick<App, 'config' | 'clock' | 'metrics'> & WithClients & WithKeys & WithSettings

/** Tells clients by a logout token, posted as a form (OpenID Connect Back-Channel Logout 1.0, section 2.5). */
export const logoutChannel = (app: Machinery): Channel => ({
  kind,
  async compose({ destination, data }) {
    const client = await app.clients.get(destination)
    const url = client?.metadata.backchannel_logout_uri
    if (!client || url === undefined) return null // deleted, or it does not want to hear any more
    const token = await logoutToken(app, { clientId: client.id, metadata: client.metadata, data })
    const body = new URLSearchParams({ logout_token: token }).toString()
    return { url, contentType: 'application/x-www-form-urlencoded', body }
  },
  delivered({ destination, causedAt }, at) {
    app.metrics.relyingPartyDark(destination, (at.getTime() - causedAt.getTime()) / 1000)
  },
})

/** Seconds a logout token is good for: two minutes at most (section 4, security considerations). */
const tokenSeconds = 120

interface About {
  clientId: string
  metadata: ClientMetadata
  data: DeliveryData
}

/**
 * A logout token as section 2.4 has it: of its own type, so that it is taken for nothing else; `sid` and `sub` both; no `nonce`,
 * which would make it look like an ID token; signed as the client's ID tokens are.
 */
async function logoutToken(app: Machinery, { clientId, metadata, data }: About): Promise<string> {
  const key = await signingKey(app, metadata)
  const at = app.clock.now()
  const iat = epochSeconds(at)
  const claims = { sid: String(data.sid), sub: String(data.sub), events: { [event]: {} } }
  return new SignJWT(claims)
    .setProtectedHeader({ typ: 'logout+jwt', alg: key.alg, kid: key.kid })
    .setIssuer(app.config.issuer)
    .setAudience(clientId)
    .setIssuedAt(iat)
    .setExpirationTime(iat + tokenSeconds)
    .setJti(newId(at))
    .sign(await importJWK(key, key.alg))
}

const event = 'http://schemas.openid.net/event/backchannel-logout'

/** What signs for a client whatever it is told: the key of its ID tokens, so that it needs no other algorithm. */
export async function signingKey({ keys, settings }: WithKeys & WithSettings, metadata: ClientMetadata) {
  const eddsaOnly = (await settings.get('tokens.signing_profile')) === 'eddsa'
  const alg = eddsaOnly ? 'EdDSA' : metadata.id_token_signed_response_alg
  const key = keys.jwks().keys.find((one) => one.alg === alg && one.key_ops === undefined)
  if (!key) throw new Error(`there is no key to sign with ${alg}`)
  return key
}
