import { openedForAll } from './parts.ts'
import { type Stage, stage, type StageOptions } from './stage.ts'

/**
 * One service for all tests of a `describe`, where none disturbs another: they may add people and clients of their own, but
 * must not move the clock, change settings or count what is in a table. `prepare` makes what all of them use.
 *
 * Call it in the body of the `describe`; the function it returns is for inside the tests.
 */
export function sharedStage<Prepared = Stage>(
  prepare: (stage: Stage) => Promise<Prepared> = async (opened) => opened as Prepared, // absent only where Prepared is Stage
  options: StageOptions = {},
): () => Prepared {
  let shared: { opened: Prepared; close: () => Promise<void> } | undefined
  before(async function () {
    this.timeout(30_000)
    shared = await openedForAll(async () => prepare(await stage(options)))
  })
  after(() => shared?.close())
  return () => {
    if (!shared) throw new Error('a shared stage is used outside of a test')
    return shared.opened
  }
}
