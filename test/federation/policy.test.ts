import { expect } from 'chai'

import {
  type Newcomer,
  newcomerRefusal,
  type NewcomerRefusal,
  trustsEmail,
} from '../../src/features/federation/policy.ts'
import { Policy } from '../../src/features/federation/providers/provider.ts'

const ann: Newcomer = {
  policy: Policy.parse({}),
  registrationMode: 'open',
  email: 'ann@example.com',
  emailProven: true,
  invited: false,
  proofDemanded: false,
}

const with_ = (policy: object, rest: Partial<Newcomer> = {}): Newcomer => ({
  ...ann,
  policy: Policy.parse(policy),
  ...rest,
})

const cases: [who: string, newcomer: Newcomer, refusal: NewcomerRefusal | null][] = [
  ['anybody, where nothing is limited', ann, null],
  [
    'nobody knows the address of, where nothing is limited',
    { ...ann, email: null, emailProven: false },
    null,
  ],
  ['has no proven address, where nothing is limited', { ...ann, emailProven: false }, null],

  [
    'names no address, where an account begins with its proof',
    { ...ann, email: null, emailProven: false, proofDemanded: true },
    'email_missing',
  ],
  ['comes where registration is closed', { ...ann, registrationMode: 'closed' }, 'creation_closed'],
  [
    'was invited where registration is closed',
    { ...ann, registrationMode: 'closed', invited: true },
    'creation_closed',
  ],
  ['comes in a mode nobody knows here', { ...ann, registrationMode: 'later' }, 'creation_closed'],
  ['comes by a provider that makes no accounts', with_({ creation: 'never' }), 'creation_closed'],
  ['was invited to one that makes none', with_({ creation: 'never' }, { invited: true }), 'creation_closed'],

  ['was not invited where one must be', { ...ann, registrationMode: 'invitation' }, 'invitation_needed'],
  ['was invited where one must be', { ...ann, registrationMode: 'invitation', invited: true }, null],
  [
    'holds an invitation without an address',
    { ...ann, registrationMode: 'invitation', invited: true, email: null, emailProven: false },
    null,
  ],
  ['was not invited to the provider', with_({ creation: 'invitation' }), 'invitation_needed'],
  ['was invited to the provider', with_({ creation: 'invitation' }, { invited: true }), null],
  [
    'proves no address to a provider that wants an invitation',
    with_({ creation: 'invitation' }, { invited: true, emailProven: false }),
    'email_unverified',
  ],
  [
    'names none to a provider that wants an invitation',
    with_({ creation: 'invitation' }, { invited: true, email: null, emailProven: false }),
    'email_missing',
  ],

  ['is of the domain', with_({ allowed_domains: ['example.com'] }), null],
  ['is of another domain', with_({ allowed_domains: ['example.org'] }), 'domain_not_allowed'],
  [
    'is of a domain within it',
    with_({ allowed_domains: ['example.com'] }, { email: 'ann@mail.example.com' }),
    'domain_not_allowed',
  ],
  [
    'is of a domain that ends alike',
    with_({ allowed_domains: ['example.com'] }, { email: 'ann@notexample.com' }),
    'domain_not_allowed',
  ],
  [
    'only says to be of the domain',
    with_({ allowed_domains: ['example.com'] }, { emailProven: false }),
    'email_unverified',
  ],
  [
    'says no domain',
    with_({ allowed_domains: ['example.com'] }, { email: null, emailProven: false }),
    'email_missing',
  ],

  ['proves the address that is demanded', with_({ require_verified_email: true }), null],
  ['does not prove it', with_({ require_verified_email: true }, { emailProven: false }), 'email_unverified'],
  [
    'does not name it',
    with_({ require_verified_email: true }, { email: null, emailProven: false }),
    'email_missing',
  ],

  [
    'is of the domain, where one must be invited',
    with_({ allowed_domains: ['example.com'] }, { registrationMode: 'invitation' }),
    'invitation_needed',
  ],
]

describe('an account for somebody who comes for the first time', () => {
  for (const [who, newcomer, refusal] of cases) {
    it(`is ${refusal === null ? 'made' : `refused (${refusal})`} for who ${who}`, () => {
      expect(newcomerRefusal(newcomer)).to.equal(refusal)
    })
  }
})

describe('the word of a provider that an address is verified', () => {
  for (const [connector, trusted] of Object.entries({
    google: true,
    apple: true,
    github: true,
    linkedin: true,
    facebook: false,
    microsoft: false,
    oidc: false,
    oauth2: false,
  } as const)) {
    it(`is ${trusted ? '' : 'not '}taken from ${connector}, unless its record says otherwise`, () => {
      const name = connector as 'google' // a name of the table above
      expect(trustsEmail({ connector: name, policy: Policy.parse({}) })).to.equal(trusted)
      expect(trustsEmail({ connector: name, policy: Policy.parse({ trust_email: !trusted }) })).to.equal(
        !trusted,
      )
    })
  }
})
