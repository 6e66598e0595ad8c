import type { App } from '../../platform/app.ts'
import type { WithSettings } from '../settings/index.ts'

/**
 * By which algorithms we sign. `standard`: access tokens ES256, ID tokens as the client is registered (RS256 where it says
 * nothing). `eddsa`: everything EdDSA, which RFC 9068, section 2.1, does not foresee but the setting's owner wants.
 */
export interface SigningProfile {
  eddsaOnly(): boolean
  accessTokenAlgorithm(): 'ES256' | 'EdDSA'
  /** A client's metadata with the algorithm it gets under this profile; the same object while nothing changed. */
  clientMetadata(metadata: Record<string, unknown>): Record<string, unknown>
}

const inEddsa = (metadata: Record<string, unknown>): Record<string, unknown> => ({
  id_token_signed_response_alg: 'EdDSA',
  authorization_signed_response_alg: 'EdDSA',
  introspection_signed_response_alg: 'EdDSA',
  ...(metadata.userinfo_signed_response_alg !== undefined && { userinfo_signed_response_alg: 'EdDSA' }),
})

/** Follows setting `tokens.signing_profile`; `onChange` runs when it has changed. */
export async function openSigningProfile(
  { settings, bus, log }: Pick<App, 'bus' | 'log'> & WithSettings,
  onChange: () => void,
): Promise<SigningProfile> {
  const read = async () => (await settings.get('tokens.signing_profile')) === 'eddsa'
  let eddsa = await read()
  const refresh = () => {
    read().then(
      (now) => {
        if (now === eddsa) return
        eddsa = now
        onChange()
      },
      (error: unknown) => {
        log.warn({ err: error }, 'the signing profile could not be read again')
      },
    )
  }
  bus.on('settings', refresh)
  bus.onGap(refresh)

  const changed = new WeakMap<object, Record<string, unknown>>()
  return {
    eddsaOnly: () => eddsa,
    accessTokenAlgorithm: () => (eddsa ? 'EdDSA' : 'ES256'),
    clientMetadata: (metadata) => {
      if (!eddsa) return metadata
      const known = changed.get(metadata) ?? { ...metadata, ...inEddsa(metadata) }
      changed.set(metadata, known)
      return known
    },
  }
}
