import type { ApiCall } from '../../../platform/command.ts'
import { accountErrors } from '../../accounts/index.ts'
import { isId } from './find-users.ts'

/**
 * The id of whom a command names: an id first, since somebody's user name may look like another's.
 *
 * @throws user_not_found (404)
 */
export async function idOf(call: ApiCall, who: string): Promise<string> {
  if (isId(who)) return who
  const query = who.includes('@') ? { email: who } : { username: who }
  const { body } = await call({ does: 'GET /admin/users', query })
  const { items } = body as { items: { id: string }[] } // UserPage, as JSON
  const [found] = items
  if (!found) throw accountErrors.user_not_found()
  return found.id
}
