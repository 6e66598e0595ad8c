import type { Configuration } from 'oidc-provider'

import type { App } from '../../../platform/app.ts'

/**
 * Under https, names that the browser holds us to: `__Host-` for the session (no Domain, Path=/), `__Secure-` for those
 * bound to the path of one sign-in (RFC 6265bis, section 4.1.3). On http://localhost browsers refuse both.
 */
export function cookies(config: App['config']): NonNullable<Configuration['cookies']> {
  const https = config.issuer.startsWith('https:')
  const secure = https ? '__Secure-' : ''
  const options = { httpOnly: true, sameSite: 'lax', secure: https, signed: true, overwrite: true } as const
  return {
    names: {
      session: sessionCookie(config),
      interaction: `${secure}gatehouse_interaction`,
      resume: `${secure}gatehouse_resume`,
    },
    long: { ...options, path: '/' },
    short: options,
    keys: config.cookieKeys.reveal().map((key) => key.toString('base64')),
  }
}

export const sessionCookie = ({ issuer }: App['config']): string =>
  issuer.startsWith('https:') ? '__Host-gatehouse_session' : 'gatehouse_session'
