import type { App } from '../../../platform/app.ts'
import { hasWayInWithoutPasskeys } from '../../federation/index.ts'
import { listPasskeys, type Passkey } from '../../passkeys/index.ts'

export interface OwnPasskey extends Passkey {
  /** Without it nobody would get in to the account: it cannot be deleted. */
  lastWayIn: boolean
}

/** A person's passkeys and security keys, in the order they were made. Each of several passkeys is a way in for the others. */
export async function listOwnPasskeys(app: Pick<App, 'db'>, userId: string): Promise<OwnPasskey[]> {
  const passkeys = await listPasskeys(app.db, userId)
  const ways = passkeys.filter(opensAlone)
  const only = ways.length === 1 && !(await hasWayInWithoutPasskeys(app.db, userId))
  return passkeys.map((passkey) => ({ ...passkey, lastWayIn: only && opensAlone(passkey) }))
}

const opensAlone = ({ purpose }: Passkey): boolean => purpose === 'passkey'
