import { connectorNamed } from '../connectors/connectors.ts'
import { provesFreshness } from '../connectors/freshness.ts'
import type { ProviderRecord } from './provider.ts'

/** Whether a provider can be made to ask a person again, and shows that it did. */
export const asksAgain = ({ connector, options }: Pick<ProviderRecord, 'connector' | 'options'>): boolean =>
  provesFreshness(options, connectorNamed(connector))
