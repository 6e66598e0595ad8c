import { findUserBySubject } from '../../accounts/index.ts'
import type { Interaction } from '../../oidc/index.ts'
import type { Parts } from '../parts.ts'

/** What the client suggested, or who is signed in and asked to prove it again. */
export async function loginHintOf(
  parts: Pick<Parts, 'db'>,
  { loginHint, subject }: Pick<Interaction, 'loginHint' | 'subject'>,
): Promise<string> {
  if (loginHint !== null) return loginHint.slice(0, 320)
  if (subject === null) return ''
  const user = await findUserBySubject(parts.db, subject)
  return user?.email ?? user?.username ?? ''
}
