import type { App, By } from '../../platform/app.ts'
import type { LimitName } from '../../platform/limits/index.ts'

/** Counts what one caller has sent, over all webhooks. @throws too_many_requests (429) */
export const takeTurn = (
  { limits }: Pick<App, 'limits'>,
  { actor }: By,
  name: Extract<LimitName, `webhook-${string}`>,
): Promise<void> => limits.take(name, `${actor.type} ${actor.id ?? ''}`)
