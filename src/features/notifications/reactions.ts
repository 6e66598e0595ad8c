import type { App, Db } from '../../platform/app.ts'
import { findUser, type User } from '../accounts/index.ts'
import { createLink } from '../links/index.ts'
import type { Envelope, EventData, EventType, Reaction } from '../outbox/index.ts'
import type { LetterName, LocalsOf } from './letters.ts'
import { sendMail } from './send-mail.ts'

interface Notice<Name extends LetterName> {
  /** Never changes: it is stored. */
  name: string
  on: EventType
  letter: Name
  /** Null: nothing to tell. */
  tell(tx: Db, event: Envelope, user: Reachable): Promise<LocalsOf<Name> | null>
}

type Reachable = User & { email: string }

type Describe = (tx: Db, data: EventData) => Promise<{ browser: string | null; place: string | null }>

/**
 * How a device is named to its owner, from what `auth.device.added` says of it, and a sign-in, from what `auth.sign_in.unusual`
 * does. Who keeps them stands above, so the roof hands these in.
 */
export interface Describers {
  device: Describe
  signIn: Describe
}

/** Tells people what happened to their account without their asking (OWASP ASVS 5.0, 6.3.7). */
export const reactions = (app: Pick<App, 'config' | 'clock'>, describe: Describers): Reaction[] => [
  toReaction(app, {
    name: 'notifications.password-changed',
    on: 'auth.password.changed',
    letter: 'password-changed',
    tell: async (_tx, { data, time }) => (data.first === false ? { at: time } : null),
  }),
  toReaction(app, {
    name: 'notifications.new-device',
    on: 'auth.device.added',
    letter: 'new-device',
    // One letter about one sign-in: of an unusual one that below says more.
    tell: async (tx, { data, time }) =>
      data.toldOf === true ? null : { at: time, ...(await describe.device(tx, data)) },
  }),
  toReaction(app, {
    name: 'notifications.unusual-sign-in',
    on: 'auth.sign_in.unusual',
    letter: 'unusual-sign-in',
    async tell(tx, { data, time }, user) {
      if (data.verdict === 'refuse' || typeof data.signInId !== 'string') return null
      const place = await describe.signIn(tx, data)
      const link = await createLink(tx, app.clock.now(), {
        purpose: 'disown-sign-in',
        userId: user.id,
        address: user.email,
      })
      const url = `${app.config.issuer}/account/was-this-you/${data.signInId}/${link.token}`
      return { at: time, ...place, reasons: reasonsIn(data), url, expiresAt: link.expiresAt }
    },
  }),
  toReaction(app, {
    name: 'notifications.stopped-sign-in',
    on: 'auth.sign_in.unusual',
    letter: 'stopped-sign-in',
    tell: async (tx, { data, time }) =>
      data.verdict === 'refuse'
        ? { at: time, ...(await describe.signIn(tx, data)), reasons: reasonsIn(data) }
        : null,
  }),
  toReaction(app, {
    name: 'notifications.refresh-reused',
    on: 'auth.refresh.reused',
    letter: 'refresh-reused',
    tell: async (_tx, { time }) => ({ at: time }),
  }),
  toReaction(app, {
    name: 'notifications.session-copied',
    on: 'auth.session.copied',
    letter: 'session-copied',
    tell: async (_tx, { time }) => ({ at: time }),
  }),
  toReaction(app, {
    name: 'notifications.identity-linked',
    on: 'auth.identity.linked',
    letter: 'identity-linked',
    // Who has just made their account by it knows.
    tell: async (_tx, { data, time }) =>
      data.because === 'account_created' ? null : { at: time, provider: providerIn(data) },
  }),
  toReaction(app, {
    name: 'notifications.identity-unlinked',
    on: 'auth.identity.unlinked',
    letter: 'identity-unlinked',
    tell: async (_tx, { data, time }) => ({ at: time, provider: providerIn(data) }),
  }),
  toReaction(app, {
    name: 'notifications.passkey-added',
    on: 'auth.passkey.added',
    letter: 'passkey-added',
    tell: async (_tx, { time }) => ({ at: time }),
  }),
  toReaction(app, {
    name: 'notifications.passkey-removed',
    on: 'auth.passkey.removed',
    letter: 'passkey-removed',
    tell: async (_tx, { time }) => ({ at: time }),
  }),
  toReaction(app, {
    name: 'notifications.passkey-copied',
    on: 'auth.passkey.counter_reversed',
    letter: 'passkey-copied',
    tell: async (_tx, { time }) => ({ at: time }),
  }),
  toReaction(app, {
    name: 'notifications.factor-added',
    on: 'auth.factor.added',
    letter: 'factor-added',
    tell: async (_tx, { time }) => ({ at: time }),
  }),
  toReaction(app, {
    name: 'notifications.factor-removed',
    on: 'auth.factor.removed',
    letter: 'factor-removed',
    tell: async (_tx, { time }) => ({ at: time }),
  }),
  toReaction(app, {
    name: 'notifications.recovery-codes-regenerated',
    on: 'auth.recovery_codes.regenerated',
    letter: 'recovery-codes-regenerated',
    // The first come with a factor, of which there is a letter.
    tell: async (_tx, { data, time }) => (data.first === true ? null : { at: time }),
  }),
  toReaction(app, {
    name: 'notifications.recovery-code-used',
    on: 'auth.recovery_code.used',
    letter: 'recovery-code-used',
    tell: async (_tx, { data, time }) => ({ at: time, left: leftIn(data) }),
  }),
]

/** Their names, with spaces between them; the texts `risk.*` say them in words. */
const reasonsIn = ({ reasons }: EventData): string | null =>
  typeof reasons === 'string' && reasons !== '' ? reasons.slice(0, 200) : null
const leftIn = ({ left }: EventData): string | null => (typeof left === 'number' ? String(left) : null)

const providerIn = ({ providerName }: EventData): string | null =>
  typeof providerName === 'string' ? providerName.slice(0, 200) : null

/** Writes to the address the account has now; never about an account that is deleted. */
function toReaction<Name extends LetterName>(
  app: Pick<App, 'config' | 'clock'>,
  { name, on, letter, tell }: Notice<Name>,
): Reaction {
  return {
    name,
    on: [on],
    async react(tx, event) {
      const user = await findUser(tx, event.subject)
      if (!user?.email || user.status === 'deleted') return
      const { id: userId, email: to, locale: language } = user
      const locals = await tell(tx, event, { ...user, email: to })
      if (locals) await sendMail(app, tx, app.clock.now(), { letter, to, language, userId, locals })
    },
  }
}
