import { higher, type Level, reaches } from './levels.ts'

/** What bears on how surely a person must be recognised. */
export interface DemandFacts {
  /** They may do more than with their own account. */
  administrator: boolean
  /** A developer's machine: administrators may set up a second factor later. */
  postponed: boolean
  /** The level that the second factors they turned on reach; `none` where there are none. */
  ownLevel: Level
  policy: 'optional' | 'offered' | 'required'
  /** What the client asks for. */
  asked: Level | null
  /** The sign-in looks unlike theirs. */
  risky: boolean
  /** They proved a second factor in this browser lately, and asked not to be asked again for a while. */
  remembered: boolean
}

export type Reason = 'client' | 'administrator' | 'risk' | 'own' | 'policy'

/** The level a sign-in must reach, and why; `none` for no reason. */
export interface Demand {
  level: Level
  because: Reason | null
}

interface Rule {
  because: Reason
  applies(facts: DemandFacts): boolean
  level(facts: DemandFacts): Level
  /** Whether a remembered device stands in for it: where the person, or a policy for all, asks and nobody else relies on it. */
  excusable: boolean
}

/** The first of several that demand the same is the one that is told. */
const rules: readonly Rule[] = [
  {
    because: 'client',
    applies: ({ asked }) => asked !== null,
    level: ({ asked }) => asked ?? 'none',
    excusable: false,
  },
  {
    because: 'administrator',
    applies: ({ administrator, postponed }) => administrator && !postponed,
    level: () => 'mfa',
    excusable: false,
  },
  { because: 'risk', applies: ({ risky }) => risky, level: () => 'two-step', excusable: false },
  {
    because: 'own',
    applies: ({ ownLevel }) => ownLevel !== 'none',
    level: () => 'two-step',
    excusable: true,
  },
  {
    because: 'policy',
    applies: ({ policy }) => policy === 'required',
    level: () => 'two-step',
    excusable: true,
  },
]

/** The one place that decides how surely a person must be recognised, whatever path they come by. */
export function demandOf(facts: DemandFacts): Demand {
  const applying = rules.filter((rule) => rule.applies(facts) && !(rule.excusable && facts.remembered))
  const level = applying.map((rule) => rule.level(facts)).reduce<Level>(higher, 'none')
  const because = applying.find((rule) => rule.level(facts) === level)?.because ?? null
  return { level, because }
}

/** Whether a level is not what is demanded. */
export const fallsShort = (level: Level, demand: Demand): boolean => !reaches(level, demand.level)
