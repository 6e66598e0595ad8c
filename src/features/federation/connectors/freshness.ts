import type { Connector } from './connector.ts'

/** Whether a provider shows, by `auth_time`, that it asked the person again. */
export const provesFreshness = (
  options: Readonly<Record<string, unknown>>,
  { freshness }: Pick<Connector, 'freshness'>,
): boolean => freshness === 'checked' && options.reauthentication !== false
