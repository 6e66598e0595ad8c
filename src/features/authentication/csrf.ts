import type { App } from '../../platform/app.ts'
import { constantTimeEqual, mac } from '../../platform/crypto/index.ts'
import { errors } from './errors.ts'

type Keys = Pick<App, 'config'>

/**
 * The token in every form: nobody but us can make it, and it is bound to what the form belongs to: an interaction and a
 * session by their names, which stand for cookies of this browser, a mailed link by its own value (OWASP Cross-Site Request
 * Forgery Prevention, HMAC based token).
 */
export function csrfToken({ config }: Keys, uid: string): string {
  const [current] = config.cookieKeys.reveal()
  if (!current) throw new Error('the configuration holds no cookie key')
  return tokenUnder(current, uid)
}

/** @throws form_expired (403): not the token of this interaction, session or link. */
export function demandCsrfToken({ config }: Keys, uid: string, presented: string): void {
  const good = config.cookieKeys.reveal().some((key) => constantTimeEqual(tokenUnder(key, uid), presented))
  if (!good) throw errors.form_expired()
}

const tokenUnder = (key: Buffer, uid: string): string => mac(key, 'csrf', uid).toString('base64url')
