/**
 * The building, ground floor first. A folder imports only from floors below its own; into a feature, only through
 * its index.ts. Checked by test/architecture.test.ts; docs/decisions/0001-floors.md says why each stands where it does.
 */
export const floors: readonly (readonly string[])[] = [
  ['lib'],
  ['platform'],
  ['features/audit', 'features/outbox', 'features/ops'],
  ['features/settings', 'features/keys', 'features/revocations', 'features/links', 'features/deliveries'],
  ['features/accounts', 'features/presentation'],
  ['features/credentials', 'features/notifications', 'features/passkeys'],
  [
    'features/authorization',
    'features/sessions',
    'features/clients',
    'features/apis',
    'features/consents',
    'features/invitations',
    'features/devices',
    'features/federation',
    'features/lockout',
    'features/claims',
    'features/statistics',
    'features/jobs',
  ],
  ['features/factors'],
  ['features/factor-resets'],
  [
    'features/admission',
    'features/issuers',
    'features/logout',
    'features/merging',
    'features/registration',
    'features/request-limits',
    'features/risk',
    'features/webhooks',
  ],
  ['features/oidc'],
  ['features/authentication', 'features/administration', 'features/imports'],
  ['features/signals'],
  ['features/portal', 'features/demo', 'features/terminal', 'features/documentation'],
  ['features/configuration'],
  ['features/portal', 'features/demo', 'features/terminal'],
]
