import type { PageRoute } from '../../platform/http/index.ts'
import { openOperations, type Route, type Site } from '../../platform/http/index.ts'
import { openOwnClient } from '../clients/index.ts'
import { apiPages } from './applications/apis.ts'
import { claimPages } from './applications/claims.ts'
import { clientPages } from './applications/clients.ts'
import { providerPages } from './applications/providers.ts'
import { auditPages } from './audit/pages.ts'
import { dashboardPages } from './dashboard/pages.ts'
import type { Parts } from './parts.ts'
import { peoplePages } from './people/pages.ts'
import { invitationPages } from './people/invitations.ts'
import { importPages } from './people/imports.ts'
import { sessionPages } from './people/sessions.ts'
import { keyPages } from './security/keys.ts'
import { rolePages } from './security/roles.ts'
import { jobPages } from './system/jobs.ts'
import { settingPages } from './system/settings.ts'
import { streamPages } from './told/streams.ts'
import { webhookPages } from './told/webhooks.ts'
import { callback, signedOut } from './visit/addresses.ts'
import { pages as visitPages } from './visit/pages.ts'

/** Every page of the console. `routes` are the operations that it shows; `witness` writes down what was read by them. */
export function pages(parts: Parts, routes: readonly Route[], witness: Site['witness']): PageRoute[] {
  const desk = {
    ...parts,
    operations: openOperations(parts, routes, witness),
    ownClient: openOwnClient(parts, {
      name: 'Console',
      callback: callback(parts),
      signedOut: signedOut(parts),
    }),
  }
  const slices = [
    visitPages,
    dashboardPages,
    peoplePages,
    sessionPages,
    importPages,
    invitationPages,
    clientPages,
    apiPages,
    claimPages,
    providerPages,
    keyPages,
    rolePages,
    auditPages,
    settingPages,
    jobPages,
    webhookPages,
    streamPages,
  ]
  return slices.flatMap((slice) => slice(desk))
}
