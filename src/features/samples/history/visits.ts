import type { Chance } from '../chance.ts'
import type { SamplePerson } from '../people/people.ts'

/** One attempt to sign in. */
export interface Visit {
  at: Date
  person: SamplePerson
  outcome: 'success' | 'wrong_password' | 'throttled'
  /** Which of the applications; a share of one. */
  application: number
  ip: string
  /** How often its tokens were refreshed afterwards. */
  refreshes: number
}

/** Of 24 hours, in UTC: people sleep, have lunch, and come again in the evening. */
const hourly = [1, 1, 1, 1, 2, 4, 9, 18, 30, 32, 28, 24, 18, 24, 26, 24, 20, 16, 14, 14, 12, 8, 4, 2] as const

/** From Sunday on. */
const daily = [0.35, 1.15, 1.2, 1.1, 1.1, 0.95, 0.4] as const

const dayMs = 86_400_000

/** Everybody's attempts of these days up to now, the oldest first. */
export function visitsOf(
  chance: Chance,
  people: readonly SamplePerson[],
  { now, days }: { now: Date; days: number },
): Visit[] {
  const midnight = Math.floor(now.getTime() / dayMs) * dayMs
  const visits = people.flatMap((person) =>
    Array.from({ length: Math.floor(person.daysOld) + 1 }, (_, ago) => midnight - ago * dayMs).flatMap(
      (day) => ofOneDay(chance, person, new Date(day)),
    ),
  )
  const begun = ({ at, person }: Visit) => at > since(now, Math.min(person.daysOld, days)) && at < now
  const stranger = attack(chance, people, new Date(midnight - 9 * dayMs))
  return [...visits, ...stranger].filter(begun).sort((one, other) => one.at.getTime() - other.at.getTime())
}

export const since = (now: Date, days: number): Date => new Date(now.getTime() - days * dayMs)

function ofOneDay(chance: Chance, person: SamplePerson, day: Date): Visit[] {
  if (person.status === 'pending') return []
  const wanted = (person.eagerness / 7) * (daily[day.getUTCDay()] ?? 1)
  const count = Math.floor(wanted) + (chance.holds(wanted % 1) ? 1 : 0)
  return Array.from({ length: count }).flatMap(() => {
    const at = new Date(day.getTime() + timeOfDay(chance))
    const said = { person, application: chance.next(), ip: person.networks[chance.holds(0.8) ? 0 : 1] ?? '' }
    const success: Visit = { ...said, at, outcome: 'success', refreshes: chance.below(4) }
    const mistyped = chance.holds(0.07) ? 1 + chance.below(2) : 0
    const failures = Array.from({ length: mistyped }, (_, place): Visit => {
      return {
        ...said,
        at: new Date(at.getTime() - (place + 1) * 12_000),
        outcome: 'wrong_password',
        refreshes: 0,
      }
    })
    return [...failures, success]
  })
}

function timeOfDay(chance: Chance): number {
  let left = chance.below(hourly.reduce((sum, share) => sum + share, 0))
  const hour = hourly.findIndex((share) => (left -= share) < 0)
  return (hour + chance.next()) * 3_600_000
}

/** One night somebody tried passwords on many accounts from one network, and was slowed down. */
function attack(chance: Chance, people: readonly SamplePerson[], day: Date): Visit[] {
  const tried = people.filter(({ status }) => status !== 'pending').slice(0, 120)
  return tried.map((person, place) => ({
    at: new Date(day.getTime() + 2.5 * 3_600_000 + place * 7_000),
    person,
    outcome: place < 60 ? 'wrong_password' : 'throttled',
    application: chance.next(),
    ip: '203.0.113.66',
    refreshes: 0,
  }))
}
