import type { AddressInfo } from 'node:net'
import { SMTPServer, type SMTPServerOptions } from 'smtp-server'

import { afterTest } from './parts.ts'

export interface ReceivedMail {
  from: string
  to: string[]
  /** As it came over the wire. */
  raw: string
}

export interface MailServer {
  /** For SMTP_URL. */
  url: string
  received: ReceivedMail[]
  /** How often somebody named a recipient, refused ones included. */
  asked: number
  /** What it answers to a recipient, and to a message; null: accepted. */
  answers: { recipient: Refusal | null; message: Refusal | null }
}

export type Refusal = [code: number, text: string]

/** A real SMTP server on this machine that keeps what it gets, until the test ends. */
export async function mailServer(options: SMTPServerOptions = {}): Promise<MailServer> {
  const server: MailServer = {
    url: '',
    received: [],
    asked: 0,
    answers: { recipient: null, message: null },
  }
  const smtp = new SMTPServer({
    disabledCommands: ['AUTH', 'STARTTLS'],
    closeTimeout: 100,
    onRcptTo: (_address, _session, done) => {
      server.asked++
      done(refusal(server.answers.recipient))
    },
    onData: (stream, session, done) => {
      const parts: Buffer[] = []
      stream.on('data', (part: Buffer) => parts.push(part))
      stream.on('end', () => {
        const { mailFrom, rcptTo } = session.envelope
        if (server.answers.message === null)
          server.received.push({
            from: mailFrom === false ? '' : mailFrom.address,
            to: rcptTo.map(({ address }) => address),
            raw: Buffer.concat(parts).toString(),
          })
        done(refusal(server.answers.message))
      })
    },
    ...options,
  })
  smtp.on('error', () => undefined) // clients that hang up
  await new Promise<void>((resolve) => smtp.listen(0, '127.0.0.1', resolve))
  // A server that listens on a port has an address of this form.
  server.url = `smtp://127.0.0.1:${(smtp.server.address() as AddressInfo).port}`
  afterTest(
    () =>
      new Promise<void>((resolve) => {
        smtp.close(resolve)
      }),
  )
  return server
}

const refusal = (answer: Refusal | null): Error | null =>
  answer && Object.assign(new Error(answer[1]), { responseCode: answer[0] })
