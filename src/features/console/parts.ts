import type { App, Caller } from '../../platform/app.ts'
import type { Operations } from '../../platform/http/index.ts'
import type { WithClients } from '../clients/index.ts'
import type { WithOidc } from '../oidc/index.ts'
import type { WithSettings } from '../settings/index.ts'

/** What the console works with. What it shows and does are the operations of the management API, and nothing else. */
export type Parts = Pick<App, 'config' | 'db' | 'clock' | 'log' | 'outbound' | 'views'> &
  WithClients &
  WithOidc &
  WithSettings

export interface Console extends Parts {
  operations: Operations
  /** The client that the console signs people in with. */
  ownClient(): Promise<string>
}

/** Whether somebody may do at least one of these. */
export const allowsAny = (
  { operations }: Pick<Console, 'operations'>,
  caller: Caller,
  names: readonly string[],
): boolean => names.some((name) => operations.allows(caller, name))
