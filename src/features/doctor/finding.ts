import type { Clock } from '../../lib/clock.ts'
import type { Db } from '../../platform/app.ts'
import type { Config, Databases, VariableFault } from '../../platform/config/index.ts'
import type { Dns } from '../../platform/dns.ts'

export type State = 'ok' | 'warn' | 'fail'

/** One thing that was looked at. */
export interface Finding {
  /** Short and for ever: programs read it. */
  check: string
  state: State
  said: string
  /** What to do, in one sentence; absent when nothing is to be done. */
  fix?: string
}

/** What there is to look at. */
export interface Patient {
  config: Config
  /** Variables that are missing or wrong. */
  faults: readonly VariableFault[]
  clock: Clock
  dns: Dns
  /** Null where nothing was ever started: there is no database yet. @throws StartupError: it cannot be found. */
  databases(): Promise<Databases | null>
}

/** A patient whose database answers and has the tables of this program. */
export type Alive = Omit<Patient, 'databases'> & { db: Db }

export const ok = (check: string, said: string): Finding => ({ check, state: 'ok', said })
export const warn = (check: string, said: string, fix: string): Finding => ({
  check,
  state: 'warn',
  said,
  fix,
})
export const fail = (check: string, said: string, fix: string): Finding => ({
  check,
  state: 'fail',
  said,
  fix,
})
