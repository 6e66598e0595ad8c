import type { Mapping } from './mapping.ts'
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
