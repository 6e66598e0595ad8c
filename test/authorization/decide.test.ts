import { expect } from 'chai'

import {
  type Assignment,
  decide,
  type Decision,
  type Facts,
  highestRole,
  permissionsOf,
} from '../../src/features/authorization/index.ts'

const at = new Date('2026-11-22T10:00:00Z')
const hours = (count: number) => new Date(at.getTime() + count * 3_600_000)

const row = (given: Partial<Assignment>): Assignment => ({
  id: given.id ?? 'a1',
  role: null,
  permission: null,
  effect: 'allow',
  scopeType: 'system',
  scopeId: null,
  source: 'direct',
  startsAt: hours(-1),
  endsAt: null,
  ...given,
})

const admin = row({ id: 'admin', role: 'admin' })
const root = row({ id: 'root', role: 'root_admin' })
const noReading = row({ id: 'no', permission: 'users:read:any', effect: 'deny' })
const acme = { scopeType: 'organization', scopeId: 'acme' } as const

const because = (assignmentId: string, via: string) => ({ assignmentId, via, source: 'direct' })

const cases: [when: string, facts: Partial<Facts>, then: Decision][] = [
  ['nobody gave it', { assignments: [] }, { allowed: false, reason: 'not_granted', because: null }],
  [
    'a role includes it',
    { assignments: [admin] },
    { allowed: true, reason: 'granted', because: because('admin', 'admin') },
  ],
  [
    'a permission was given directly',
    { assignments: [row({ id: 'p', permission: 'users:read:any' })] },
    { allowed: true, reason: 'granted', because: because('p', 'users:read:any') },
  ],
  [
    'a denial stands beside the role, whichever came first',
    { assignments: [admin, noReading] },
    { allowed: false, reason: 'denied', because: because('no', 'users:read:any') },
  ],
  [
    'even a root administrator was denied it',
    { assignments: [noReading, root] },
    { allowed: false, reason: 'denied', because: because('no', 'users:read:any') },
  ],
  [
    'the denial is of something else',
    { assignments: [admin, row({ permission: 'users:write:any', effect: 'deny' })] },
    { allowed: true, reason: 'granted', because: because('admin', 'admin') },
  ],
  [
    'the denial has run out',
    { assignments: [admin, { ...noReading, endsAt: at }] },
    { allowed: true, reason: 'granted', because: because('admin', 'admin') },
  ],
  [
    'the role has not begun',
    { assignments: [{ ...admin, startsAt: hours(1) }] },
    { allowed: false, reason: 'not_granted', because: null },
  ],
  [
    'the role ends this very moment',
    { assignments: [{ ...admin, endsAt: at }] },
    { allowed: false, reason: 'not_granted', because: null },
  ],
  [
    'the role is one of an organization and the whole system is asked for',
    { assignments: [{ ...admin, ...acme }] },
    { allowed: false, reason: 'not_granted', because: null },
  ],
  [
    'the role is one of the organization asked for',
    { assignments: [{ ...admin, ...acme }], target: acme },
    { allowed: true, reason: 'granted', because: because('admin', 'admin') },
  ],
  [
    'the role is one of another organization',
    { assignments: [{ ...admin, ...acme }], target: { scopeType: 'organization', scopeId: 'other' } },
    { allowed: false, reason: 'not_granted', because: null },
  ],
  [
    'a client of the same name as the organization is asked for',
    { assignments: [{ ...admin, ...acme }], target: { scopeType: 'client', scopeId: 'acme' } },
    { allowed: false, reason: 'not_granted', because: null },
  ],
  [
    'a right in the whole system meets a question about one organization',
    { assignments: [admin], target: acme },
    { allowed: true, reason: 'granted', because: because('admin', 'admin') },
  ],
  [
    'there is no such permission, whoever asks',
    { assignments: [root], permission: 'users:read:everything' },
    { allowed: false, reason: 'unknown_permission', because: null },
  ],
  [
    'a row names a permission that does not exist',
    { assignments: [row({ permission: '*' })], permission: '*' },
    { allowed: false, reason: 'unknown_permission', because: null },
  ],
  [
    'a row names a role that does not exist',
    { assignments: [row({ role: 'superuser' })] },
    { allowed: false, reason: 'not_granted', because: null },
  ],
  [
    'a role is called like something every object has',
    { assignments: [row({ role: 'constructor' })], permission: 'toString' },
    { allowed: false, reason: 'unknown_permission', because: null },
  ],
  [
    'it is one’s own and everybody has it',
    { assignments: [], permission: 'sessions:read:own' },
    { allowed: true, reason: 'implied', because: { role: 'user' } },
  ],
  [
    'it is one’s own and was denied',
    {
      assignments: [row({ id: 'no', permission: 'sessions:read:own', effect: 'deny' })],
      permission: 'sessions:read:own',
    },
    { allowed: false, reason: 'denied', because: because('no', 'sessions:read:own') },
  ],
  [
    'a client asks for what only people have by themselves',
    { assignments: [], permission: 'sessions:read:own', principalType: 'client' },
    { allowed: false, reason: 'not_granted', because: null },
  ],
]

describe('whether someone may read all users', () => {
  for (const [when, facts, then] of cases) {
    it(`is answered "${then.reason}" when ${when}`, () => {
      const asked = {
        permission: 'users:read:any',
        principalType: 'user',
        assignments: [],
        at,
        ...facts,
      } as const
      expect(decide(asked)).to.deep.equal(then)
    })
  }
})

describe('the roles', () => {
  it('include what stands below them: support and auditor side by side below admin', () => {
    const lower = {
      root_admin: ['admin'],
      admin: ['support', 'auditor'],
      support: ['user'],
      auditor: ['user'],
    }
    for (const [role, below] of Object.entries(lower))
      for (const one of below) {
        const [mine, theirs] = [permissionsOf([role]), permissionsOf([one])]
        for (const permission of theirs) expect(mine.has(permission), `${role} ${permission}`).to.equal(true)
        expect(theirs.size).to.be.below(mine.size)
      }
  })

  it('give people nothing over others by themselves', () => {
    expect([...permissionsOf(['user'])].filter((permission) => !permission.endsWith(':own'))).to.deep.equal(
      [],
    )
  })

  const highest: [held: string[], role: string][] = [
    [[], 'user'],
    [['user'], 'user'],
    [['user', 'admin'], 'admin'],
    [['root_admin', 'admin'], 'root_admin'],
    [['superuser'], 'user'],
  ]
  for (const [held, role] of highest) {
    it(`name ${role} as the highest of ${held.join(', ') || 'none'}`, () => {
      expect(highestRole(held)).to.equal(role)
    })
  }
})
