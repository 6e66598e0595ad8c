import { z } from 'zod'

import type { App } from '../../../platform/app.ts'
import { etagOf } from '../../../platform/http/index.ts'
import { mappingOf } from '../claims.ts'
import { type ConnectorName, connectorNamed, connectorNames } from '../connectors/connectors.ts'
import { trustsEmail } from '../policy.ts'
import type { ProviderRecord } from './provider.ts'
import type { ConnectorView, ProviderView } from './schema.ts'

type Issuer = Pick<App['config'], 'issuer'>

/** What the provider is told about us. Built from our own issuer alone, whatever a request says. */
export const addressesOf = ({ issuer }: Issuer, slug: string) => ({
  callback_url: `${issuer}/federation/${slug}/callback`,
  backchannel_logout_url: `${issuer}/federation/${slug}/backchannel-logout`,
})

/** A provider as an administrator may see it: everything but its secret. */
export function viewOf(config: Issuer, provider: ProviderRecord): ProviderView {
  return {
    id: provider.id,
    slug: provider.slug,
    connector: provider.connector,
    name: provider.name,
    enabled: provider.enabled,
    position: provider.position,
    issuer: provider.issuer,
    client_id: provider.clientId,
    has_secret: provider.secret !== null,
    options: provider.options,
    policy: { ...provider.policy, trust_email: trustsEmail(provider) },
    mapping: provider.mapping,
    effective_mapping: Object.fromEntries(mappingOf(connectorNamed(provider.connector), provider.mapping)),
    keep_tokens: provider.keepTokens,
    ...addressesOf(config, provider.slug),
    revision: provider.revision,
    created_at: provider.createdAt,
    updated_at: provider.updatedAt,
  }
}

export const tagOf = (config: Issuer, provider: ProviderRecord): string => etagOf(viewOf(config, provider))

/** What can be set up, and what for: for whoever is about to. */
export const connectorViews = (config: Issuer): z.infer<typeof ConnectorView>[] =>
  connectorNames.map((name) => connectorView(config, name))

function connectorView(config: Issuer, name: ConnectorName): z.infer<typeof ConnectorView> {
  const connector = connectorNamed(name)
  return {
    name,
    label: connector.label,
    protocol: connector.scopes.includes('openid') ? 'oidc' : 'oauth2', // OpenID Connect Core 1.0, section 3.1.2.1
    options: z.toJSONSchema(connector.options, { io: 'input', unrepresentable: 'any' }),
    scopes: [...connector.scopes],
    secret: connector.authentication === 'apple-jwt' ? 'private-key' : 'client-secret',
    trust_email: connector.trustEmail,
    mapping: { ...connector.mapping },
    ...addressesOf(config, '{slug}'),
    help: connector.help,
  }
}

/** One line of a list. */
export const listingOf = ({ slug, connector, name, issuer, enabled }: ProviderView): string =>
  [slug.padEnd(16), connector.padEnd(10), name, issuer, ...(enabled ? [] : ['[disabled]'])].join('  ')

/** For a person at a terminal. */
export function describeProvider(view: ProviderView): string {
  const { policy } = view
  const domains = policy.allowed_domains.length === 0 ? 'any' : policy.allowed_domains.join(' ')
  const lines = [
    listingOf(view),
    `callback address    ${view.callback_url}`,
    `back-channel logout ${view.backchannel_logout_url}`,
    `client id           ${view.client_id}`,
    `secret              ${view.has_secret ? 'is there' : 'is missing'}`,
    ...Object.entries(view.options).map(
      ([name, value]) => `option ${name.padEnd(12)} ${JSON.stringify(value)}`,
    ),
    `new accounts        ${policy.creation}; domains: ${domains}${policy.require_verified_email ? '; proven address' : ''}`,
    `its word on e-mail  ${policy.trust_email ? 'is taken' : 'is not taken'}`,
    ...Object.entries(view.effective_mapping).map(
      ([claim, pointer]) => `claim ${claim.padEnd(13)} ${pointer}`,
    ),
    `tokens              ${view.keep_tokens ? 'are kept' : 'are not kept'}`,
    `revision            ${view.revision}, ${String(view.updated_at)}`,
  ]
  return lines.join('\n')
}
