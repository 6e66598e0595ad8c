import type { App } from '../../platform/app.ts'
import { mac } from '../../platform/crypto/index.ts'
import { canonicalLogin } from '../accounts/index.ts'

/** What the audit keeps of what somebody typed to say who they are: people type their password there. It tells attempts apart. */
export function identifierOf({ config }: Pick<App, 'config'>, login: string): string {
  const [key] = config.peppers.reveal()
  if (!key) throw new Error('the configuration holds no pepper')
  return mac(key.bytes, 'audit-identifier', canonicalLogin(login) ?? '')
    .toString('hex')
    .slice(0, 16)
}
