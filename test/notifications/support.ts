import type { Gatehouse } from '../../src/app.ts'
import { jobs, type LetterName, type Mail, sendMail } from '../../src/features/notifications/index.ts'
import { secondsAfter } from '../../src/lib/clock.ts'
import { transaction } from '../../src/platform/db/index.ts'

type Given = Partial<Pick<Mail<LetterName>, 'to' | 'language' | 'userId' | 'expiresAt'>>

/** Writes a letter with a link; its id. */
export function writeReset(app: Gatehouse, given: Given = {}): Promise<string> {
  const at = app.clock.now()
  const expiresAt = given.expiresAt ?? secondsAfter(at, 1800)
  return transaction(app.db, (tx) =>
    sendMail(app, tx, at, {
      letter: 'reset-password',
      to: 'ann@example.com',
      language: 'en',
      userId: null,
      ...given,
      locals: { url: `${app.config.issuer}/recovery/${'x'.repeat(43)}`, expiresAt },
      expiresAt,
    }),
  )
}

/** Runs a job of the feature as the queue would. */
export async function runJob(app: Gatehouse, name: string, payload: unknown = {}): Promise<void> {
  const job = jobs(app).find((one) => one.name === name)
  if (!job) throw new Error(`there is no job ${name}`)
  await job.run(payload)
}

export const deliver = (app: Gatehouse, id: string): Promise<void> => runJob(app, 'mail.deliver', { id })

export async function stateOf(app: Gatehouse, id: string): Promise<{ state: string; sealed: Buffer | null }> {
  const [row] = await app
    .db('mails')
    .select<{ state: string; sealed: Buffer | null }[]>('state', 'sealed')
    .where({ id })
  if (!row) throw new Error('the mail is gone')
  return row
}
