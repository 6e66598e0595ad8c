import type { CDPSession, Page } from 'playwright-core'

interface Device {
  protocol: 'u2f' | 'ctap2'
  transport: 'usb' | 'internal'
  hasResidentKey: boolean
  hasUserVerification: boolean
  isUserVerified: boolean
}

export interface PluggedIn {
  cdp: CDPSession
  authenticatorId: string
  /** Whether its owner agrees to what is asked of it. */
  consents(enabled: boolean): Promise<unknown>
}

/** Plugs a phone in, or another device, whose owner agrees until told otherwise. */
export async function plugIn(page: Page, options: Partial<Device> = {}): Promise<PluggedIn> {
  const cdp = await page.context().newCDPSession(page)
  await cdp.send('WebAuthn.enable', { enableUI: false })
  const { authenticatorId } = await cdp.send('WebAuthn.addVirtualAuthenticator', {
    options: {
      protocol: 'ctap2',
      transport: 'internal',
      hasResidentKey: true,
      hasUserVerification: true,
      isUserVerified: true,
      automaticPresenceSimulation: true,
      ...options,
    },
  })
  return {
    cdp,
    authenticatorId,
    consents: (enabled) => cdp.send('WebAuthn.setAutomaticPresenceSimulation', { authenticatorId, enabled }),
  }
}
