import type { Db } from '../../platform/app.ts'
import * as requests from './requests/repository.ts'
import * as signIns from './sign-ins/repository.ts'
import * as tokens from './tokens/repository.ts'

/** What is kept of a person beside their identities; for erasure. */
export async function forgetPerson(tx: Db, userId: string): Promise<void> {
  await requests.removeOfUser(tx, userId)
  await signIns.removeOfUser(tx, userId)
  await tokens.removeOfUser(tx, userId)
}
