import { expect } from 'chai'

import {
  createUser,
  findProfile,
  Profile,
  saveProfile,
  standardClaims,
  type StoredProfile,
  type User,
} from '../../src/features/accounts/index.ts'
import { bySystem } from '../../src/platform/app.ts'
import { transaction } from '../../src/platform/db/index.ts'
import { parts } from '../support/parts.ts'

const user: User = {
  id: '0198c5d2-0000-7000-8000-000000000001',
  status: 'active',
  email: 'ann@example.com',
  emailVerified: true,
  username: 'ann',
  name: 'Ann Martin',
  locale: 'en-GB',
  createdAt: new Date('2026-01-01T00:00:00Z'),
  updatedAt: new Date('2026-01-02T00:00:00.900Z'),
  deleteAt: null,
  merged: false,
}

const stored = (told: object, rest: Partial<StoredProfile> = {}): StoredProfile => ({
  ...Profile.parse(told),
  phone_number_verified: false,
  updatedAt: new Date('2026-02-01T00:00:00Z'),
  ...rest,
})

describe('the standard claims about a person (OpenID Connect Core 1.0, section 5.1)', () => {
  it('come from the account alone when there is no profile', () => {
    expect(standardClaims(user, null)).to.deep.equal({
      name: 'Ann Martin',
      preferred_username: 'ann',
      locale: 'en-GB',
      email: 'ann@example.com',
      email_verified: true,
      updated_at: 1767312000,
    })
  })

  it('leave out what is not known (section 5.3.2)', () => {
    const stranger = { ...user, email: null, username: null, name: null, locale: null }
    expect(standardClaims(stranger, stored({}))).to.have.all.keys('updated_at')
  })

  it('hold what the person told, and when either part last changed', () => {
    const address = { locality: 'Leeds', country: 'GB' }
    const claims = standardClaims(user, stored({ given_name: 'Ann', phone_number: '+44113496000', address }))
    expect(claims).to.deep.include({ given_name: 'Ann', phone_number: '+44113496000', address })
    expect(claims).to.include({ phone_number_verified: false, updated_at: 1769904000 })
    expect(claims).not.to.have.any.keys('updatedAt', 'family_name')
  })

  it('never take the preferred user name from the profile', () => {
    expect(standardClaims(user, stored({ preferred_username: 'root' }))).to.include({
      preferred_username: 'ann',
    })
  })
})

describe('a profile', () => {
  const wrong: [what: string, told: object][] = [
    ['a picture that is a script', { picture: 'javascript:alert(1)' }],
    ['a picture inside the address', { picture: 'data:image/png;base64,AAAA' }],
    ['a day that is none', { birthdate: '1990-13-01' }],
    ['a time zone nobody has', { zoneinfo: 'Mars/Olympus' }],
    ['a telephone number with letters', { phone_number: '0800 CALL ME' }],
    ['a name without end', { nickname: 'a'.repeat(101) }],
    ['an address that is a text', { address: 'Leeds' }],
  ]
  for (const [what, told] of wrong) {
    it(`refuses ${what}`, () => {
      expect(Profile.safeParse(told).success).to.equal(false)
    })
  }

  it('drops what a person cannot say about themselves', () => {
    const told = {
      email_verified: true,
      phone_number_verified: true,
      role: 'root_admin',
      sub: 'x',
      updated_at: 1,
    }
    expect(Profile.parse(told)).not.to.have.any.keys(...Object.keys(told))
  })

  it('comes back as it was saved, and another telephone number is not verified', async () => {
    const app = await parts()
    const ann = await transaction(app.db, (tx) => createUser(app, tx, bySystem, { email: 'ann@example.com' }))
    expect(await findProfile(app.db, ann.id)).to.equal(null)
    const told = Profile.parse({
      given_name: 'Ann',
      birthdate: '0000-12-31',
      zoneinfo: 'Europe/Paris',
      phone_number: '+33123456789',
      address: { country: 'FR' },
    })
    const at = app.clock.now()

    await saveProfile(app.db, at, ann.id, told)
    expect(await findProfile(app.db, ann.id)).to.deep.equal({
      ...told,
      phone_number_verified: false,
      updatedAt: at,
    })

    await app.db('profiles').update({ phone_number_verified_at: at })
    await saveProfile(app.db, at, ann.id, { ...told, nickname: 'Annie' })
    expect(await findProfile(app.db, ann.id)).to.include({ nickname: 'Annie', phone_number_verified: true })
    await saveProfile(app.db, at, ann.id, { ...told, phone_number: '+33123456780' })
    expect(await findProfile(app.db, ann.id)).to.include({ nickname: null, phone_number_verified: false })
  })
})
