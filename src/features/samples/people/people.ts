import type { Chance } from '../chance.ts'
import { languages } from './names.ts'

export interface SamplePerson {
  email: string
  name: string
  locale: string
  /** Days before now at which the account was made, and a share of that day. */
  daysOld: number
  registeredThemselves: boolean
  emailVerified: boolean
  /** What became of the account. */
  status: 'active' | 'pending' | 'locked' | 'disabled'
  role: 'support' | 'auditor' | null
  /** Sign-ins in a week, on average. */
  eagerness: number
  networks: readonly string[]
  userAgent: string
}

/** Who can sign in: the first of all, by a password that is told once. */
export const visitor = 'sam.sample@example.com'

const domains = ['example.com', 'example.net', 'example.org'] as const

/** As they come. */
const userAgents = [
  'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36',
  'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/26.0 Safari/605.1.15',
  'Mozilla/5.0 (iPhone; CPU iPhone OS 18_6 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/26.0 Mobile/15E148 Safari/604.1',
  'Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0',
  'Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Mobile Safari/537.36',
] as const

/** The same people for the same chance, the first of them `visitor`. No two share an address. */
export function samplePeople(chance: Chance, count: number, days: number): SamplePerson[] {
  const taken = new Set<string>([visitor])
  const first = { ...describe(chance, days, visitor, 'Sam Sample', 'en'), ...ordinary, eagerness: 5 }
  return [first, ...Array.from({ length: count - 1 }, (_, place) => person(chance, days, taken, place))]
}

const ordinary = { emailVerified: true, status: 'active', role: null } as const

/** Of the many, these help and look on. Nobody administers. */
const roles = new Map<number, SamplePerson['role']>([
  [0, 'support'],
  [1, 'support'],
  [2, 'auditor'],
])

function person(chance: Chance, days: number, taken: Set<string>, place: number): SamplePerson {
  const { locale, given, family, familyFirst } = chance.of(languages)
  const [[givenShown, givenLatin], [familyShown, familyLatin]] = [chance.of(given), chance.of(family)]
  const email = freeAddress(taken, `${givenLatin}.${familyLatin}`, chance.of(domains))
  const name = familyFirst ? `${familyShown} ${givenShown}` : `${givenShown} ${familyShown}`
  const described = describe(chance, days, email, name, locale)
  const role = roles.get(place) ?? null
  return role === null ? described : { ...described, ...ordinary, role, eagerness: 4 }
}

function freeAddress(taken: Set<string>, local: string, domain: string): string {
  let address = `${local}@${domain}`
  for (let more = 2; taken.has(address); more++) address = `${local}${more}@${domain}`
  taken.add(address)
  return address
}

function describe(chance: Chance, days: number, email: string, name: string, locale: string): SamplePerson {
  const fate = chance.next()
  const status = fate < 0.03 ? 'disabled' : fate < 0.05 ? 'locked' : fate < 0.08 ? 'pending' : 'active'
  return {
    ...{ email, name, locale, status, role: null },
    // Most were there before the history begins; the rest came in the course of it.
    daysOld: chance.holds(0.55) ? days : 1 + chance.next() * (days - 2),
    registeredThemselves: chance.holds(0.8),
    emailVerified: status !== 'pending' && chance.holds(0.94),
    eagerness: chance.holds(0.25) ? 4 : 0.5 + chance.next() * 1.5,
    networks: [`192.0.2.${1 + chance.below(254)}`, `198.51.100.${1 + chance.below(254)}`],
    userAgent: chance.of(userAgents),
  }
}
