import type { App, Db } from '../../platform/app.ts'
import type { User } from '../accounts/index.ts'
import { createLink } from '../links/index.ts'
import { sendMail } from '../notifications/index.ts'

type Machinery = Pick<App, 'config'>

interface Both {
  surviving: User
  merged: User
}

/** Where a person sees what was merged into their account, and undoes it. */
const ownPage = ({ config }: Machinery): string => `${config.issuer}/account/merge`

/**
 * Writes to both addresses, as they were. The one of the merged account gets a link that undoes it by itself: whoever reads
 * its mail may not be who has merged it.
 */
export async function tellMerged(
  app: Machinery,
  tx: Db,
  at: Date,
  { surviving, merged, undoUntil }: Both & { undoUntil: Date | null },
): Promise<void> {
  if (undoUntil === null) {
    for (const user of [surviving, merged]) await notice(app, tx, at, user, 'accounts-merged-for-good')
    return
  }
  if (surviving.email !== null) {
    const { id: userId, email: to, locale: language } = surviving
    const locals = { url: ownPage(app), expiresAt: undoUntil }
    await sendMail(app, tx, at, { letter: 'accounts-merged', to, language, userId, locals })
  }
  if (merged.email === null) return
  const { id: userId, email: to, locale: language } = merged
  const { token } = await createLink(tx, at, { purpose: 'undo-merge', userId, address: to })
  const locals = { url: `${ownPage(app)}/undo/${token}`, expiresAt: undoUntil }
  const letter = 'account-merged-away'
  await sendMail(app, tx, at, { letter, to, language, userId, locals, expiresAt: undoUntil })
}

export async function tellUndone(app: Machinery, tx: Db, at: Date, both: Both): Promise<void> {
  for (const user of [both.surviving, both.merged]) await notice(app, tx, at, user, 'merge-undone')
}

async function notice(
  app: Machinery,
  tx: Db,
  at: Date,
  { id: userId, email: to, locale: language }: User,
  letter: 'accounts-merged-for-good' | 'merge-undone',
): Promise<void> {
  if (to !== null) await sendMail(app, tx, at, { letter, to, language, userId, locals: { at } })
}
