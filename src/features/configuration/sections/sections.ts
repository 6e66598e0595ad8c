import { apis } from './apis.ts'
import { claimHooks } from './claim-hooks.ts'
import { claims } from './claims.ts'
import { clients } from './clients.ts'
import { identityProviders } from './identity-providers.ts'
import { roles } from './roles.ts'
import type { Section } from './section.ts'
import { settings } from './settings.ts'

/** Every section, in the order in which things are made: what another one names comes before it. They are removed backwards. */
export const sections: readonly Section[] = [
  roles,
  identityProviders,
  clients,
  apis,
  claims,
  claimHooks,
  settings,
]
