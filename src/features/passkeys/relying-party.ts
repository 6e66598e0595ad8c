import type { App } from '../../platform/app.ts'
import type { WithSettings } from '../settings/index.ts'

type Keys = Pick<App, 'config'>

/** Who passkeys are made for: the issuer's host. It is part of every one of them and cannot change. */
export const relyingPartyId = ({ config }: Keys): string => new URL(config.issuer).hostname

/** Where something is signed: at a page, or in an application of our own, which sends it by API. */
export type Place = 'page' | 'application'

/**
 * Where a passkey may be used: our own pages, and origins that an operator named (section 5.11). Applications on Apple's systems
 * and on the web say one of these too; those on Android say which application they are, which no page can.
 */
export async function acceptedOrigins(
  { config, settings }: Keys & WithSettings,
  place: Place,
): Promise<string[]> {
  const pages = [new URL(config.issuer).origin, ...(await settings.get('passkeys.related_origins'))]
  return place === 'page' ? pages : [...pages, ...(await settings.get('passkeys.app_origins'))]
}

/** Algorithms by their number in COSE, the one we like best first: ES256, EdDSA, RS256 (RFC 9053; RFC 8812). */
export const algorithms: readonly number[] = [-7, -8, -257]
