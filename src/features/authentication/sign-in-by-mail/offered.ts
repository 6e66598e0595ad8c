import type { WithSettings } from '../../settings/index.ts'
import { errors } from '../errors.ts'

/** Whether people may sign in by mail here. */
export const isOffered = async ({ settings }: WithSettings): Promise<boolean> =>
  (await settings.get('sign_in.by_mail')) === 'on'

/**
 * A form or link that is not shown can be sent all the same.
 *
 * @throws not_offered (404)
 */
export async function demandOffered(app: WithSettings): Promise<void> {
  if (!(await isOffered(app))) throw errors.not_offered()
}
