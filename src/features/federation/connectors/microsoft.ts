import { z } from 'zod'

import type { Connector } from './connector.ts'
import { HttpsUrl, Scopes } from './options.ts'
import { standardMapping } from './standard-mapping.ts'

const guid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/

/** The tenant of personal accounts (Microsoft identity platform, ID token claims, `tid`). */
const consumers = '9188040d-6c67-4c5b-b112-36a304b66dad'

const Options = z.strictObject({
  tenant: z
    .string()
    .toLowerCase()
    .regex(/^(common|organizations|consumers|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12})$/, {
      error: 'must be common, organizations, consumers or the id of a tenant',
    })
    .default('common'),
  tenants: z
    .array(z.string().toLowerCase().regex(guid, 'must be the id of a tenant'))
    .max(500)
    .optional()
    .meta({ description: 'only people of these tenants' }),
  authority: HttpsUrl.default('https://login.microsoftonline.com').meta({
    description: 'another one for national clouds',
  }),
  scopes: Scopes.optional(),
})
type Options = z.output<typeof Options>

/**
 * Microsoft Entra ID and personal accounts. Where several tenants may sign in, the issuer differs by person: it must be
 * the one of the tenant that the token names, and that tenant one of those let in; else any tenant could speak for all
 * (Microsoft identity platform, Secure applications that use multitenant sign-in). Addresses are set by each tenant's
 * administrator, who need not own them: they are taken for no proof.
 */
export const microsoft: Connector<typeof Options> = {
  label: 'Microsoft',
  options: Options,
  scopes: ['openid', 'email', 'profile'],
  place: (options) => ({ protocol: 'oidc', discovery: `${base(options)}/${options.tenant}/v2.0` }),
  issuer: (options) => `${base(options)}/${issuerPart(options)}/v2.0`,
  authentication: 'client_secret_post',
  pkce: true,
  nonce: true,
  freshness: 'asked', // auth_time is an optional claim there
  reauthentication: { prompt: 'login' },
  refuse: refuseTenant,
  trustEmail: false,
  mapping: standardMapping,
  help: 'microsoft',
}

const base = ({ authority }: Options): string => authority.replace(/\/$/, '')

/** Only the personal accounts are one tenant under a name, which their metadata names too. */
function issuerPart({ tenant }: Options): string {
  if (tenant === 'consumers') return consumers
  return guid.test(tenant) ? tenant : '{tenantid}'
}

type Claims = Readonly<Record<string, unknown>>

function refuseTenant(options: Options, { tid, iss }: Claims): string | null {
  if (typeof tid !== 'string' || !guid.test(tid)) return 'the token names no tenant'
  if (iss !== `${base(options)}/${tid}/v2.0`) return 'the issuer is not the one of the tenant'
  const letIn = admits[options.tenant] ?? ((id: string) => id === options.tenant)
  if (!letIn(tid)) return 'the tenant is not the one set up'
  return options.tenants && !options.tenants.includes(tid) ? 'the tenant is not one of those let in' : null
}

/** Whom the names that stand for several tenants let in; any other is the id of one. */
const admits: Readonly<Record<string, (tid: string) => boolean>> = {
  common: () => true,
  organizations: (tid) => tid !== consumers,
  consumers: (tid) => tid === consumers,
}
