import { sha256 } from '../../../platform/crypto/index.ts'
import type { Hidden } from './section.ts'

/** A secret as it is compared: what it hashes to, and nowhere shown. */
export const hidden = (secret: string): Hidden => ({ hidden: sha256(secret).toString('base64url') })

/** One that cannot be looked into: it equals only itself. */
export const unopened = (sealed: string): Hidden => hidden(`sealed ${sealed}`)
