import type { App } from '../../../platform/app.ts'
import type { WithSettings } from '../../settings/index.ts'
import { renderSms } from './render-sms.ts'
import * as messages from './repository.ts'
import type { SmsRecord } from './repository.ts'
import { openSealedSms } from './sealed-sms.ts'

type Machinery = Pick<App, 'config' | 'db' | 'views'> & WithSettings

/** A text message as a developer reads it. */
export interface KeptSms {
  id: string
  to: string
  text: string
  userId: string
  createdAt: Date
}

/** The newest messages of the local mailbox. */
export async function listKeptSms(app: Machinery, limit: number): Promise<KeptSms[]> {
  const found = await messages.list(app.db, { limit, state: 'kept' })
  const read = await Promise.all(found.map((sms) => readSms(app, sms)))
  return read.filter((sms) => sms !== null)
}

/** Null when it is not in the local mailbox, or does not open. */
export async function findKeptSms(app: Machinery, id: string): Promise<KeptSms | null> {
  const sms = await messages.find(app.db, id)
  return sms?.state === 'kept' ? readSms(app, sms) : null
}

async function readSms(app: Machinery, sms: SmsRecord): Promise<KeptSms | null> {
  const { id, userId, createdAt } = sms
  const content = sms.sealed && openSealedSms(app.config, id, sms.sealed)
  return content && { id, to: content.to, text: await renderSms(app, sms, content), userId, createdAt }
}
