import type * as Library from '@simplewebauthn/server'

let loaded: Promise<typeof Library> | undefined

/** Loaded by the first who needs it: most requests have nothing to do with passkeys. */
export const library = (): Promise<typeof Library> => (loaded ??= load())

/**
 * Without roots of its own, the library verifies statements and leaves chains of certificates to us. It would fetch lists of
 * revoked certificates from wherever a certificate says, around `platform/outbound`, and certificates come from whoever
 * registers something.
 */
async function load(): Promise<typeof Library> {
  const found = await import('@simplewebauthn/server')
  for (const identifier of [
    'android-key',
    'android-safetynet',
    'apple',
    'fido-u2f',
    'packed',
    'tpm',
  ] as const)
    found.SettingsService.setRootCertificates({ identifier, certificates: [] })
  return found
}

/** What the library takes responses apart with. */
export const helpers = () => import('@simplewebauthn/server/helpers')
