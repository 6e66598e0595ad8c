import type { Configuration, errors, KoaContextWithOIDC } from 'oidc-provider'

import { deviceInfo, userCodes } from '../device/device-code.ts'

type DeviceFlow = NonNullable<NonNullable<Configuration['features']>['deviceFlow']>

/** How typing a code ended without a device signed in. */
export type CodeEnding = 'denied' | 'expired' | 'used'

/** The pages of a device authorization that the provider shows by itself. */
export interface DevicePages {
  /** Asks for a code. `problem`: text key. */
  enterCode(ctx: KoaContextWithOIDC, shown: { code: string; problem: string | null }): Promise<void>
  codeEnded(ctx: KoaContextWithOIDC, outcome: CodeEnding): Promise<void>
  deviceApproved(ctx: KoaContextWithOIDC): Promise<void>
}

/**
 * RFC 8628. Who may use it is the client's registration. The library asks the person before anybody is signed in; here the form
 * passes that question by (`confirm` is in it), and the page that decides comes after the sign-in (`device_confirmation` in
 * prompts.ts), where it can say whose account it is about.
 */
export const deviceFlow = (pages: DevicePages): DeviceFlow => ({
  enabled: true,
  ...userCodes,
  deviceInfo,
  userCodeInputSource: async (ctx, _form, _out, failure) => {
    const ending = failure && endings[failure.name]
    if (ending) await pages.codeEnded(ctx, ending)
    else await pages.enterCode(ctx, { code: codeOf(ctx), problem: failure ? problemOf(failure) : null })
  },
  // A form without `confirm`, which is none of ours: it is shown once more.
  userCodeConfirmSource: (ctx, _form, _client, _info, userCode) =>
    pages.enterCode(ctx, { code: userCode, problem: null }),
  successSource: (ctx) => pages.deviceApproved(ctx),
})

/** What the library throws, by its names. */
const endings: Readonly<Record<string, CodeEnding>> = {
  AbortedError: 'denied',
  ExpiredError: 'expired',
  AlreadyUsedError: 'used',
}

const problems: Readonly<Record<string, string>> = {
  NotFoundError: 'problems.wrong_user_code',
  NoCodeError: 'problems.wrong_user_code',
  TemporarilyUnavailable: 'problems.too_many_user_codes',
  InvalidRequest: 'problems.device_form_expired',
  SessionNotFound: 'problems.device_form_expired',
}

const problemOf = ({ name }: errors.OIDCProviderError | Error): string => problems[name] ?? 'problems.generic'

/** What the person typed, or what stands in the address they opened. */
function codeOf(ctx: KoaContextWithOIDC): string {
  const typed = ctx.oidc.body?.user_code
  return (typeof typed === 'string' ? typed.slice(0, 40) : ctx.state.typedCode) ?? ''
}
