import type { Provider } from 'oidc-provider'

import { randomMark } from '../../../platform/crypto/index.ts'

export type DeviceCode = InstanceType<Provider['DeviceCode']>

/** What a device said of itself when it asked to be let in. */
export interface AskingDevice {
  /** Names the request in the audit, where what was decided stands apart from what was asked. */
  request: string
  /** As the device shows it. */
  userCode: string
  ip: string
  userAgent: string
}

/** Nine signs of twenty that look like no other and form no words: 20⁹, or 2^38.9. RFC 8628, section 6.1. */
export const userCodes = { charset: 'base-20', mask: '***-***-***' } as const

/** A user code as it is shown, from one that was normalised. */
export const asShown = (userCode: string): string => userCode.replace(/(.{3})(?=.)/g, '$1-')

/** What of a device is kept to be shown to who decides. */
export const deviceInfo = (ctx: { state: { origin?: { ip: string; userAgent: string } } }) => ({
  request: randomMark(),
  ip: ctx.state.origin?.ip ?? '',
  userAgent: (ctx.state.origin?.userAgent ?? '').slice(0, 500),
})

export function askingDevice(code: DeviceCode): AskingDevice {
  const { request, ip, userAgent } = code.deviceInfo as ReturnType<typeof deviceInfo> // stored as it was made
  return { userCode: asShown(code.userCode), request, ip, userAgent }
}
