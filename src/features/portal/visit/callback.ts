import type { App } from '../../../platform/app.ts'

/** Where the browser comes back to from a sign-in. */
export const callback = ({ config }: Pick<App, 'config'>): string => `${config.issuer}/account/callback`
