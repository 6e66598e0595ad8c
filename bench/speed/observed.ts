import type { ChildProcess } from 'node:child_process'
import type { Profiler } from 'node:inspector'
import { join } from 'node:path'

import type { Ask, Usage } from './observer.ts'

/** What a program is started with, so that it can be asked. */
export const withObserver = ['--max-semi-space-size=16', '--import', join(import.meta.dirname, 'observer.ts')]

/** A program that tells what it uses. */
export interface Observed {
  reset(): Promise<void>
  read(): Promise<Usage>
  /** Profiles it while `work` runs. */
  profile(work: () => Promise<void>): Promise<Profiler.Profile>
}

export function observe(child: ChildProcess): Observed {
  const ask = (what: Ask): Promise<unknown> =>
    new Promise((resolve) => {
      child.once('message', ({ answer }: { answer: unknown }) => {
        resolve(answer)
      })
      child.send({ ask: what })
    })
  return {
    reset: async () => {
      await ask('reset')
    },
    read: async () => (await ask('read')) as Usage, // observer.ts answers it
    profile: async (work) => {
      await ask('profile')
      await work()
      return (await ask('profiled')) as Profiler.Profile // likewise
    },
  }
}
