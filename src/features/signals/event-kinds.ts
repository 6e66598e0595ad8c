const caep = 'https://schemas.openid.net/secevent/caep/event-type'
const risc = 'https://schemas.openid.net/secevent/risc/event-type'
const ssf = 'https://schemas.openid.net/secevent/ssf/event-type'

/** What is told of people: CAEP 1.0, section 3; RISC 1.0, section 2. */
const aboutPeople = {
  'session-revoked': `${caep}/session-revoked`,
  'credential-change': `${caep}/credential-change`,
  'account-disabled': `${risc}/account-disabled`,
  'account-enabled': `${risc}/account-enabled`,
  'account-purged': `${risc}/account-purged`,
  'identifier-changed': `${risc}/identifier-changed`,
} as const

/** What is told of a stream itself, to every receiver (SSF 1.0, sections 8.1.4 and 8.1.5). */
const aboutStreams = {
  verification: `${ssf}/verification`,
  'stream-updated': `${ssf}/stream-updated`,
} as const

const kinds = { ...aboutPeople, ...aboutStreams }

/** Stored; a name never changes its meaning. */
export type EventKind = keyof typeof kinds
export type PersonEventKind = keyof typeof aboutPeople

export const uriOf = (kind: EventKind): string => kinds[kind]

export const isEventKind = (text: string): text is EventKind => Object.hasOwn(kinds, text)

/** What a receiver may ask for. */
export const supportedEvents: readonly string[] = Object.values(aboutPeople)
