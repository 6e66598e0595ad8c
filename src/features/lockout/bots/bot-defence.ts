import type { App } from '../../../platform/app.ts'
import type { WithSettings } from '../../settings/index.ts'
import type { Path } from './triggers.ts'

/** What a proof is good for: one thing, done from one network under one name, from now on. */
export interface Purpose {
  path: Path
  network: string
  /** A keyed hash of the name that was typed (see `accountOf`). */
  account: Buffer
  at: Date
}

/** What makes a proof good once; the mark is written down by the first who presents it. */
export interface Proof {
  mark: Buffer
  expiresAt: Date
}

/** What a page or an application is to answer: members of `proof_required`. */
export type Challenge = Readonly<Record<string, string | number>>

/**
 * A way to make machines pay, or to tell them from people. Another one is a file beside `proof-of-work.ts` and a line in
 * `defences`; what it asks for is shown by the pages and answered in the field `proof`.
 */
export interface BotDefence {
  makeChallenge(app: Pick<App, 'config'> & WithSettings, purpose: Purpose): Promise<Challenge>
  /** Null when the answer proves nothing for this purpose. Whether it was used before decides the database. */
  checkAnswer(app: Pick<App, 'config'>, answer: string, purpose: Purpose): Promise<Proof | null>
}
