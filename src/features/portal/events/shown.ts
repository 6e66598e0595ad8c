import type { PageReply } from '../../../platform/http/index.ts'
import type { LoginEvent } from '../../lockout/index.ts'
import { languageLinks } from '../../presentation/index.ts'
import { reasonsOf } from '../../risk/index.ts'
import { places } from '../visit/places.ts'
import type { Portal } from '../visit/sign-in.ts'
import type { Disowned } from './disown-sign-in.ts'

/** Text keys of what was unusual. */
export const reasonTexts = (reasons: readonly string[]): string[] =>
  reasonsOf(reasons).map((reason) => `risk.${reason}`)

/** A sign-in as the page shows it on which one says that it was somebody else. */
export const signInShown = ({ at, ip, browser, system, risk }: LoginEvent) => ({
  at,
  ip: ip === '' ? null : ip,
  browser,
  system,
  reasons: reasonTexts(risk?.reasons ?? []),
})

/** Outside the frame of the account: the session that asked may have been on the device, and ended. */
export const showDisowned = (portal: Portal, { resetSent }: Disowned): PageReply => ({
  view: 'account/disowned',
  locals: { resetSent, accountUrl: places.overview, languageLinks: languageLinks(portal) },
})
