import type { App } from '../../../platform/app.ts'
import { checkSessionPath } from '../session-management.ts'

/**
 * What discovery says of sign-outs: none of it is the library's, whose own back channel sends once, inline, before the session
 * is dead. See features/logout.
 */
export const logoutDiscovery = ({ issuer }: App['config']): Record<string, boolean | string> => ({
  backchannel_logout_supported: true,
  backchannel_logout_session_supported: true,
  frontchannel_logout_supported: true,
  frontchannel_logout_session_supported: true,
  check_session_iframe: `${issuer}${checkSessionPath}`,
})
