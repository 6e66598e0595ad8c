/**
 * Tables whose rows no backup holds. What stands in them lets somebody in, or is about to happen, and may have been ended
 * after the backup was made: a session signed out of, a code redeemed, a link used, an import stopped. A restore must not
 * bring it back, so it is not there to bring. Counters of a few minutes stay out because they would be wrong.
 */
export const leftOut: ReadonlySet<string> = new Set([
  // sessions, grants, codes, tokens, and what signing in leaves behind on the way
  ...['sessions', 'client_sessions', 'session_copies', 'oidc_payloads', 'oidc_polls', 'device_codes'],
  ...['backchannel_requests', 'sign_in_attempts', 'sign_in_mails', 'passkey_challenges', 'factor_codes'],
  ...['upstream_requests', 'upstream_sign_ins', 'upstream_logouts', 'upstream_tokens', 'devices'],
  // links, letters that hold them, and what waits to happen to somebody
  ...['links', 'mails', 'sms_messages', 'invitations', 'factor_resets'],
  ...['user_imports', 'user_import_batches', 'user_import_rows', 'user_import_keys', 'webhook_replays'],
  // made void by new signing keys
  'revocations',
  // minutes
  ...['idempotent_requests', 'rate_limits', 'lockout_minutes', 'lockout_bot_minutes', 'lockout_bot_alarms'],
  ...['lockout_proofs', 'audit_verification_beats'],
  // written by migrations
  ...['knex_migrations', 'knex_migrations_lock'],
])
