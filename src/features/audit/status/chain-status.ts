import type { App } from '../../../platform/app.ts'
import type { AuditClass } from '../actions.ts'
import { firstVouched, verifiersOf } from '../chain/checkpoint.ts'
import * as chain from '../chain/repository.ts'
import * as status from './repository.ts'

export interface ChainStatus {
  class: AuditClass
  /** Of the last link: how many records were ever chained. */
  sequence: number
  chainedAt: Date
  /** The last signed word on the chain; null: none yet. */
  checkpoint: {
    sequence: number
    signedAt: Date
    /** Whether a key of ours signed it: else the table was written by somebody else, or the key was taken away. */
    vouched: boolean
  } | null
  /** Links since it, which no signature covers yet. */
  since: number
}

/**
 * How far each chain has come, and how far it is signed for: a look at its ends. Whether what lies between is whole is what
 * `gatehouse audit verify` reads all of it for.
 */
export async function chainStatus(
  app: Pick<App, 'db' | 'config'>,
): Promise<{ chains: ChainStatus[]; waiting: number; oldestWaitingAt: Date | null }> {
  const verifiers = verifiersOf(app.config)
  const { waiting, oldestAt } = await status.inbox(app.db)
  const chains: ChainStatus[] = []
  for (const head of await chain.heads(app.db)) {
    const [newest, ...others] = await chain.newestHeads(app.db, head.class) // three classes, a row each
    const signed = newest ? [newest, ...others] : []
    chains.push({
      class: head.class,
      sequence: head.sequence,
      chainedAt: head.chainedAt,
      checkpoint: newest
        ? {
            sequence: newest.sequence,
            signedAt: newest.signedAt,
            vouched: firstVouched(signed, verifiers) !== null,
          }
        : null,
      since: head.sequence - (newest?.sequence ?? 0),
    })
  }
  return { chains, waiting, oldestWaitingAt: oldestAt }
}
