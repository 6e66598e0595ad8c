import { etagOf } from '../../../platform/http/index.ts'
import type { Decided, Mapping } from './mapping.ts'
import type { MappingView } from './schema.ts'

export const viewOf = (mapping: Mapping): MappingView => ({
  id: mapping.id,
  claim: mapping.claim,
  client_id: mapping.clientId,
  scope: mapping.scope,
  tokens: [...mapping.tokens],
  ...mapping.source,
  created_at: mapping.createdAt,
})

/** A validator of what an administrator sees. */
export const tagOf = (mapping: Mapping): string => etagOf(viewOf(mapping))

/** What an auditor needs to judge a mapping. */
export const summaryOf = ({ claim, clientId, scope, tokens, source }: Decided): Record<string, unknown> => ({
  claim,
  clientId,
  scope,
  tokens: tokens.join(' '),
  ...source,
})
