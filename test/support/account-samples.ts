import type { Sample } from './sample-pages.ts'
import { qrCode } from '../../src/features/factors/totp/qr-code.ts'
import { places, placesShown } from '../../src/features/portal/visit/places.ts'

const person = { name: 'Ann Weaver', login: 'ann@example.com' }

const frame = (place: keyof typeof places) => ({
  csrf: 'csrf',
  action: places[place],
  titleKey: `account.${place}.title`,
  overview: place === 'overview',
  overviewUrl: places.overview,
  places: placesShown(place),
  person,
  passkeyOwner: {
    rpId: 'localhost',
    userId: 'AZmhwn0-fBGaVS9vDxydEA',
    name: 'ann@example.com',
    displayName: 'Ann',
  },
  signOutUrl: '/logout',
  notice: null,
  problem: null,
  factorUrl: null,
})

const values = {
  name: 'Ann Weaver',
  username: 'ann',
  locale: 'en',
  given_name: 'Ann',
  family_name: 'Weaver',
  nickname: '',
  gender: '',
  birthdate: '1990-12-31',
  zoneinfo: 'Europe/London',
  phone_number: '+441134960000',
  website: '',
  picture: '',
  street_address: '1 Harbour Street\nFlat 2',
  postal_code: 'LS1 4AP',
  locality: 'Leeds',
  region: '',
  country: 'United Kingdom',
}

const noProblems = Object.fromEntries(Object.keys(values).map((field) => [field, null]))

const session = (of: object) => ({
  id: 'one',
  browser: 'Firefox',
  system: 'Windows',
  ip: '203.0.113.7',
  lastIp: '198.51.100.9',
  startedAt: new Date('2026-11-20T09:00:00Z'),
  lastUsedAt: new Date('2026-11-22T09:05:00Z'),
  clients: ['Harbour Notes', 'Lighthouse'],
  current: false,
  signedOut: false,
  ...of,
})

const device = (of: object) => ({
  id: 'device',
  browser: 'Firefox',
  system: 'Windows',
  firstSeenAt: new Date('2026-10-01T09:00:00Z'),
  lastSeenAt: new Date('2026-11-22T09:05:00Z'),
  ...of,
})

const merge = (of: object) => ({
  id: 'one',
  name: 'ann.weaver@example.com',
  mergedAt: since,
  undoUntil: new Date('2026-12-04T09:00:00Z'),
  undoneAt: null,
  undoable: true,
  ...of,
})

const event = (action: string, of: object = {}) => ({
  id: action,
  at: new Date('2026-11-22T09:05:00Z'),
  action,
  textKey: `account.events.actions.${action.replaceAll('.', '_')}`,
  failed: false,
  ip: '203.0.113.7',
  browser: 'Firefox',
  system: 'Windows',
  reasons: [],
  disowned: false,
  disownUrl: null,
  ...of,
})

const unusualSignIn = {
  at: new Date('2026-11-22T09:05:00Z'),
  ip: '203.0.113.7',
  browser: 'Firefox',
  system: 'Windows',
  reasons: ['risk.device_new', 'risk.country_new'],
}

/** Ways to sign in elsewhere, one of each mark. */
export const providers = [
  { slug: 'google', name: 'Google', connector: 'google' },
  { slug: 'microsoft', name: 'Microsoft', connector: 'microsoft' },
  { slug: 'apple', name: 'Apple', connector: 'apple' },
  { slug: 'facebook', name: 'Facebook', connector: 'facebook' },
  { slug: 'github', name: 'GitHub', connector: 'github' },
  { slug: 'linkedin', name: 'LinkedIn', connector: 'linkedin' },
  { slug: 'office', name: 'Harbour Office', connector: 'oidc' },
]

const scopes = ['openid', 'profile', 'email'].map((name) => ({ name, titleKey: `scopes.${name}.title` }))
const since = new Date('2026-11-20T09:00:00Z')
const notes = { clientId: 'a', name: 'Harbour Notes', logoUri: null, clientUri: null, scopes, since }

const request = (of: object) => ({
  id: 'one',
  client: { ...notes, id: 'a', firstParty: true },
  scopes,
  bindingMessage: 'Till 4, W4-19X',
  askedFrom: '203.0.113.7',
  askedAt: new Date('2026-11-22T09:00:00Z'),
  expiresAt: new Date('2026-11-22T09:10:00Z'),
  ...of,
})

const identity = (of: object) => ({
  id: '0199a1c2-7d3e-7c11-9a55-2f6f0f1c9d10',
  name: 'Google',
  connector: 'google',
  label: 'ann.weaver@gmail.com',
  since,
  lastUsedAt: new Date('2026-11-22T09:05:00Z'),
  lastWayIn: false,
  stateKey: null,
  ...of,
})

const accepted = { rpId: 'localhost', userId: 'AZmhwn0-fBGaVS9vDxydEA', credentialIds: ['AAAA', 'BBBB'] }

const passkey = (of: object) => ({
  id: '0199a1c2-7d3e-7c11-9a55-2f6f0f1c9d10',
  isKey: false,
  name: 'Ann’s phone',
  since,
  lastUsedAt: new Date('2026-11-22T09:05:00Z'),
  synced: true,
  copied: false,
  lastWayIn: false,
  ...of,
})

const factor = (of: object) => ({
  id: '0199a1c2-7d3e-7c11-9a55-2f6f0f1c9d10',
  name: 'Ann’s phone',
  kindKey: 'account.security.kinds.totp',
  since,
  lastUsedAt: new Date('2026-11-22T09:05:00Z'),
  ...of,
})

/** Of the pages that add what codes are sent to. */
const sent = {
  ...frame('security'),
  sentAction: `${places.security}/sms`,
  kind: 'sms',
  sentProblem: null,
  otherUrl: `${places.security}/sms?other=1`,
  cancelUrl: places.security,
}

const security = {
  ...frame('security'),
  appAction: `${places.security}/app`,
  codesAction: `${places.security}/recovery-codes`,
  factorReset: null,
}

const enrolment = {
  ...frame('security'),
  id: 'one',
  name: 'Ann’s phone',
  uri: 'otpauth://totp/Gatehouse:ann%40example.com?issuer=Gatehouse&secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ',
  qr: qrCode(
    'otpauth://totp/Gatehouse:ann%40example.com?issuer=Gatehouse&secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ',
  ),
  keyGroups: 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ'.match(/.{4}/g),
  confirmAction: `${places.security}/app/confirm`,
  cancelUrl: places.security,
  codeProblem: null,
}

const token = 'x'.repeat(43)

export const accountSamples: Sample[] = [
  {
    id: 'account',
    page: 'account/overview',
    locals: {
      ...frame('overview'),
      createdAt: new Date('2026-01-05T09:00:00Z'),
      emailVerified: true,
      factorReset: null,
    },
  },
  {
    id: 'account-unverified',
    page: 'account/overview',
    locals: {
      ...frame('overview'),
      person: { name: '', login: `${'w'.repeat(64)}@${'x'.repeat(60)}.example` },
      createdAt: new Date('2026-01-05T09:00:00Z'),
      emailVerified: false,
      factorReset: { readyAt: new Date('2026-11-25T09:05:00Z'), action: '/account/security/reset/cancel' },
    },
  },
  {
    id: 'account-profile',
    page: 'account/profile',
    locals: {
      ...frame('profile'),
      values,
      problems: noProblems,
      notice: 'account.profile.saved',
      locales: ['en', 'de'],
      zones: ['Europe/London', 'Europe/Zurich'],
    },
  },
  {
    id: 'account-profile-wrong',
    page: 'account/profile',
    locals: {
      ...frame('profile'),
      values: { ...values, username: 'a', birthdate: '31.12.1990', phone_number: '0800 CALL ME' },
      problems: {
        ...noProblems,
        username: 'fields.username_invalid',
        birthdate: 'fields.birthdate_invalid',
        phone_number: 'fields.phone_invalid',
        street_address: 'fields.too_long',
        zoneinfo: 'fields.choice_invalid',
      },
      problem: 'problems.check_fields',
      locales: ['en', 'de'],
      zones: ['Europe/London'],
    },
  },
  {
    id: 'account-email',
    page: 'account/email',
    locals: { ...frame('email'), email: person.login, emailVerified: false, value: '', fieldProblem: null },
  },
  {
    id: 'account-email-none',
    page: 'account/email',
    locals: { ...frame('email'), email: null, emailVerified: false, value: '', fieldProblem: null },
  },
  {
    id: 'account-email-wrong',
    page: 'account/email',
    locals: {
      ...frame('email'),
      email: person.login,
      emailVerified: true,
      value: 'ann@',
      fieldProblem: 'fields.email_invalid',
    },
  },
  {
    id: 'account-email-confirm',
    page: 'account/email-confirm',
    locals: {
      action: `/account/email/confirm/${token}`,
      csrf: 'csrf',
      email: 'ann.weaver@example.com',
      askPassword: false,
      signInUrl: '/account',
      problem: null,
    },
  },
  {
    id: 'account-email-confirm-password',
    page: 'account/email-confirm',
    locals: {
      action: `/account/email/confirm/${token}`,
      csrf: 'csrf',
      email: 'ann.weaver@example.com',
      askPassword: true,
      signInUrl: '/account',
      problem: 'account.email.wrong_password',
    },
  },
  {
    id: 'account-email-taken',
    page: 'account/email-confirm',
    locals: {
      action: `/account/email/confirm/${token}`,
      csrf: 'csrf',
      email: 'ann.weaver@example.com',
      askPassword: false,
      signInUrl: '/account',
      problem: 'account.email.taken',
    },
  },
  {
    id: 'account-email-changed',
    page: 'account/email-changed',
    locals: { email: 'ann.weaver@example.com', accountUrl: '/account' },
  },
  { id: 'account-not-signed-in', page: 'account/not-signed-in', locals: { place: '/account' } },
  {
    id: 'account-password',
    page: 'account/password',
    locals: {
      ...frame('password'),
      login: person.login,
      first: false,
      minimum: 12,
      fieldProblems: { current_password: null, password: null },
    },
  },
  {
    id: 'account-password-first',
    page: 'account/password',
    locals: {
      ...frame('password'),
      login: '',
      first: true,
      minimum: 12,
      fieldProblems: { current_password: null, password: null },
    },
  },
  {
    id: 'account-password-wrong',
    page: 'account/password',
    locals: {
      ...frame('password'),
      login: person.login,
      first: false,
      minimum: 12,
      fieldProblems: { current_password: 'account.password.wrong', password: 'fields.password_too_short' },
    },
  },
  {
    id: 'account-passkeys',
    page: 'account/passkeys',
    locals: {
      ...frame('passkeys'),
      accepted: [accepted],
      notice: 'account.passkeys.added',
      passkeys: [
        passkey({}),
        passkey({ name: 'Harbour key '.repeat(8), synced: false, lastUsedAt: null }),
        passkey({ name: 'Old key', synced: false, copied: true }),
        passkey({ name: 'Key ring', isKey: true, synced: false }),
        passkey({ name: 'Lost key', isKey: true, synced: false, copied: true }),
      ],
    },
  },
  {
    id: 'account-passkeys-last',
    page: 'account/passkeys',
    locals: {
      ...frame('passkeys'),
      accepted: [accepted],
      problem: 'account.passkeys.last_way_in',
      passkeys: [passkey({ lastWayIn: true })],
    },
  },
  {
    id: 'account-passkeys-none',
    page: 'account/passkeys',
    locals: { ...frame('passkeys'), accepted: [{ ...accepted, credentialIds: [] }], passkeys: [] },
  },
  {
    id: 'account-security',
    page: 'account/security',
    locals: {
      ...security,
      notice: 'account.security.added',
      factors: [
        factor({}),
        factor({ name: 'w'.repeat(80), kindKey: 'account.security.kinds.sms', lastUsedAt: null }),
      ],
      codesLeft: 10,
      fewCodes: false,
      sentLinks: [
        {
          url: `${places.security}/sms`,
          labelKey: 'account.security.sent.add_sms',
          aboutKey: 'account.security.sent.about_sms',
        },
      ],
    },
  },
  {
    id: 'account-security-few',
    page: 'account/security',
    locals: {
      ...security,
      problem: 'account.security.not_found',
      factors: [factor({})],
      codesLeft: 2,
      fewCodes: true,
    },
  },
  {
    id: 'account-security-none',
    page: 'account/security',
    locals: { ...security, factors: [], codesLeft: 0, fewCodes: false },
  },
  { id: 'account-security-app', page: 'account/security-app', locals: enrolment },
  {
    id: 'account-security-app-wrong',
    page: 'account/security-app',
    locals: { ...enrolment, codeProblem: 'account.security.code_refused' },
  },
  {
    id: 'account-security-codes',
    page: 'account/security-codes',
    locals: {
      ...frame('security'),
      notice: 'account.security.added',
      codes: [
        ...['k7m2-9qpd-4x', '3hcv-8t0w-zz', 'p5a1-mm7e-r2', '0d9y-kk3b-n6', 'w2x8-4jqf-6g'],
        ...['9ve5-t1ch-7s', 'b6n0-2rpa-8d', 'q4z7-hx9m-1k', 'e8g3-5wdt-0v', 'jc2f-7ny6-4p'],
      ],
      backUrl: places.security,
    },
  },
  {
    id: 'account-security-sms',
    page: 'account/security-sms',
    locals: { ...sent, offered: true, number: '' },
  },
  {
    id: 'account-security-sms-wrong',
    page: 'account/security-sms',
    locals: {
      ...sent,
      ...{ offered: true, number: '0151 12345678', sentProblem: 'account.security.sent.number_invalid' },
    },
  },
  {
    id: 'account-security-sms-off',
    page: 'account/security-sms',
    locals: { ...sent, offered: false, number: '' },
  },
  {
    id: 'account-security-mail',
    page: 'account/security-mail',
    locals: { ...sent, offered: true, email: 'ann@example.com' },
  },
  { id: 'account-security-code', page: 'account/security-code', locals: { ...sent, hint: '•••• 78' } },
  {
    id: 'account-security-code-wrong',
    page: 'account/security-code',
    locals: { ...sent, hint: 'a•••@example.com', sentProblem: 'account.security.sent.refused' },
  },
  {
    id: 'account-security-remove',
    page: 'account/security-remove',
    locals: { ...frame('security'), factor: factor({}), cancelUrl: places.security },
  },
  {
    id: 'account-identities',
    page: 'account/identities',
    locals: {
      ...frame('identities'),
      notice: 'account.identities.connected',
      identities: [
        identity({}),
        identity({
          name: 'Bundesschifffahrtsverwaltung '.repeat(2),
          connector: 'oidc',
          label: `${'w'.repeat(64)}@${'x'.repeat(60)}.example`,
          lastUsedAt: null,
          stateKey: 'account.identities.disabled',
        }),
        identity({
          name: 'id.harbour.example',
          connector: null,
          label: null,
          stateKey: 'account.identities.gone',
        }),
      ],
      hasPassword: true,
      passwordUrl: '/account/password',
      providers: providers.slice(1),
    },
  },
  {
    id: 'account-identities-last',
    page: 'account/identities',
    locals: {
      ...frame('identities'),
      problem: 'account.identities.taken',
      identities: [identity({ name: 'GitHub', connector: 'github', label: 'annweaver', lastWayIn: true })],
      hasPassword: false,
      passwordUrl: '/account/password',
      providers: [],
    },
  },
  {
    id: 'account-identities-none',
    page: 'account/identities',
    locals: {
      ...frame('identities'),
      identities: [],
      hasPassword: true,
      passwordUrl: '/account/password',
      providers,
    },
  },
  {
    id: 'account-sessions',
    page: 'account/sessions',
    locals: {
      ...frame('sessions'),
      zone: 'Europe/London',
      sessions: [
        session({ current: true }),
        session({ browser: 'Mobile Safari', system: 'iOS', clients: ['Harbour Notes'] }),
        session({
          browser: null,
          system: null,
          signedOut: true,
          ip: '2001:db8:85a3:1234:5678:8a2e:370:7334',
          lastIp: '2001:db8:85a3:1234:5678:8a2e:370:7334',
        }),
      ],
      devices: [device({}), device({ browser: 'Mobile Safari', system: 'iOS' })],
    },
  },
  {
    id: 'account-sessions-one',
    page: 'account/sessions',
    locals: {
      ...frame('sessions'),
      zone: 'UTC',
      notice: 'account.sessions.others_ended',
      sessions: [session({ current: true, clients: [] })],
      devices: [],
    },
  },
  {
    id: 'account-requests',
    page: 'account/requests',
    locals: {
      ...frame('requests'),
      zone: 'Europe/London',
      requests: [
        request({}),
        request({
          id: 'two',
          client: { ...notes, name: 'Bundesschifffahrtsverwaltungsanwendung'.repeat(2), firstParty: false },
          bindingMessage: null,
          askedFrom: '2001:db8:85a3:1234:5678:8a2e:370:7334',
        }),
      ],
    },
  },
  {
    id: 'account-requests-none',
    page: 'account/requests',
    locals: { ...frame('requests'), zone: 'UTC', problem: 'account.requests.gone', requests: [] },
  },
  {
    id: 'account-apps',
    page: 'account/apps',
    locals: {
      ...frame('apps'),
      apps: [
        notes,
        {
          ...notes,
          clientId: 'b',
          name: 'Bundesschifffahrtsverwaltungsanwendung'.repeat(2),
          scopes: [...scopes, { name: 'https://scopes.example/tides:write', titleKey: 'scopes.x.title' }],
        },
      ],
    },
  },
  { id: 'account-apps-none', page: 'account/apps', locals: { ...frame('apps'), apps: [] } },
  {
    id: 'account-events',
    page: 'account/events',
    locals: {
      ...frame('events'),
      zone: 'Europe/London',
      events: [
        event('sign_in.succeeded', { disownUrl: '/account/events/1/disown' }),
        event('sign_in.succeeded', {
          reasons: ['risk.device_new', 'risk.country_new'],
          disownUrl: '/account/events/2/disown',
        }),
        event('sign_in.succeeded', { reasons: ['risk.travel_impossible'], disowned: true }),
        event('sign_in.failed', { failed: true, browser: null, system: null }),
        event('credential.password_set'),
        event('something.new', { ip: null }),
      ],
    },
  },
  {
    id: 'account-disown',
    page: 'account/disown',
    locals: {
      ...frame('events'),
      titleKey: 'account.disown.title',
      action: '/account/events/1/disown',
      zone: 'Europe/London',
      signIn: unusualSignIn,
      backUrl: '/account/events',
    },
  },
  {
    id: 'account-was-this-you',
    page: 'account/was-this-you',
    locals: { action: `/account/was-this-you/1/${token}`, csrf: 'csrf', signIn: unusualSignIn },
  },
  {
    id: 'account-disowned',
    page: 'account/disowned',
    locals: { resetSent: true, accountUrl: '/account' },
  },
  {
    id: 'account-disowned-no-reset',
    page: 'account/disowned',
    locals: { resetSent: false, accountUrl: '/account' },
  },
  {
    id: 'account-merge',
    page: 'account/merge',
    locals: {
      ...frame('merge'),
      login: '',
      past: [],
      proof: null,
      providers: providers.slice(0, 2),
      connectAction: '/account/identities',
    },
  },
  {
    id: 'account-merge-past',
    page: 'account/merge',
    locals: {
      ...frame('merge'),
      login: 'ann.weaver@example.com',
      problem: 'problems.merge_not_proven',
      proof: null,
      providers: [],
      connectAction: '/account/identities',
      past: [
        merge({}),
        merge({ undoable: false, undoneAt: new Date('2026-11-21T09:00:00Z') }),
        merge({ name: null, undoable: false }),
      ],
    },
  },
  {
    id: 'account-merge-confirm',
    page: 'account/merge-confirm',
    locals: {
      ...frame('merge'),
      confirmAction: '/account/merge/one',
      cancelUrl: '/account/merge',
      surviving: person.login,
      merged: 'ann.weaver@example.com',
      apps: [
        { clientId: 'a', name: 'Harbour Notes' },
        { clientId: 'b', name: null },
      ],
      undoDays: 14,
    },
  },
  {
    id: 'account-merge-undo',
    page: 'account/merge-undo',
    locals: { action: `/account/merge/undo/${token}`, csrf: 'csrf', email: 'ann.weaver@example.com' },
  },
  { id: 'account-merge-undone', page: 'account/merge-undone', locals: { accountUrl: '/account' } },
  { id: 'account-data', page: 'account/data', locals: frame('data') },
  { id: 'account-delete', page: 'account/delete', locals: { ...frame('delete'), graceDays: 14 } },
  {
    id: 'account-delete-wrong',
    page: 'account/delete',
    locals: { ...frame('delete'), graceDays: 0, problem: 'account.delete.not_sure' },
  },
  {
    id: 'account-deleted',
    page: 'account/deleted',
    locals: { deleteAt: new Date('2026-12-06T09:00:00Z') },
  },
  { id: 'account-deleted-now', page: 'account/deleted', locals: { deleteAt: null } },
  {
    id: 'account-restore',
    page: 'account/restore',
    locals: { action: `/account/restore/${token}`, csrf: 'csrf', email: person.login },
  },
  { id: 'account-restored', page: 'account/restored', locals: { accountUrl: '/account' } },
]
