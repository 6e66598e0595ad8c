import type { PageRoute } from '../../../platform/http/index.ts'
import { type Act, actPages, lines, one, some } from '../acts.ts'
import { listPage } from '../list-page.ts'
import type { Console } from '../parts.ts'
import { actionsOf, screenPage } from '../screen-page.ts'
import { badge, cell, code, facts, found, type Found, list, table, text, time, words } from '../shown.ts'
import {
  changedOptions,
  mappingIn,
  optionsIn,
  writtenMapping,
  writtenOption,
  writtenOptions,
} from './provider-lines.ts'

const path = '/console/providers'

const urlOf = ({ slug = '' }: Record<string, string>): string => `${path}/${encodeURIComponent(slug)}`

const about = {
  screen: 'providers',
  subject: {
    operation: 'GET /admin/providers/:slug',
    params: ({ slug = '' }: Record<string, string>) => ({ slug }),
  },
  nameOf: ({ name }: Found): string => text(name),
  cancel: urlOf,
}

/** What is shown of it is what holds, its own or the connector’s: so it stays unless somebody says otherwise. */
const trusts = [
  { value: '', labelKey: 'console.words.unchanged' },
  { value: 'yes', labelKey: 'console.words.yes' },
  { value: 'no', labelKey: 'console.words.no' },
  { value: 'connector', labelKey: 'console.words.as_connector' },
]

const trustIn = (chosen: string | undefined): { trust_email?: boolean | null } => {
  if (chosen === undefined) return {}
  return { trust_email: chosen === 'connector' ? null : chosen === 'yes' }
}

const acts: readonly Act[] = [
  {
    name: 'create_provider',
    screen: 'providers',
    path: `${path}/new`,
    operation: 'POST /admin/providers',
    cancel: () => path,
    async fields(_subject, { desk, caller }) {
      const { body } = await desk.operations.run(caller, 'GET /admin/providers/connectors')
      const known = list(found(body).items)
      return [
        {
          name: 'connector',
          type: 'select',
          required: true,
          options: known.map(({ name, label }) => ({ value: text(name), label: text(label) })),
        },
        { name: 'name', type: 'text', required: true, maximum: 60 },
        { name: 'slug', type: 'text', required: true, maximum: 42, hintKey: 'console.fields.slug_hint' },
        { name: 'client_id', type: 'text', required: true, maximum: 255 },
        { name: 'secret', type: 'textarea', required: true, maximum: 10_000 },
        { name: 'options', type: 'textarea', maximum: 10_000, hintKey: 'console.fields.options_hint' },
      ]
    },
    asked: ({ filled }) => ({
      body: {
        connector: one(filled.connector),
        name: one(filled.name),
        slug: one(filled.slug),
        client_id: one(filled.client_id),
        secret: one(filled.secret),
        options: optionsIn(one(filled.options)),
      },
    }),
    next: (_params, { slug }) => urlOf({ slug: text(slug) }),
  },
  {
    ...about,
    name: 'edit_provider',
    path: `${path}/:slug/edit`,
    operation: 'PATCH /admin/providers/:slug',
    fields: ({ name, client_id: client, position, options, policy, mapping, keep_tokens: keeps }) => [
      { name: 'name', type: 'text', required: true, maximum: 60, value: text(name) },
      { name: 'client_id', type: 'text', required: true, maximum: 255, value: text(client) },
      { name: 'secret', type: 'textarea', maximum: 10_000, hintKey: 'console.fields.kept_secret_hint' },
      {
        name: 'options',
        type: 'textarea',
        maximum: 10_000,
        value: writtenOptions(found(options)),
        hintKey: 'console.fields.options_hint',
      },
      {
        name: 'mapping',
        type: 'textarea',
        maximum: 10_000,
        value: writtenMapping(found(mapping)),
        hintKey: 'console.fields.mapping_hint',
      },
      {
        name: 'position',
        type: 'number',
        required: true,
        value: text(position),
        hintKey: 'console.fields.position_hint',
      },
      {
        name: 'creation',
        type: 'select',
        required: true,
        value: text(found(policy).creation),
        options: ['open', 'invitation', 'never'].map((value) => ({
          value,
          labelKey: `console.words.${value}`,
        })),
      },
      {
        name: 'allowed_domains',
        type: 'textarea',
        maximum: 10_000,
        value: words(found(policy).allowed_domains).join('\n'),
        hintKey: 'console.fields.lines_hint',
      },
      {
        name: 'require_verified_email',
        type: 'checkbox',
        value: found(policy).require_verified_email === true ? 'on' : '',
      },
      { name: 'trust_email', type: 'select', options: trusts },
      { name: 'keep_tokens', type: 'checkbox', value: keeps === true ? 'on' : '' },
    ],
    asked: ({ params: { slug = '' }, filled, subject }) => ({
      params: { slug },
      body: {
        revision: subject.revision,
        name: one(filled.name),
        client_id: one(filled.client_id),
        secret: some(filled.secret),
        options: changedOptions(found(subject.options), optionsIn(one(filled.options))),
        mapping: mappingIn(one(filled.mapping)),
        position: Number(one(filled.position)),
        policy: {
          creation: one(filled.creation),
          allowed_domains: lines(filled.allowed_domains),
          require_verified_email: filled.require_verified_email === 'on',
          ...trustIn(some(filled.trust_email)),
        },
        keep_tokens: filled.keep_tokens === 'on',
      },
    }),
  },
  {
    ...about,
    name: 'disable_provider',
    path: `${path}/:slug/disable`,
    operation: 'PATCH /admin/providers/:slug',
    danger: true,
    asked: ({ params: { slug = '' }, subject }) => ({
      params: { slug },
      body: { revision: subject.revision, enabled: false },
    }),
  },
  {
    ...about,
    name: 'enable_provider',
    path: `${path}/:slug/enable`,
    operation: 'PATCH /admin/providers/:slug',
    asked: ({ params: { slug = '' }, subject }) => ({
      params: { slug },
      body: { revision: subject.revision, enabled: true },
    }),
  },
  {
    ...about,
    name: 'delete_provider',
    path: `${path}/:slug/delete`,
    operation: 'DELETE /admin/providers/:slug',
    danger: true,
    asked: ({ params: { slug = '' } }) => ({ params: { slug } }),
    next: () => path,
  },
]

export const providerPages = (desk: Console): PageRoute[] => [
  ...listPage(desk, {
    path,
    screen: 'providers',
    summary: 'List identity providers',
    operation: 'GET /admin/providers',
    leadKey: 'console.providers.lead',
    columns: () => ({
      name: ({ name, slug }) => cell(name, { href: urlOf({ slug: text(slug) }) }),
      kind: ({ connector }) => badge(connector),
      issuer: ({ issuer }) => code(issuer),
      state: ({ enabled }) => badge(enabled === true ? 'enabled' : 'disabled'),
      since: ({ created_at: at }) => time(at),
    }),
    makes: [{ href: `${path}/new`, name: 'create_provider', operation: 'POST /admin/providers' }],
  }),
  ...actPages(desk, acts),
  ...screenPage(desk, {
    path: `${path}/:slug`,
    screen: 'providers',
    summary: 'Show an identity provider',
    needs: ['GET /admin/providers/:slug'],
    async show({ visit, params }) {
      const { body } = await desk.operations.run(visit.caller, 'GET /admin/providers/:slug', { params })
      const provider = found(body)
      const policy = found(provider.policy)
      const url = urlOf({ slug: text(provider.slug) })
      const enabled = provider.enabled === true
      const operation = 'PATCH /admin/providers/:slug'
      return {
        title: text(provider.name),
        back: { href: path, labelKey: 'console.providers.title' },
        badges: [badge(enabled ? 'enabled' : 'disabled')],
        sections: [
          facts({
            kind: badge(provider.connector),
            issuer: code(provider.issuer),
            client_id: code(provider.client_id),
            position: cell(provider.position),
            options: Object.entries(found(provider.options)).map(([name, value]) =>
              code(`${name} ${writtenOption(value)}`),
            ),
            callback_url: code(provider.callback_url),
            backchannel_logout_url: code(provider.backchannel_logout_url),
            new_accounts: badge(policy.creation),
            domains: words(policy.allowed_domains).map((domain) => code(domain)),
            verified_alone: badge(policy.require_verified_email === true ? 'yes' : 'no'),
            trusts_email: badge(policy.trust_email === true ? 'yes' : 'no'),
            keeps_tokens: badge(provider.keep_tokens === true ? 'yes' : 'no'),
            since: time(provider.created_at),
            changed: time(provider.updated_at),
          }),
          table(
            Object.entries(found(provider.effective_mapping)),
            { claim: ([claim]) => code(claim), source: ([, source]) => code(source) },
            { titleKey: 'console.providers.mapping', emptyKey: 'console.providers.no_mapping' },
          ),
        ],
        actions: actionsOf(desk, visit, [
          { href: `${url}/edit`, name: 'edit_provider', operation },
          { href: `${url}/enable`, name: 'enable_provider', operation, when: !enabled },
          { href: `${url}/disable`, name: 'disable_provider', operation, danger: true, when: enabled },
          {
            href: `${url}/delete`,
            name: 'delete_provider',
            operation: 'DELETE /admin/providers/:slug',
            danger: true,
          },
        ]),
      }
    },
  }),
]
