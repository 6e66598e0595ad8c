import { isLoopback } from '../../lib/loopback.ts'
import type { App } from '../../platform/app.ts'
import type { Config } from '../../platform/config/index.ts'
import type { Letter } from '../../platform/views/index.ts'
import type { WithSettings } from '../settings/index.ts'
import { renderMail } from './render-mail.ts'
import * as mails from './repository.ts'
import type { MailRecord } from './repository.ts'
import { openMail } from './sealed-mail.ts'

type Machinery = Pick<App, 'config' | 'db' | 'views'> & WithSettings

/** A mail as a developer reads it. */
export interface KeptMail extends Letter {
  id: string
  letter: string
  to: string
  userId: string | null
  /** Where its button leads; null for a notice. */
  url: string | null
  createdAt: Date
  expiresAt: Date
}

/**
 * Whether there are mailbox pages. Whoever sees them can take over every account, so they are for a developer's own
 * machine: not in production, not where mail really goes out, and not behind a name that others can reach.
 */
export const hasMailbox = ({ production, mail, issuer }: Config): boolean =>
  !production && mail.url === null && isLoopback(new URL(issuer).hostname)

/** The newest mails of the local mailbox. */
export async function listKept(app: Machinery, limit: number): Promise<KeptMail[]> {
  const found = await mails.list(app.db, { limit, state: 'kept' })
  const read = await Promise.all(found.map((mail) => readMail(app, mail)))
  return read.filter((mail) => mail !== null)
}

/** Null when it is not in the local mailbox, or does not open. */
export async function findKept(app: Machinery, id: string): Promise<KeptMail | null> {
  const mail = await mails.find(app.db, id)
  return mail?.state === 'kept' ? readMail(app, mail) : null
}

async function readMail(app: Machinery, mail: MailRecord): Promise<KeptMail | null> {
  const { id, letter, userId, createdAt, expiresAt } = mail
  const content = mail.sealed && openMail(app.config, id, mail.sealed)
  if (!content) return null
  const rendered = await renderMail(app, mail, content)
  return {
    ...rendered,
    id,
    letter,
    to: content.to,
    userId,
    url: content.told.url ?? null,
    createdAt,
    expiresAt,
  }
}
