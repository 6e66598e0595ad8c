import type { PageRoute } from '../../platform/http/index.ts'
import { openOwnClient } from '../clients/index.ts'
import { pages as appPages } from './consents/pages.ts'
import { pages as deletionPages } from './deletion/pages.ts'
import { pages as emailPages } from './email/pages.ts'
import { pages as eventPages } from './events/pages.ts'
import { pages as exportPages } from './export/pages.ts'
import { pages as factorPages } from './factors/pages.ts'
import { resetPages } from './factors/reset-pages.ts'
import { pages as identityPages } from './identities/pages.ts'
import { pages as mergePages } from './merging/pages.ts'
import type { Parts } from './parts.ts'
import { pages as passkeyPages } from './passkeys/pages.ts'
import { pages as passwordPages } from './password/pages.ts'
import { pages as profilePages } from './profile/pages.ts'
import { pages as requestPages } from './requests/pages.ts'
import { pages as sessionPages } from './sessions/pages.ts'
import { callback } from './visit/callback.ts'
import { pages as visitPages } from './visit/pages.ts'

/** Every page of an account. They know people by the provider's own browser session. */
export function pages(parts: Parts): PageRoute[] {
  const own = { name: 'Account', callback: callback(parts), signedOut: `${parts.config.issuer}/account` }
  const portal = { ...parts, ownClient: openOwnClient(parts, own) }
  const slices = [
    visitPages,
    profilePages,
    emailPages,
    passwordPages,
    passkeyPages,
    factorPages,
    resetPages,
    identityPages,
    requestPages,
    sessionPages,
    appPages,
    eventPages,
    mergePages,
    exportPages,
    deletionPages,
  ]
  return slices.flatMap((slice) => slice(portal))
}
