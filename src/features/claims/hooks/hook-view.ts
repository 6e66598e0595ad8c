import type { Hook } from './hook.ts'
import type { HookView } from './schema.ts'

export const viewOf = (hook: Hook): HookView => ({
  id: hook.id,
  url: hook.url,
  client_id: hook.clientId,
  scope: hook.scope,
  tokens: [...hook.tokens],
  timeout_ms: hook.timeoutMs,
  cache_seconds: hook.cacheSeconds,
  on_failure: hook.onFailure,
  created_at: hook.createdAt,
})
