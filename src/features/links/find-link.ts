import type { App } from '../../platform/app.ts'
import { sha256 } from '../../platform/crypto/index.ts'
import type { LinkPurpose } from './purposes.ts'
import * as links from './repository.ts'
import type { LinkRecord } from './repository.ts'

/** A link that can still be used; looking does not use it up. Null for anything else, without saying why. */
export const findLink = (
  app: Pick<App, 'db' | 'clock'>,
  purpose: LinkPurpose,
  token: string,
): Promise<LinkRecord | null> =>
  links.findOpen(app.db, { purpose, tokenHash: sha256(token) }, app.clock.now())
