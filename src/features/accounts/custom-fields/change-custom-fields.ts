import type { App, By, Db } from '../../../platform/app.ts'
import { transaction } from '../../../platform/db/index.ts'
import { httpErrors } from '../../../platform/http/index.ts'
import * as audit from '../../audit/index.ts'
import * as outbox from '../../outbox/index.ts'
import type { WithSettings } from '../../settings/index.ts'
import { errors } from '../errors.ts'
import { lock } from '../repository.ts'
import {
  changeFields,
  type CustomChange,
  type CustomValues,
  shownToOwner,
  type Writer,
} from './custom-fields.ts'
import { findCustomFields, saveCustomFields } from './repository.ts'

/** What an operator keeps about a person, as far as they may see it themselves. */
export async function ownCustomFields(
  { db, settings }: Pick<App, 'db'> & WithSettings,
  userId: string,
): Promise<CustomValues> {
  return shownToOwner(await settings.get('users.custom_fields'), await findCustomFields(db, userId))
}

/**
 * Changes an operator's fields about a person, in the caller's transaction: what is absent stays, null clears. True when
 * anything differs now.
 *
 * @param schema - The setting `users.custom_fields`, read before the transaction.
 * @throws invalid_input (400): names every field that is wrong or missing.
 * @throws user_not_found (404)
 */
export async function changeCustomFields(
  tx: Db,
  at: Date,
  by: By,
  {
    userId,
    schema,
    change,
    writer,
  }: { userId: string; schema: Parameters<typeof changeFields>[0]; change: CustomChange; writer: Writer },
): Promise<boolean> {
  if (!(await lock(tx, userId))) throw errors.user_not_found()
  const before = await findCustomFields(tx, userId)
  const { after, problems, missing } = changeFields(schema, before, change, writer)
  const fields = [...problems, ...missing]
  if (fields.length > 0)
    throw httpErrors.invalid_input({
      detail: `${fields[0]?.field ?? ''}: ${fields[0]?.detail ?? ''}`,
      fields,
    })
  const changed = Object.keys({ ...before, ...after }).filter((name) => before[name] !== after[name])
  if (changed.length === 0) return false
  await saveCustomFields(tx, at, userId, after)
  await audit.record(tx, at, by, {
    action: 'user.updated',
    target: { type: 'user', id: userId },
    details: { fields: changed.map((name) => `custom.${name}`).join(' ') },
    personal: { before, after },
  })
  await outbox.publish(tx, at, by, {
    type: 'auth.profile.changed',
    subject: userId,
    data: { userId, fields: changed.map((name) => `custom.${name}`).join(' ') },
  })
  return true
}

/** `changeCustomFields` by the person they are about, who may change those that are theirs to set. */
export async function changeOwnCustomFields(
  app: Pick<App, 'db' | 'clock'> & WithSettings,
  by: By,
  userId: string,
  change: CustomChange,
): Promise<CustomValues> {
  const schema = await app.settings.get('users.custom_fields')
  await transaction(app.db, (tx) =>
    changeCustomFields(tx, app.clock.now(), by, { userId, schema, change, writer: 'user' }),
  )
  return ownCustomFields(app, userId)
}
