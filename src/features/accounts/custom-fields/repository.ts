import type { Db } from '../../../platform/app.ts'
import { run, type Statement } from '../../../platform/db/index.ts'
import type { CustomValues } from './custom-fields.ts'

const byUser: Statement = {
  name: 'accounts_custom_fields_v1',
  text: 'select c.fields from custom_fields c where c.user_id = $1',
}
/** Empty for whom nothing is kept. */
export async function findCustomFields(db: Db, userId: string): Promise<CustomValues> {
  const [row] = await run<{ fields: CustomValues }>(db, byUser, [userId])
  return row?.fields ?? {}
}

const upsert: Statement = {
  name: 'accounts_upsert_custom_fields_v1',
  text: `insert into custom_fields (user_id, fields, updated_at) values ($1, $2::jsonb, $3)
         on conflict (user_id) do update set fields = excluded.fields, updated_at = excluded.updated_at`,
}
/** Replaces them all. */
export async function saveCustomFields(
  tx: Db,
  at: Date,
  userId: string,
  fields: CustomValues,
): Promise<void> {
  await run(tx, upsert, [userId, JSON.stringify(fields), at])
}
