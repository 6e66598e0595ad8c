/** How many a key may have in a while. */
export interface Limit {
  points: number
  seconds: number
  /** Counted for all replicas together, at the price of a write; otherwise each process counts for itself. */
  shared: boolean
  why: string
}

/**
 * Every rate limit by name. A limit counts per key: a network (see `networkOf`), or what the caller names.
 * They bound floods; guessing passwords is bounded by features/lockout.
 */
export const limits = {
  register: { points: 100, seconds: 600, shared: true, why: 'new accounts of one network' },
  'email-change': {
    points: 60,
    seconds: 3_600,
    shared: true,
    why: 'letters one person has sent to addresses of their choice',
  },
  export: {
    points: 5,
    seconds: 3_600,
    shared: true,
    why: 'copies of all data of one person: each reads much',
  },
  'client-registration': {
    points: 120,
    seconds: 600,
    shared: true,
    why: 'applications of one network that register themselves: each is a row that stays for weeks',
  },
  'client-document': {
    points: 60,
    seconds: 60,
    shared: false,
    why: 'documents fetched from one host at the word of strangers',
  },
  'client-secret': {
    points: 500,
    seconds: 600,
    shared: false,
    why: 'guessing at applications: with 256-bit secrets a question of load, so it costs no write',
  },
  upstream: {
    points: 600,
    seconds: 60,
    shared: false,
    why: 'ways to another provider begun by one network: each is a row, and any stranger may begin one',
  },
  'upstream-failures': {
    points: 60,
    seconds: 60,
    shared: false,
    why: 'records that a provider proved nobody, by provider and network',
  },
  passkey: {
    points: 3_000,
    seconds: 60,
    shared: false,
    why: 'challenges and signatures of one network: nobody guesses a key, but each costs a write',
  },
  'second-factor': {
    points: 600,
    seconds: 60,
    shared: false,
    why: 'second factors looked at for one network: wrong ones are counted by person, but each costs a write',
  },
  'code-hour': { points: 5, seconds: 3_600, shared: true, why: 'codes sent to one person, whoever asks' },
  'code-day': { points: 20, seconds: 86_400, shared: true, why: 'the same over a day: each is paid for' },
  'sms-number': {
    points: 5,
    seconds: 3_600,
    shared: true,
    why: 'text messages to one number, over all persons: some numbers earn by them',
  },
  'code-network': {
    points: 60,
    seconds: 3_600,
    shared: true,
    why: 'codes sent at the wish of one network, which may have many accounts',
  },
  'factor-reset': {
    points: 5,
    seconds: 24 * 3_600,
    shared: true,
    why: 'removals of second factors asked for in one person’s name: each sends letters',
  },
  recovery: {
    points: 30,
    seconds: 600,
    shared: true,
    why: 'mails asked for by one network, each of which a stranger may have to read',
  },
  // As long as the link to a new password lives: whoever is kept from another mail has one whose link is still good. Links to
  // sign in by live shorter; without them there still is the password.
  letters: { points: 5, seconds: 1800, shared: true, why: 'mails of one kind to one person, whoever asks' },
  'device-authorization': {
    points: 100,
    seconds: 600,
    shared: true,
    why: 'device codes asked for by one network: each is a row, and one more that a guess could hit',
  },
  'user-code': {
    points: 5,
    seconds: 600,
    shared: true,
    why: 'wrong user codes of one session, or one person',
  },
  'user-code-network': { points: 20, seconds: 600, shared: true, why: 'the same of one network' },
  'user-code-strangers': {
    points: 300,
    seconds: 600,
    shared: true,
    why: 'the same of all who are not signed in: docs/decisions/0031-device-authorization.md has the sum',
  },
  'ciba-client': {
    points: 1_200,
    seconds: 60,
    shared: false,
    why: 'people one application asks for: each is a write and a letter',
  },
  'ciba-unknown': {
    points: 300,
    seconds: 3_600,
    shared: true,
    why: 'people one application asked for who are not there: guessing at addresses; those who are do not count',
  },
  'ciba-pair': {
    points: 6,
    seconds: 1_800,
    shared: true,
    why: 'requests of one application to one person: whoever is asked often enough says yes',
  },
  'ciba-person': { points: 20, seconds: 3_600, shared: true, why: 'the same, over all applications' },
  'stream-status': {
    points: 10,
    seconds: 600,
    shared: true,
    why: 'streams of security events that one client enables anew: each time up to ten thousand events are queued again',
  },
  'webhook-test': {
    points: 30,
    seconds: 600,
    shared: true,
    why: 'pings that one administrator sends: each is a call to a server of somebody else, and waits for it',
  },
  'webhook-replay': {
    points: 30,
    seconds: 600,
    shared: true,
    why: 'replays that one administrator begins: each may queue a hundred thousand messages',
  },
  page: { points: 6_000, seconds: 60, shared: false, why: 'pages of one network, a large office' },
  api: {
    points: 60_000,
    seconds: 60,
    shared: false,
    why: 'calls of one network: a service asks for all its people',
  },
} satisfies Record<string, Limit>

export type LimitName = keyof typeof limits
