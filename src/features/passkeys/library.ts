/** Loaded by the first who needs it: most requests have nothing to do with passkeys. */
export const library = () => import('@simplewebauthn/server')
