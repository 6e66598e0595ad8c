/** A session's refresh tokens, as its client knows them. */
export interface Family {
  email: string
  /** The newest that was acknowledged; the only one that is good. */
  token: string
  /** What was given out for each token presented: one successor, however often it was asked for. */
  successors: Map<string, Set<string>>
}

/** What was ended, with what a thief would still hold of it. */
export interface Ended {
  how: string
  access: string
  refresh: string
  /** When the end was acknowledged (performance.now). */
  at: number
}

/** What clients were told was done: written when the answer came, and compared with what is there afterwards. */
export interface Ledger {
  families: Family[]
  /** Codes that were exchanged, and how often that succeeded. */
  codes: Map<string, number>
  ended: Ended[]
  /** Addresses of accounts that were made. */
  registered: string[]
  verified: string[]
  /** The password that counts, by address. */
  passwords: Map<string, string>
  /** Whether a person holds the role that is given and taken, by id; absent where an answer is outstanding. */
  holders: Map<string, boolean>
  /** Audit actions that must be there at least so often. */
  acts: Map<string, number>
  /** How many records of each action there were before. */
  recordedBefore: ReadonlyMap<string, number>
  machineTokens: number
}

export const openLedger = (): Ledger => ({
  families: [],
  codes: new Map(),
  ended: [],
  registered: [],
  verified: [],
  passwords: new Map(),
  holders: new Map(),
  acts: new Map(),
  recordedBefore: new Map(),
  machineTokens: 0,
})

export function noteAct(ledger: Ledger, action: string): void {
  ledger.acts.set(action, (ledger.acts.get(action) ?? 0) + 1)
}

/** True when it is the first answer for this token: a repeated one gives out the same again. */
export function noteSuccessor(family: Family, presented: string, successor: string): boolean {
  const given = family.successors.get(presented) ?? new Set()
  const first = given.size === 0
  family.successors.set(presented, given.add(successor))
  return first
}
