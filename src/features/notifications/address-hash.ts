import type { App } from '../../platform/app.ts'
import { mac } from '../../platform/crypto/index.ts'

type Keys = Pick<App, 'config'>

/** What tables know of an address: the same for the same address, and of no use without the pepper. */
export function addressHash(app: Keys, address: string): Buffer {
  const [current] = addressHashes(app, address)
  if (!current) throw new Error('the configuration holds no pepper')
  return current
}

/** The hashes of an address under every pepper there is, the current one first: an older row keeps the older one. */
export const addressHashes = ({ config }: Keys, address: string): Buffer[] =>
  config.peppers.reveal().map((pepper) => mac(pepper.bytes, 'mail-address', address))
