import { stacks } from '../../src/features/console/applications/stacks.ts'
import { codeSections } from '../../src/features/console/applications/wizard.ts'
import { recordTable } from '../../src/features/console/audit/records.ts'
import { barsByDay } from '../../src/features/console/dashboard/chart.ts'
import { filter } from '../../src/features/console/lists.ts'
import { screens } from '../../src/features/console/screens.ts'
import { badge, cell, code, facts, table, time } from '../../src/features/console/shown.ts'
import type { Console } from '../../src/features/console/parts.ts'
import type { Visit } from '../../src/features/console/visit/at-console.ts'
import type { Sample } from './sample-pages.ts'

const groups = ['people', 'applications', 'security', 'system'] as const

/** Every screen, as whoever may see all of them has them listed. */
const listed = (at: string) => [
  {
    labelKey: null,
    screens: [
      {
        name: 'dashboard',
        href: '/console',
        labelKey: 'console.dashboard.title',
        current: at === 'dashboard',
      },
    ],
  },
  ...groups.map((group) => ({
    labelKey: `console.groups.${group}`,
    screens: screens
      .filter((screen) => screen.group === group)
      .map(({ name, path }) => ({
        ...{ name, href: path, labelKey: `console.${name}.title`, current: name === at },
      })),
  })),
]

const frame = (at: string) => ({
  csrf: 'csrf',
  person: { name: 'Rosa Root', login: 'rosa.root@harbour.example' },
  zone: 'Europe/Zurich',
  screens: listed(at),
  factorUrl: null,
  notice: null,
  problem: null,
})

const screen = (at: string) => ({
  ...frame(at),
  ...{ title: null, titleKey: `console.${at}.title`, leadKey: null, back: null, badges: [], tabs: [] },
  ...{ filters: [], filterUrl: `/console/${at}`, sections: [], actions: [], live: null },
})

const act = (of: object) => ({
  ...frame('people'),
  act: 'disable_person',
  version: '"7"',
  danger: true,
  action: '/console/people/one/disable',
  cancelUrl: '/console/people/one',
  about: 'ann.weaver@harbour.example',
  fields: [field({ name: 'reason', hintKey: 'console.fields.reason_hint' })],
  refusal: null,
  ...of,
})

const field = ({ name, ...of }: { name: string; [more: string]: unknown }) => ({
  ...{ name, labelKey: `console.fields.${name}`, type: 'text', hintKey: null, required: false },
  ...{ value: '', maximum: 500, options: [], problem: null },
  ...of,
})

const choice = (value: string, on: boolean) => ({
  value,
  label: value,
  labelKey: `console.words.${value}`,
  on,
})

const people = [
  { name: 'Ann Weaver', email: 'ann.weaver@harbour.example', status: 'active', role: 'admin' },
  { name: '山田 花子', email: 'hanako@example.org', status: 'pending', role: '' },
  { name: 'ليلى خوري', email: `${'long'.repeat(14)}@example.net`, status: 'disabled', role: '' },
]

const peopleTable = (items: typeof people) =>
  table(
    items,
    {
      person: ({ email }) => cell(email, { href: '/console/people/one' }),
      name: ({ name }) => cell(name),
      roles: ({ role }) => cell(role),
      state: ({ status }) => badge(status),
      since: () => time('2026-11-20T09:00:00Z'),
      act: () => cell('end', { href: '/console/people/one/end', kind: 'badge', tone: 'bad' }),
    },
    { emptyKey: 'console.people.none', nextUrl: items.length > 0 ? '/console/people?after=three' : null },
  )

const peopleFilters = [
  filter({}, 'search', 'search'),
  filter({}, 'status', 'select', ['', 'active', 'disabled']),
  filter({}, 'role', 'select', ['', 'root_admin', 'admin']),
  filter({}, 'since', 'date'),
]

const days = Array.from({ length: 30 }, (_, index) => `Nov ${index + 1}`)

const bars = (name: string, fields: readonly string[]) => ({
  kind: 'chart',
  titleKey: `console.dashboard.${name}`,
  noteKey: null,
  chart: barsByDay(
    `console.dashboard.${name}`,
    days,
    fields.map((series, at) => ({
      labelKey: `console.dashboard.series.${series}`,
      tone: at === 0 ? '' : 'bad',
      values: days.map((_, index) => (index % 7 < 5 ? 90 - index : 20) / (at + 1) ** 3),
    })),
  ),
})

const tile = (name: string, value: string, of: object = {}) => ({
  ...{ labelKey: `console.dashboard.tiles.${name}`, value, tone: null, href: null, noteKey: null },
  ...of,
})

const records = [
  {
    recorded_at: '2026-11-26T16:20:00Z',
    action: 'user.disabled',
    outcome: 'success',
    actor: { type: 'user', id: '01a21383-f236-76bf-a4c1-05dc6f18f926' },
    target: { type: 'user', id: '01a21a39-9fc2-75f8-ad64-59dfa9589f47' },
    reason: 'left the company',
    changes: { before: { status: 'active' }, after: { status: 'disabled' } },
  },
  {
    recorded_at: '2026-11-26T16:19:00Z',
    action: 'sign_in.failed',
    outcome: 'failure',
    actor: { type: 'anonymous', id: null },
    target: null,
    ip: '203.0.113.7',
    details: { reason: 'wrong_credentials' },
  },
]

const client = {
  client_id: 'gh_6FuCQhJyXkqjlETZ0daXxA',
  redirect_uris: ['https://notes.example/auth/callback'],
  post_logout_redirect_uris: ['https://notes.example/'],
}

const issuer = 'https://id.example.com'

const forbidden = { login: 'ann@example.com', factorUrl: null, consoleUrl: null, csrf: 'csrf' }

/** At the desk of somebody who may see everything that records name. */
const everywhere = [{ operations: { allows: () => true } }, { caller: {} }] as unknown as [Console, Visit]

/** The pages of the console: each kind of piece in each kind of page. */
export const consoleSamples: Sample[] = [
  {
    id: 'console',
    page: 'console/dashboard',
    locals: {
      ...frame('dashboard'),
      tiles: [
        tile('sign_ins', '1,204', { href: '/console/live' }),
        tile('failures', '31'),
        tile('active_users', '873', { href: '/console/people' }),
        tile('registrations', '12'),
        tile('waiting', '0', { href: '/console/jobs' }),
        tile('dead', '2', { href: '/console/jobs', tone: 'bad' }),
        tile('dark', '0.04 seconds', { noteKey: 'console.dashboard.dark_note' }),
        tile('key_age', '27 days', { href: '/console/keys' }),
      ],
      sections: [
        bars('sign_ins', ['sign_ins', 'failures']),
        bars('active_users', ['active_users']),
        bars('registrations', ['registrations']),
        table(
          [{ reason: 'wrong_credentials' }, { reason: 'too_many_attempts' }],
          { reason: ({ reason }) => code(reason), count: () => cell('231') },
          { titleKey: 'console.dashboard.failures_by_reason', emptyKey: 'console.dashboard.no_failures' },
        ),
        table(
          [{ algorithm: 'ES256' }],
          { algorithm: ({ algorithm }) => code(algorithm), age_days: () => cell('27') },
          { titleKey: 'console.dashboard.keys', emptyKey: 'console.keys.none' },
        ),
      ],
      places: listed('dashboard')
        .flatMap((group) => group.screens)
        .slice(1)
        .map((place) => ({ ...place, aboutKey: `console.${place.name}.about` })),
    },
  },
  {
    id: 'console-people',
    page: 'console/screen',
    locals: {
      ...screen('people'),
      factorUrl: '/account/security',
      filters: peopleFilters,
      sections: [peopleTable(people)],
      actions: [
        { href: '/console/people/new', labelKey: 'console.acts.create_person.title', danger: false },
        { href: '/console/people/invite', labelKey: 'console.acts.invite_person.title', danger: false },
      ],
    },
  },
  {
    id: 'console-people-none',
    page: 'console/screen',
    locals: { ...screen('people'), filters: peopleFilters, sections: [peopleTable([])] },
  },
  {
    id: 'console-person',
    page: 'console/screen',
    locals: {
      ...screen('people'),
      title: 'ann.weaver@harbour.example',
      back: { href: '/console/people', labelKey: 'console.people.title' },
      badges: [badge('active'), badge('admin')],
      notice: 'console.acts.enable_person.done',
      tabs: ['profile', 'sessions', 'factors', 'identities', 'consents', 'events'].map((name) => ({
        ...{ href: `/console/people/one/${name}`, labelKey: `console.tabs.${name}` },
        current: name === 'profile',
      })),
      sections: [
        facts({
          email: cell('ann.weaver@harbour.example'),
          roles: [badge('admin'), badge('user')],
          since: time('2026-11-20T09:00:00Z'),
          id: code('01a21383-f236-76bf-a4c1-05dc6f18f926'),
        }),
      ],
      actions: [
        'edit_person',
        'reset_password',
        'change_roles',
        'end_sessions',
        'reset_factors',
        'disable_person',
        'delete_person',
      ].map((name) => ({
        href: `/console/people/one/${name}`,
        labelKey: `console.acts.${name}.title`,
        danger: name.startsWith('d'),
      })),
    },
  },
  {
    id: 'console-audit',
    page: 'console/screen',
    locals: {
      ...screen('audit'),
      leadKey: 'console.audit.lead',
      filters: [
        filter({ action: 'user.disabled' }, 'action', 'text'),
        filter({}, 'class', 'select', ['', 'governance']),
        filter({}, 'since', 'date'),
        filter({}, 'until', 'date'),
      ],
      sections: [recordTable(...everywhere, records, null)],
      live: { url: '/console/live?seen=mark', seconds: 5 },
    },
  },
  {
    id: 'console-code',
    page: 'console/screen',
    locals: {
      ...screen('clients'),
      title: 'Harbour Notes',
      sections: codeSections({ config: { issuer } }, stacks[0], client, null),
    },
  },
  {
    id: 'console-choices',
    page: 'console/screen',
    locals: {
      ...screen('clients'),
      titleKey: 'console.acts.create_client.title',
      leadKey: 'console.clients.choose',
      sections: [
        {
          kind: 'choices',
          titleKey: null,
          choices: stacks.map(({ name, label, kind }) => ({
            ...{ href: `/console/clients/new/${name}`, label, aboutKey: `console.clients.kinds.${kind}` },
          })),
        },
      ],
    },
  },
  { id: 'console-act', page: 'console/act', locals: act({}) },
  {
    id: 'console-act-refused',
    page: 'console/act',
    locals: act({
      act: 'change_roles',
      danger: false,
      fields: [
        field({ name: 'roles', type: 'checks', options: [choice('admin', true), choice('support', false)] }),
        field({ name: 'reason', value: 'moved', required: true, problem: 'must be said' }),
        field({ name: 'description', type: 'textarea', hintKey: 'console.fields.value_hint' }),
        field({ name: 'first_party', type: 'checkbox', value: 'on' }),
        field({
          name: 'status',
          type: 'select',
          options: [choice('active', true), choice('disabled', false)],
        }),
      ],
      refusal: {
        key: 'errors.unknown.title',
        title: 'The role includes more than you may do.',
        detail: null,
      },
    }),
  },
  {
    id: 'console-result',
    page: 'console/result',
    locals: {
      ...frame('clients'),
      act: 'create_client',
      nextUrl: '/console/clients/one',
      sections: [facts({ client_id: code(client.client_id), secret: code('ghs_'.padEnd(47, 'x')) })],
    },
  },
  { id: 'console-forbidden', page: 'console/forbidden', locals: forbidden },
  {
    id: 'console-forbidden-factor',
    page: 'console/forbidden',
    locals: { ...forbidden, factorUrl: '/account/security' },
  },
  {
    id: 'console-forbidden-screen',
    page: 'console/forbidden',
    locals: { ...forbidden, consoleUrl: '/console' },
  },
  { id: 'console-signed-out', page: 'console/not-signed-in', locals: { place: '/console' } },
]

const docs = {
  words: '',
  current: null,
  groups: [
    {
      name: 'begin',
      documents: [
        { slug: 'get-started', title: 'Get started' },
        { slug: 'integrate', title: 'Identity providers, one by one' },
      ],
    },
    { name: 'look_up', documents: [{ slug: 'events', title: 'Events' }] },
  ],
}

const idField = { name: 'id', type: 'text', required: true, notes: 'Of the person.' }

const operation = {
  id: 'createPerson',
  method: 'POST',
  path: '/admin/users',
  summary: 'Create an account',
  access: 'users:write',
  parameters: [{ ...idField, in: 'query' }],
  body: {
    type: 'CreatePerson',
    fields: [{ name: 'status', type: 'active | disabled', required: false, notes: 'What becomes of it.' }],
    example: null,
  },
  responses: [
    { status: '200', description: 'The account.', type: 'Person', fields: [idField] },
    { status: '404', description: 'There is no such person.', type: null, fields: [] },
  ],
  curl: `curl -X POST ${issuer}/admin/users -H "Authorization: Bearer $TOKEN"`,
}

const tag = {
  name: 'admin/users',
  slug: 'admin-users',
  description: 'People and their accounts.',
  operations: [operation],
}

/** The pages of the documentation. */
export const documentationSamples: Sample[] = [
  { id: 'docs', page: 'documentation/home', locals: docs },
  {
    id: 'docs-document',
    page: 'documentation/document',
    locals: {
      ...docs,
      current: 'integrate',
      document: {
        title: 'Identity providers, one by one',
        html: `<h1>Identity providers, one by one</h1><p>Each has <code>--slug</code>.</p><h2 id="google"><a href="#google">Google</a></h2><pre tabindex="0"><code>gatehouse provider create google --client-id ID</code></pre><div class="scroll" tabindex="0"><table><thead><tr><th>what</th><th>address</th></tr></thead><tbody><tr><td>callback</td><td><code>${issuer}/federation/google/callback</code></td></tr></tbody></table></div>`,
        contents: ['google', 'microsoft', 'apple'].map((id) => ({ id, title: id })),
      },
    },
  },
  {
    id: 'docs-decisions',
    page: 'documentation/decisions',
    locals: {
      ...docs,
      current: 'decisions',
      decisions: [{ slug: 'decisions/0001-floors', title: '1. Floors: who may import whom' }],
    },
  },
  { id: 'docs-api', page: 'documentation/api', locals: { ...docs, current: 'api', tags: [tag] } },
  { id: 'docs-tag', page: 'documentation/tag', locals: { ...docs, current: 'api', tag } },
  {
    id: 'docs-search',
    page: 'documentation/search',
    locals: {
      ...docs,
      words: 'refresh',
      found: [
        { href: '/docs/events#refresh', document: 'Events', section: 'A refresh', excerpt: '… a refresh …' },
        { href: '/docs/events', document: 'Events', section: null, excerpt: 'What is told …' },
      ],
    },
  },
  {
    id: 'docs-search-nothing',
    page: 'documentation/search',
    locals: { ...docs, words: 'zebra', found: [] },
  },
]
