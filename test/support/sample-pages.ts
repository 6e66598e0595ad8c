import { accountSamples, providers } from './account-samples.ts'
import { consoleSamples, documentationSamples } from './console-samples.ts'

/** Every page of views/ in the states a person can meet, with data as the features hand it over. */
export interface Sample {
  /** Names the picture: `login-wrong` */
  id: string
  page: string
  locals: Record<string, unknown>
}

const logo =
  'data:image/svg+xml,%3Csvg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 40 40"%3E' +
  '%3Crect width="40" height="40" fill="%23e8563a"/%3E%3Ccircle cx="20" cy="20" r="9" fill="%23fff"/%3E%3C/svg%3E'

const notes = {
  name: 'Harbour Notes',
  logoUri: null,
  policyUri: 'https://notes.example/privacy',
  tosUri: 'https://notes.example/terms',
}
const person = { name: 'Ann Weaver', login: 'ann@example.com' }

const login = {
  action: '/interaction/1/login',
  passkeyAction: '/interaction/1/passkey',
  unknownPasskey: null,
  csrf: 'csrf',
  login: '',
  client: notes,
  problem: null,
  registerUrl: '/interaction/1/register',
  byMailUrl: null,
  forgotUrl: '/interaction/1/forgot',
  resendAction: null,
  cancelAction: '/interaction/1/cancel',
  providers: [],
  federationAction: '/interaction/1/federation',
}

const connect = {
  action: '/interaction/1/connect',
  csrf: 'csrf',
  client: notes,
  provider: { slug: 'google', name: 'Google', connector: 'google' },
  login: 'ann@example.com',
  problem: null,
}

const register = {
  action: '/interaction/1/register',
  csrf: 'csrf',
  values: { email: '', username: '', name: '' },
  client: notes,
  problem: null,
  fieldProblems: {},
  loginUrl: '/interaction/1/login',
  passwordMinimum: 12,
  invitation: false,
  askUsername: true,
  proof: null,
}

const askMail = {
  texts: 'ask_mail.recovery',
  action: '/interaction/1/forgot',
  csrf: 'csrf',
  login: '',
  client: notes,
  problem: null,
  proof: null,
  backUrl: '/interaction/1/login',
}

const mailSent = {
  detail: 'mail_sent.recovery',
  login: 'ann@example.com',
  againAction: '/recovery',
  client: null,
  backUrl: '/interaction/1/login',
}

const byMail = {
  action: '/interaction/1/by-mail/code',
  againAction: '/interaction/1/by-mail',
  askUrl: '/interaction/1/by-mail',
  backUrl: '/interaction/1/login',
  csrf: 'csrf',
  login: 'ann@example.com',
  client: notes,
  problem: null,
}

const secondFactor = {
  action: '/interaction/1/second-factor',
  proof: null,
  csrf: 'csrf',
  client: notes,
  factor: 'totp',
  factorId: null,
  label: null,
  sent: false,
  hint: null,
  others: [
    { url: '/interaction/1/second-factor?with=passkey', factor: 'passkey', label: null },
    { url: '/interaction/1/second-factor?with=recovery-code', factor: 'recovery-code', label: null },
  ],
  because: 'own',
  rememberDays: 30,
  lostUrl: null,
  cancelAction: '/interaction/1/cancel',
  problem: null,
}

const enrol = {
  action: '/interaction/1/enrol',
  keyAction: '/interaction/1/enrol/key',
  phoneUrl: '/interaction/1/enrol/phone',
  csrf: 'csrf',
  client: notes,
  why: 'policy',
  mayDecline: false,
  cancelAction: '/interaction/1/cancel',
  problem: null,
}

const enrolPhone = {
  action: '/interaction/1/enrol/phone',
  csrf: 'csrf',
  client: notes,
  hint: null,
  number: '',
  problem: null,
  proof: null,
  otherUrl: '/interaction/1/enrol/phone?other=1',
  backUrl: '/interaction/1/enrol',
}

const enrolApp = {
  action: '/interaction/1/enrol/app/1',
  csrf: 'csrf',
  client: notes,
  qr: { size: 21, path: 'M1 1h5v5H1z' },
  uri: 'otpauth://totp/Gatehouse:ann@example.com?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=Gatehouse',
  keyGroups: ['GEZD', 'GNBV', 'GY3T', 'QOJQ', 'GEZD', 'GNBV', 'GY3T', 'QOJQ'],
  codeProblem: null,
  backUrl: '/interaction/1/enrol',
}

const reset = {
  action: '/recovery/1',
  csrf: 'csrf',
  address: 'ann@example.com',
  problem: null,
  passwordProblem: null,
  passwordMinimum: 12,
}

const lost = {
  action: '/interaction/1/lost-factor',
  csrf: 'csrf',
  client: notes,
  readyAt: new Date('2026-11-25T09:05:00Z'),
  hours: 72,
  problem: null,
  backUrl: '/interaction/1/second-factor',
  cancelAction: '/interaction/1/cancel',
}

const verify = { ...reset, action: '/verify-email/1', newPasswordUrl: '/verify-email/1/new-password' }

/** A scope in the words of a registered API. */
const apiScope = { titleKey: null, detailKey: null, api: 'Tide tables' }

const paymentShown = {
  title: 'Payment',
  summary: 'Pay 123.50 EUR to Merchant A',
  api: 'Harbour Bank',
  fields: [
    { label: 'It may', values: ['start it', 'see how it goes'] },
    { label: 'Where', values: ['https://bank.example/accounts/7'] },
    { label: 'Amount', values: ['123.50 EUR'] },
    { label: 'To', values: ['Merchant A'] },
    { label: 'Urgent', values: [true] },
  ],
}

const consent = {
  action: '/interaction/1/consent',
  csrf: 'csrf',
  client: { ...notes, host: 'notes.example', verified: true },
  person,
  scopes: ['openid', 'profile', 'email', 'offline_access'].map((name) => scope(name, true)),
  remembered: true,
}

const returning = {
  client: notes,
  host: 'notes.example',
  code: 'invalid_request',
  detail: 'missing required parameter code_challenge',
  declined: false,
  url: 'https://notes.example/cb?error=invalid_request',
  form: null,
}

const failure = {
  status: 400,
  requestId: '0199a1c2-7d3e-7c11-9a55-2f6f0f1c9d10',
  client: null,
  backUrl: null,
}

const idToken = {
  header: { alg: 'RS256', typ: 'JWT', kid: 'k1' },
  claims: {
    iss: 'http://localhost:3000',
    sub: '0199a1c2-7d3e-7c11-9a55-2f6f0f1c9d10',
    aud: 'demo-first',
    exp: 1795334400,
    iat: 1795330800,
    auth_time: 1795330790,
    amr: ['pwd', 'otp'],
    sid: 'Zx3vQ1f0bWm0c7m1kqzv9uXJ2mQe8yRr0bK5w2Lw3sE',
    email: 'ann@example.com',
    email_verified: true,
    'https://example.com/department': { name: 'Lights', floor: 3 },
  },
}
const accessToken = {
  header: { alg: 'ES256', typ: 'at+jwt', kid: 'k2' },
  claims: {
    ...idToken.claims,
    aud: 'http://localhost:3000',
    scope: 'openid profile email',
    role: 'user',
    jti: 'a1',
  },
}
const signedIn = {
  client: { name: 'Lighthouse' },
  idToken,
  accessToken,
  expiresAt: new Date('2026-11-22T09:05:00Z'),
  reply: null,
  notice: null,
  csrf: 'csrf',
  refreshUrl: '/demo/refresh',
  callUrl: '/demo/call',
  logoutUrl: '/demo/logout',
}

const mail = {
  id: '1',
  to: 'ann@example.com',
  letter: 'reset-password',
  subject: 'Choose a new password for Gatehouse',
  text: 'Choose a new password\n\nhttp://localhost:3000/recovery/Zx3vQ1f0bWm0c7m1kqzv9uXJ2mQe8yRr0bK5w2Lw3sE\n',
  url: 'http://localhost:3000/recovery/Zx3vQ1f0bWm0c7m1kqzv9uXJ2mQe8yRr0bK5w2Lw3sE',
  createdAt: new Date('2026-11-22T09:05:00Z'),
  expiresAt: new Date('2026-11-22T09:35:00Z'),
}

const enterCode = { action: '/device', xsrf: 'xsrf', code: '', problem: null }

const confirmDevice = {
  action: '/interaction/1/consent',
  csrf: 'csrf',
  client: { ...consent.client, logoUri: logo },
  person,
  scopes: [scope('openid', true), scope('profile', true), scope('offline_access', true)],
  device: { userCode: 'BCD-FGH-JKL', ip: '192.0.2.7', browser: 'Firefox', system: 'Windows' },
}

const darkApps = ['Demo calendar', 'Demo notes', 'Demo shop']
const goDark = {
  ...{ isReady: false, isDark: false, isWaiting: false, csrf: 'x' },
  ...{ signInUrl: '/demo/go-dark/sign-in', goDarkUrl: '/demo/go-dark', homeUrl: '/demo' },
}

export const samples: Sample[] = [
  ...accountSamples,
  ...consoleSamples,
  ...documentationSamples,
  { id: 'login', page: 'authentication/login', locals: login },
  { id: 'login-providers', page: 'authentication/login', locals: { ...login, providers } },
  {
    id: 'login-account-exists',
    page: 'authentication/login',
    locals: {
      ...login,
      login: 'ann@example.com',
      problem: 'problems.account_exists',
      providers: providers.slice(0, 2),
    },
  },
  { id: 'connect', page: 'authentication/connect', locals: connect },
  {
    id: 'connect-wrong',
    page: 'authentication/connect',
    locals: { ...connect, problem: 'problems.identity_other' },
  },
  {
    id: 'login-wrong',
    page: 'authentication/login',
    locals: { ...login, login: 'ann@example.com', problem: 'problems.wrong_credentials' },
  },
  {
    id: 'login-proof',
    page: 'authentication/login',
    locals: {
      ...login,
      login: 'ann@example.com',
      problem: 'problems.proof_required',
      proof: { challenge: '1795600000.8.sample', difficulty: 8 },
    },
  },
  {
    id: 'login-throttled',
    page: 'authentication/login',
    locals: { ...login, login: 'ann@example.com', problem: 'problems.too_many_attempts' },
  },
  {
    id: 'login-plain',
    page: 'authentication/login',
    locals: { ...login, client: null, registerUrl: null, cancelAction: null },
  },
  {
    id: 'login-unverified',
    page: 'authentication/login',
    locals: {
      ...login,
      login: 'ann@example.com',
      problem: 'problems.email_unverified',
      resendAction: '/verify-email',
    },
  },
  { id: 'forgot', page: 'authentication/ask-mail', locals: askMail },
  {
    id: 'forgot-empty',
    page: 'authentication/ask-mail',
    locals: { ...askMail, csrf: null, client: null, backUrl: null, problem: 'problems.missing_login' },
  },
  {
    id: 'forgot-proof',
    page: 'authentication/ask-mail',
    locals: {
      ...askMail,
      problem: 'problems.proof_to_mail',
      proof: { challenge: '1795600000.8.sample', difficulty: 8 },
    },
  },
  { id: 'resend', page: 'authentication/ask-mail', locals: { ...askMail, texts: 'ask_mail.verification' } },
  {
    id: 'login-by-mail',
    page: 'authentication/login',
    locals: { ...login, byMailUrl: '/interaction/1/by-mail' },
  },
  { id: 'second-factor', page: 'authentication/second-factor', locals: secondFactor },
  {
    id: 'second-factor-wrong',
    page: 'authentication/second-factor',
    locals: { ...secondFactor, factor: 'recovery-code', problem: 'problems.wrong_second_factor' },
  },
  {
    id: 'second-factor-passkey',
    page: 'authentication/second-factor',
    locals: { ...secondFactor, factor: 'passkey', because: 'client', rememberDays: null },
  },
  {
    id: 'second-factor-send',
    page: 'authentication/second-factor',
    locals: { ...secondFactor, factor: 'sms-code', factorId: '1', label: 'Phone' },
  },
  {
    id: 'second-factor-sent',
    page: 'authentication/second-factor',
    locals: {
      ...secondFactor,
      factor: 'sms-code',
      factorId: '1',
      label: 'Phone',
      sent: true,
      hint: '•••• 42',
    },
  },
  { id: 'enrol', page: 'authentication/enrol', locals: enrol },
  {
    id: 'enrol-offered',
    page: 'authentication/enrol',
    locals: { ...enrol, why: 'offered', mayDecline: true },
  },
  { id: 'enrol-app', page: 'authentication/enrol-app', locals: enrolApp },
  {
    id: 'enrol-app-wrong',
    page: 'authentication/enrol-app',
    locals: { ...enrolApp, codeProblem: 'problems.factor_code_refused' },
  },
  { id: 'enrol-phone', page: 'authentication/enrol-phone', locals: enrolPhone },
  {
    id: 'enrol-phone-code',
    page: 'authentication/enrol-phone',
    locals: { ...enrolPhone, hint: '•••• 42', problem: 'account.security.sent.refused' },
  },
  {
    id: 'enrol-codes',
    page: 'authentication/enrol-codes',
    locals: {
      codes: ['k7m2-9qpd-4x', 'w3te-1zcf-8r', 'h5ya-6vjn-0k'],
      client: notes,
      login: 'ann@example.com',
      continueUrl: '/interaction/1',
    },
  },
  { id: 'by-mail-ask', page: 'authentication/ask-mail', locals: { ...askMail, texts: 'ask_mail.sign_in' } },
  { id: 'by-mail', page: 'authentication/by-mail', locals: byMail },
  {
    id: 'by-mail-wrong',
    page: 'authentication/by-mail',
    locals: { ...byMail, login: '', problem: 'problems.wrong_code' },
  },
  {
    id: 'by-mail-link',
    page: 'authentication/by-mail-link',
    locals: {
      action: '/interaction/1/by-mail/link/1',
      csrf: 'csrf',
      address: 'ann@example.com',
      client: notes,
    },
  },
  { id: 'by-mail-elsewhere', page: 'authentication/by-mail-elsewhere', locals: {} },
  {
    id: 'by-mail-ended',
    page: 'authentication/link-ended',
    locals: { again: 'by_mail.again', againUrl: '/account' },
  },
  { id: 'mail-sent', page: 'authentication/mail-sent', locals: mailSent },
  {
    id: 'mail-sent-registered',
    page: 'authentication/mail-sent',
    locals: { ...mailSent, detail: 'mail_sent.verification', backUrl: null },
  },
  { id: 'reset', page: 'authentication/reset', locals: reset },
  {
    id: 'reset-weak',
    page: 'authentication/reset',
    locals: { ...reset, passwordProblem: 'fields.password_too_short' },
  },
  ...['ask', 'waiting', 'ready', 'administrator', 'too-weak'].map((state) => ({
    id: `lost-factor-${state}`,
    page: 'authentication/lost-factor',
    locals: { ...lost, state, readyAt: ['waiting', 'ready'].includes(state) ? lost.readyAt : null },
  })),
  {
    id: 'lost-factor-refused',
    page: 'authentication/lost-factor',
    locals: { ...lost, state: 'waiting', problem: 'problems.factor_reset_not_ready' },
  },
  {
    id: 'lost-factor-cancel',
    page: 'authentication/lost-factor-cancel',
    locals: { action: '/lost-factor/cancel/1', csrf: 'csrf' },
  },
  {
    id: 'lost-factor-cancelled',
    page: 'authentication/lost-factor-cancelled',
    locals: { recoveryUrl: '/recovery' },
  },
  {
    id: 'verify',
    page: 'authentication/verify',
    locals: { ...verify, mode: 'confirm', detail: 'verify.confirm' },
  },
  {
    id: 'verify-password',
    page: 'authentication/verify',
    locals: { ...verify, mode: 'password', detail: 'verify.password' },
  },
  {
    id: 'verify-wrong',
    page: 'authentication/verify',
    locals: {
      ...verify,
      mode: 'password',
      detail: 'verify.password',
      problem: 'problems.proof_of_maker_needed',
    },
  },
  {
    id: 'verify-new',
    page: 'authentication/verify',
    locals: { ...verify, mode: 'new-password', detail: 'verify.new-password' },
  },
  {
    id: 'reset-done',
    page: 'authentication/proven',
    locals: { texts: 'proven.reset', continueUrl: '/interaction/1' },
  },
  { id: 'verified', page: 'authentication/proven', locals: { texts: 'proven.verified', continueUrl: null } },
  {
    id: 'link-ended',
    page: 'authentication/link-ended',
    locals: { again: 'ask_mail.recovery.submit', againUrl: '/recovery' },
  },
  { id: 'register', page: 'authentication/register', locals: register },
  {
    id: 'register-wrong',
    page: 'authentication/register',
    locals: {
      ...register,
      values: { email: 'ann@', username: 'ann', name: 'Ann Weaver' },
      fieldProblems: {
        email: 'fields.email_invalid',
        username: 'fields.username_taken',
        password: 'fields.password_too_short',
      },
    },
  },
  {
    id: 'register-proof',
    page: 'authentication/register',
    locals: {
      ...register,
      values: { email: 'ann@example.com', username: '', name: '' },
      problem: 'problems.proof_to_register',
      proof: { challenge: '1795600000.8.sample', difficulty: 8 },
    },
  },
  {
    id: 'register-invited',
    page: 'authentication/register',
    locals: { ...register, client: null, invitation: true, loginUrl: null, problem: 'problems.form_expired' },
  },
  { id: 'consent', page: 'authentication/consent', locals: consent },
  {
    id: 'login-unknown-app',
    page: 'authentication/login',
    locals: { ...login, client: { ...notes, unverifiedHost: 'notes.example' } },
  },
  { id: 'return', page: 'authentication/return', locals: returning },
  {
    id: 'return-declined',
    page: 'authentication/return',
    locals: {
      ...returning,
      code: 'access_denied',
      detail: null,
      declined: true,
      url: null,
      form: { action: 'https://notes.example/cb', error: 'access_denied', state: 'sample' },
    },
  },
  {
    id: 'consent-apis',
    page: 'authentication/consent',
    locals: {
      ...consent,
      client: { ...consent.client, verified: false, unverifiedHost: 'notes.example' },
      scopes: [
        scope('openid', false),
        { ...apiScope, name: 'tides:read', text: 'See your tide tables', isNew: true },
        { ...apiScope, name: 'tides:write', text: 'Change them and publish them in your name', isNew: true },
        { ...apiScope, name: 'read', text: 'See which berths you have booked', api: 'Harbour', isNew: true },
      ],
    },
  },
  {
    id: 'consent-details',
    page: 'authentication/consent',
    locals: { ...consent, scopes: [scope('openid', false)], details: [paymentShown], remembered: false },
  },
  {
    id: 'consent-details-long',
    page: 'authentication/consent',
    locals: {
      ...consent,
      scopes: [scope('openid', true), { ...apiScope, name: 'x', text: 'x'.repeat(300), isNew: true }],
      details: [
        paymentShown,
        {
          title: 'Bundesschifffahrtsverwaltungsanwendung '.repeat(4),
          summary: null,
          api: null,
          fields: [
            { label: 'y'.repeat(120), values: ['z'.repeat(500)] },
            { label: 'Confirmed', values: [false] },
            { label: 'Rights', values: Array.from({ length: 30 }, (_, index) => `right number ${index}`) },
          ],
        },
      ],
      remembered: false,
    },
  },
  {
    id: 'consent-unverified',
    page: 'authentication/consent',
    locals: {
      ...consent,
      client: { ...consent.client, logoUri: logo, verified: false, unverifiedHost: 'notes.example' },
      scopes: [
        scope('openid', false),
        scope('profile', false),
        scope('address', true),
        scope('phone', true),
        { name: 'tides:write', titleKey: null, detailKey: null, isNew: true },
      ],
      remembered: false,
    },
  },
  {
    id: 'consent-long',
    page: 'authentication/consent',
    locals: {
      ...consent,
      client: {
        ...consent.client,
        name: 'Bundesschifffahrtsverwaltungsanwendung'.repeat(3),
        host: `${'a'.repeat(60)}.example`,
      },
      person: {
        name: 'Wolfeschlegelsteinhausenbergerdorff '.repeat(4),
        login: `${'w'.repeat(64)}@${'x'.repeat(60)}.example`,
      },
      scopes: [{ name: 'https://scopes.example/'.repeat(4), titleKey: null, detailKey: null, isNew: true }],
    },
  },
  {
    id: 'consent-nameless',
    page: 'authentication/consent',
    locals: { ...consent, person: { name: null, login: 'ann' }, scopes: [scope('openid', true)] },
  },
  { id: 'device', page: 'device/enter', locals: enterCode },
  {
    id: 'device-wrong',
    page: 'device/enter',
    locals: { ...enterCode, code: 'BCD-FGH-JKL', problem: 'problems.wrong_user_code' },
  },
  { id: 'device-confirm', page: 'authentication/device', locals: confirmDevice },
  {
    id: 'device-confirm-unverified',
    page: 'authentication/device',
    locals: {
      ...confirmDevice,
      client: {
        ...consent.client,
        name: 'Bundesschifffahrtsverwaltungsanwendung'.repeat(3),
        verified: false,
      },
      device: {
        userCode: 'BCD-FGH-JKL',
        ip: '2001:db8:85a3:1234:5678:8a2e:370:7334',
        browser: null,
        system: null,
      },
    },
  },
  ...(['approved', 'denied', 'expired', 'used'] as const).map((outcome) => ({
    id: `device-${outcome}`,
    page: 'device/ended',
    locals: { outcome, client: notes, againUrl: outcome === 'approved' ? null : '/device' },
  })),
  {
    id: 'select-account',
    page: 'authentication/select-account',
    locals: { action: '/interaction/1/account', csrf: 'csrf', client: notes, person },
  },
  {
    id: 'form-post',
    page: 'authentication/form-post',
    locals: {
      action: 'https://notes.example/cb',
      automatic: false, // it would be gone before anybody has looked at it
      client: { name: notes.name },
      fields: [
        { name: 'code', value: 'Zx3vQ1f0bWm0c7m1kqzv9uXJ2mQe8yRr0bK5w2Lw3sE' },
        { name: 'state', value: '"><b>state</b>' },
      ],
    },
  },
  {
    id: 'form-post-here',
    page: 'authentication/form-post',
    locals: {
      action: '/logout/confirm',
      automatic: false,
      client: null,
      fields: [{ name: 'logout', value: 'yes' }],
    },
  },
  {
    id: 'consent-claims',
    page: 'authentication/consent',
    locals: {
      ...consent,
      scopes: [
        scope('openid', false),
        ...['nickname', 'email'].map((name) => ({
          ...{ name, titleKey: `claims.${name}`, detailKey: 'claims.detail', isNew: true },
        })),
      ],
    },
  },
  {
    id: 'logout',
    page: 'authentication/logout',
    locals: { action: '/logout/confirm', xsrf: 'xsrf', client: notes, person },
  },
  {
    id: 'logout-plain',
    page: 'authentication/logout',
    locals: { action: '/logout/confirm', xsrf: 'xsrf', client: null, person },
  },
  { id: 'logged-out', page: 'authentication/logged-out', locals: { client: null } },
  {
    id: 'logged-out-client',
    page: 'authentication/logged-out',
    locals: { client: { ...notes, uri: 'https://notes.example/' } },
  },
  {
    id: 'signing-out',
    page: 'authentication/signing-out',
    locals: {
      client: notes,
      continueUrl: 'https://notes.example/bye',
      frames: [
        { clientName: 'Notes', url: 'about:blank' },
        { clientName: 'Calendar', url: 'about:blank' },
      ],
    },
  },
  { id: 'welcome', page: 'authentication/welcome', locals: {} },
  { id: 'expired', page: 'authentication/expired', locals: {} },
  {
    id: 'expired-client',
    page: 'authentication/expired',
    locals: { client: notes, restartUrl: 'https://notes.example/login' },
  },
  {
    id: 'error-client',
    page: 'error',
    locals: {
      ...failure,
      code: 'invalid_redirect_uri',
      detail: 'redirect_uri did not match any of the client’s registered redirect_uris',
      client: notes,
      backUrl: 'https://notes.example/',
    },
  },
  { id: 'error-own', page: 'error', locals: { ...failure, status: 418, code: 'something_new' } },
  { id: 'error-server', page: 'error', locals: { ...failure, status: 500, code: 'server_error' } },
  { id: 'error-path', page: 'error', locals: { ...failure, status: 404, code: 'not_found', backUrl: '/' } },
  ...[
    'invalid_request',
    'invalid_client',
    'unsupported_response_type',
    'access_denied',
    'temporarily_unavailable',
    'too_many_requests',
  ].map(errorSample),
  {
    id: 'home',
    page: 'home',
    locals: { issuer: 'http://localhost:3000', demoUrl: '/demo', mailboxUrl: '/mailbox' },
  },
  { id: 'mailbox-empty', page: 'notifications/mailbox', locals: { mails: [] } },
  { id: 'mailbox', page: 'notifications/mailbox', locals: { mails: [mail, { ...mail, id: '2' }] } },
  {
    id: 'mailbox-sms',
    page: 'notifications/sms',
    locals: {
      sms: {
        to: '+4915112345678',
        text: 'Your code: 123456. Never tell it to anybody.\n\n@localhost #123456',
        createdAt: mail.createdAt,
      },
    },
  },
  { id: 'mail', page: 'notifications/mail', locals: { mail, htmlUrl: '/mailbox/1/html' } },
  {
    id: 'demo-home',
    page: 'demo/home',
    locals: {
      goDarkUrl: '/demo/go-dark',
      clients: [
        { id: 'first', name: 'Lighthouse', startUrl: '/demo/first/start', firstParty: true },
        { id: 'third', name: 'Harbour Notes', startUrl: '/demo/third/start', firstParty: false },
      ],
    },
  },
  {
    id: 'go-dark',
    page: 'demo/go-dark',
    locals: {
      ...goDark,
      apps: darkApps.map((name) => ({ name, state: 'signed-in', ms: null })),
      isReady: true,
    },
  },
  {
    id: 'go-dark-over',
    page: 'demo/go-dark',
    locals: {
      ...goDark,
      apps: darkApps.map((name, index) => ({ name, state: 'dark', ms: 41 + index * 17 })),
      ...{ isReady: true, isDark: true },
    },
  },
  {
    id: 'go-dark-waiting',
    page: 'demo/go-dark',
    locals: {
      ...goDark,
      apps: darkApps.map((name, index) => ({ name, state: index === 0 ? 'dark' : 'signed-in', ms: null })),
      ...{ isReady: true, isWaiting: true },
    },
  },
  {
    id: 'go-dark-start',
    page: 'demo/go-dark',
    locals: { ...goDark, apps: darkApps.map((name) => ({ name, state: 'signed-out', ms: null })) },
  },
  { id: 'demo-signed-in', page: 'demo/signed-in', locals: signedIn },
  {
    id: 'demo-called',
    page: 'demo/signed-in',
    locals: {
      ...signedIn,
      notice: 'demo.refreshed',
      reply: { status: 200, body: { id: idToken.claims.sub, email: 'ann@example.com', roles: ['user'] } },
    },
  },
  {
    id: 'demo-refused',
    page: 'demo/signed-in',
    locals: {
      ...signedIn,
      reply: { status: 401, body: { type: 'urn:gatehouse:problem:not_signed_in', status: 401 } },
    },
  },
  {
    id: 'demo-error',
    page: 'demo/error',
    locals: { code: 'access_denied', description: 'End-User aborted interaction', homeUrl: '/demo' },
  },
]

const letterLink = {
  url: 'http://localhost:3000/recovery/Zx3vQ1f0bWm0c7m1kqzv9uXJ2mQe8yRr0bK5w2Lw3sE',
  expiresAt: '2026-11-22T09:35:00.000Z',
}
const letterNotice = { at: '2026-11-22T09:05:00.000Z' }
const letterPending = {
  ...letterNotice,
  url: 'http://localhost:3000/lost-factor/cancel/Zx3vQ1f0bWm0c7m1kqzv9uXJ2mQe8yRr0bK5w2Lw3sE',
  readyAt: '2026-11-25T09:05:00.000Z',
  browser: 'Firefox on Linux',
  place: '203.0.113.7',
}

/** Every letter of views/mail, with what it tells. */
export const letterSamples: { letter: string; locals: Record<string, unknown> }[] = [
  { letter: 'verify-email', locals: letterLink },
  { letter: 'reset-password', locals: letterLink },
  { letter: 'sign-in-link', locals: { ...letterLink, code: '0123 4567' } },
  { letter: 'factor-code', locals: { code: '0123 4567' } },
  { letter: 'sign-in-refused', locals: { url: 'http://localhost:3000/recovery' } },
  { letter: 'already-registered', locals: { url: 'http://localhost:3000/recovery' } },
  { letter: 'password-changed', locals: letterNotice },
  { letter: 'password-set', locals: letterNotice },
  { letter: 'identity-unlinked', locals: { ...letterNotice, provider: 'Harbour Office' } },
  {
    letter: 'new-device',
    locals: { ...letterNotice, browser: 'Firefox on Linux', place: 'Vienna, Austria' },
  },
  {
    letter: 'unusual-sign-in',
    locals: {
      ...letterLink,
      ...letterNotice,
      ...{ browser: 'Firefox on Linux', place: 'Vienna, Austria', reasons: 'device_new country_new' },
    },
  },
  {
    letter: 'stopped-sign-in',
    locals: {
      ...letterNotice,
      ...{ browser: 'Firefox on Linux', place: 'Vienna, Austria', reasons: 'travel_impossible' },
    },
  },
  { letter: 'identity-linked', locals: { ...letterNotice, provider: 'Google' } },
  { letter: 'passkey-added', locals: letterNotice },
  { letter: 'passkey-removed', locals: letterNotice },
  { letter: 'passkey-copied', locals: letterNotice },
  { letter: 'factor-added', locals: letterNotice },
  { letter: 'factor-removed', locals: letterNotice },
  { letter: 'recovery-codes-regenerated', locals: letterNotice },
  { letter: 'recovery-code-used', locals: { ...letterNotice, left: '3' } },
  { letter: 'change-email', locals: letterLink },
  { letter: 'email-change-requested', locals: letterNotice },
  { letter: 'email-changed', locals: letterNotice },
  { letter: 'invitation', locals: letterLink },
  { letter: 'refresh-reused', locals: letterNotice },
  { letter: 'session-copied', locals: letterNotice },
  { letter: 'factor-reset-requested', locals: letterPending },
  { letter: 'factor-reset-pending', locals: letterPending },
  { letter: 'factor-reset-restarted', locals: letterPending },
  { letter: 'factor-reset-cancelled', locals: letterNotice },
  { letter: 'factor-reset-completed', locals: letterNotice },
  { letter: 'factors-reset', locals: letterNotice },
  { letter: 'deletion-requested', locals: letterLink },
  { letter: 'account-restored', locals: letterNotice },
  { letter: 'accounts-merged', locals: letterLink },
  { letter: 'account-merged-away', locals: letterLink },
  { letter: 'accounts-merged-for-good', locals: letterNotice },
  { letter: 'merge-undone', locals: letterNotice },
  {
    letter: 'authentication-requested',
    locals: {
      ...letterNotice,
      ...{ url: 'http://localhost:3000/account/requests', app: 'Harbour Notes', place: '203.0.113.7' },
    },
  },
  { letter: 'test', locals: {} },
].map(({ letter, locals }) => ({
  letter,
  locals: { ...locals, recoveryUrl: 'http://localhost:3000/recovery' },
}))

export const languageLinks = [
  { language: 'en', href: '?ui_locales=en' },
  { language: 'de', href: '?ui_locales=de' },
]

function scope(name: string, isNew: boolean) {
  return { name, titleKey: `scopes.${name}.title`, detailKey: `scopes.${name}.detail`, isNew }
}

function errorSample(code: string): Sample {
  return { id: `error-${code}`, page: 'error', locals: { ...failure, code } }
}
