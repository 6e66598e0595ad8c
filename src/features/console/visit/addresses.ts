import type { App } from '../../../platform/app.ts'

/** Where the browser comes back to from a sign-in. */
export const callback = ({ config }: Pick<App, 'config'>): string => `${config.issuer}/console/callback`

/** Where it comes back to when it has signed out. */
export const signedOut = ({ config }: Pick<App, 'config'>): string => `${config.issuer}/console/signed-out`
