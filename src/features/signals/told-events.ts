import { epochSeconds } from '../../lib/clock.ts'
import type { Envelope, EventType } from '../outbox/index.ts'
import type { PersonEventKind } from './event-kinds.ts'

interface Told {
  kind: PersonEventKind
  data: Record<string, unknown>
}

/** Credentials, as CAEP 1.0, section 3.3, calls them; what it has no name for goes by ours. */
const credentialNames: Record<string, string> = { totp: 'app', sms: 'phone-sms', mail: 'email' }

const credential =
  (changeType: string, type: (data: Envelope['data']) => string) =>
  (event: Envelope): Told => ({
    kind: 'credential-change',
    data: { credential_type: type(event.data), change_type: changeType, ...circumstances(event) },
  })

const factor = ({ kind }: Envelope['data']): string =>
  (typeof kind === 'string' && credentialNames[kind]) || 'fido2-roaming' // a security key

/** A RISC event says what happened by its type alone (RISC 1.0, section 2). */
const account = (kind: PersonEventKind) => (): Told => ({ kind, data: {} })

/** What receivers are told of what happens to a person, by our events. */
const told = {
  'auth.password.changed': (event: Envelope) =>
    credential(event.data.first === true ? 'create' : 'update', () => 'password')(event),
  'auth.passkey.added': credential('create', () => 'fido2-platform'),
  'auth.passkey.removed': credential('delete', () => 'fido2-platform'),
  'auth.factor.added': credential('create', factor),
  'auth.factor.removed': credential('delete', factor),
  'auth.recovery_codes.regenerated': (event: Envelope) =>
    credential(event.data.first === true ? 'create' : 'update', () => 'recovery-codes')(event),
  'auth.user.disabled': account('account-disabled'),
  'auth.user.locked': account('account-disabled'),
  'auth.user.enabled': account('account-enabled'),
  'auth.user.deleted': account('account-purged'),
  'auth.email.changed': account('identifier-changed'),
} satisfies Partial<Record<EventType, (event: Envelope) => Told>>

type ToldType = keyof typeof told

export const toldTypes = Object.keys(told) as ToldType[] // the names of the object above

/** Null: receivers are not told of such events. */
export const toldOf = (event: Envelope): Told | null =>
  Object.hasOwn(told, event.type) ? told[event.type as ToldType](event) : null

/** When and through whom it happened (CAEP 1.0, section 2). */
export const circumstances = ({ time, actor, subject }: Envelope): Record<string, unknown> => ({
  event_timestamp: epochSeconds(time),
  initiating_entity: initiators[actor.type] ?? (actor.id === subject ? 'user' : 'admin'),
})

const initiators: Partial<Record<Envelope['actor']['type'], string>> = {
  system: 'system',
  client: 'system',
  anonymous: 'user', // who has proven nothing yet but what a link they were sent proves
}
