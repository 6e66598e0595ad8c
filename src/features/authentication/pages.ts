import { page, type PageRoute } from '../../platform/http/index.ts'
import { pages as consentPages } from './consent/pages.ts'
import { pages as connectPages } from './federated/connect/pages.ts'
import { pages as logoutPages } from './federated/logout/pages.ts'
import { pages as federatedPages } from './federated/pages.ts'
import { pages as invitationPages } from './invitation/pages.ts'
import { pages as nativeStartPages } from './native/system-browser/pages.ts'
import { pages as loginPages } from './login/pages.ts'
import { pages as lostFactorPages } from './lost-factor/pages.ts'
import type { Parts } from './parts.ts'
import { pages as passkeyPages } from './passkey/pages.ts'
import { pages as recoveryPages } from './recovery/pages.ts'
import { pages as registerPages } from './register/pages.ts'
import { resume } from './resume.ts'
import { pages as enrolPages } from './second-factor/enrol-pages.ts'
import { pages as selectAccountPages } from './select-account/pages.ts'
import { pages as secondFactorPages } from './second-factor/pages.ts'
import { pages as byMailPages } from './sign-in-by-mail/pages.ts'
import { atInteraction, InteractionParams } from './step.ts'
import { pages as verificationPages } from './verification/pages.ts'

/** Every page of a sign-in, and those that a mail leads to. Those of a sign-in lie below `/interaction/:uid`, where alone the browser sends the interaction's cookie. */
export const pages = (parts: Parts): PageRoute[] => [
  page({
    method: 'get',
    path: '/interaction/:uid',
    summary: 'Go to the next step of a sign-in',
    params: InteractionParams,
    handle: ({ ctx, params }) =>
      atInteraction(parts, ctx, params.uid, ({ interaction }) => resume(parts, ctx, interaction)),
  }),
  ...loginPages(parts),
  ...byMailPages(parts),
  ...registerPages(parts),
  ...passkeyPages(parts),
  ...secondFactorPages(parts),
  ...lostFactorPages(parts),
  ...enrolPages(parts),
  ...federatedPages(parts),
  ...connectPages(parts),
  ...logoutPages(parts),
  ...consentPages(parts),
  ...selectAccountPages(parts),
  ...nativeStartPages(parts),
  ...invitationPages(parts),
  ...recoveryPages(parts),
  ...verificationPages(parts),
]
