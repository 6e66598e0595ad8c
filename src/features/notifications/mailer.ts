import type { Transporter } from 'nodemailer'

import { type Clock, secondsAfter } from '../../lib/clock.ts'
import { isLoopback } from '../../lib/loopback.ts'
import type { Config } from '../../platform/config/index.ts'
import type { Letter } from '../../platform/views/index.ts'
import { type Outcome, outcomeOf } from './outcome.ts'

export interface Outgoing extends Letter {
  /** Of the mail's row: makes the Message-ID, so that a mail that went out twice is one mail to who receives it. */
  id: string
  to: string
}

/** The connection to the mail server. */
export interface Mailer {
  /** Tries once. What the server says is an outcome, never thrown. */
  send(mail: Outgoing): Promise<Outcome>
  close(): void
}

export interface WithMailer {
  mailer: Mailer
}

/** Seconds for which a server that could not be reached is left alone, so that its silence holds up no other work. */
const pauseSeconds = 15

/** Milliseconds one mail gets in all: less than its claim lasts (see deliver-mail.ts). */
const deadlineMs = 60_000

type Machinery = Pick<Config, 'issuer' | 'mail'>

/** Milliseconds of silence. */
const patience = {
  dnsTimeout: 5_000,
  connectionTimeout: 10_000,
  greetingTimeout: 10_000,
  socketTimeout: 20_000,
}

type Timeouts = typeof patience

/** Nothing is loaded and nobody is called before the first mail. */
export function openMailer(config: Machinery, clock: Clock, timeouts: Timeouts = patience): Mailer {
  const { url } = config.mail
  let opening: Promise<Transporter> | undefined
  let awayUntil: Date | null = null

  async function attempt(server: string, mail: Outgoing): Promise<Outcome> {
    try {
      opening ??= openTransport(config, new URL(server), timeouts)
      const transport = await opening
      await transport.sendMail({ ...messageOf(config, mail), signal: AbortSignal.timeout(deadlineMs) })
      return { result: 'sent' }
    } catch (error) {
      return outcomeOf(error)
    }
  }

  return {
    async send(mail) {
      if (!url) return { result: 'failed', reason: 'SMTP_URL is not set', serverAway: true }
      if (awayUntil && clock.now() < awayUntil)
        return { result: 'failed', reason: 'the server was away a moment ago', serverAway: true }
      const outcome = await attempt(url.reveal(), mail)
      const away = outcome.result === 'failed' && outcome.serverAway
      awayUntil = away ? secondsAfter(clock.now(), pauseSeconds) : null
      return outcome
    },
    close() {
      void opening?.then((transport) => {
        transport.close()
      })
    },
  }
}

async function openTransport(config: Machinery, url: URL, timeouts: Timeouts): Promise<Transporter> {
  const { createTransport } = await import('nodemailer') // only a process that sends loads it
  return createTransport({ ...transportOptions(config, url), ...timeouts })
}

/** How the server is spoken to. */
export function transportOptions({ issuer }: Pick<Config, 'issuer'>, url: URL) {
  const secure = url.protocol === 'smtps:'
  return {
    host: url.hostname.replace(/^\[|\]$/g, ''),
    port: url.port === '' ? (secure ? 465 : 587) : Number(url.port),
    secure,
    // Links and passwords of the server must not cross a network in clear (RFC 8314, section 3).
    requireTLS: !secure && !isLoopback(url.hostname) && url.searchParams.get('tls') !== 'optional',
    ...(url.username !== '' && {
      auth: { user: decodeURIComponent(url.username), pass: decodeURIComponent(url.password) },
    }),
    name: new URL(issuer).hostname,
    pool: true as const,
    maxConnections: 2,
    maxRequeues: 0, // a mail has one queue, ours
    idleTimeout: 30_000,
    disableFileAccess: true,
    disableUrlAccess: true,
  }
}

/** The recipient is an object, never text that a parser could take apart into two. */
const messageOf = ({ issuer, mail: { from } }: Machinery, { id, to, subject, text, html }: Outgoing) => ({
  from,
  to: { name: '', address: to },
  subject,
  text,
  html,
  messageId: `<${id}@${new URL(issuer).hostname}>`,
  headers: { 'Auto-Submitted': 'auto-generated' }, // so that no out-of-office answers (RFC 3834, section 5)
})
