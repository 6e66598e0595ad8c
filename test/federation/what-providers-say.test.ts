import { expect } from 'chai'
import * as openid from 'openid-client'

import { type RelyingParty, relyingParty, type Tokens } from '../support/relying-party.ts'
import { startUpstream, type Upstream, type UpstreamPerson } from '../support/upstream/index.ts'
import { leftBehind } from './left-behind.ts'
import { atSignIn, provider, signInThrough, stageBesideProviders, through } from './upstream-providers.ts'

const userinfoOf = ({ configuration }: RelyingParty, tokens: Tokens) =>
  openid.fetchUserInfo(configuration, tokens.access_token, tokens.claims()?.sub ?? '')

const ivo: UpstreamPerson = {
  sub: '3003',
  email: 'ivo@example.com',
  email_verified: true,
  name: 'Ivo Example',
  given_name: 'Ivo',
  family_name: 'Example',
}

describe('what a provider says about a person', () => {
  let upstream: Upstream
  before(async () => {
    upstream = await startUpstream()
  })
  after(() => upstream.close())

  for (const [whose, hd] of [
    ['nobody’s', undefined],
    ['another’s', 'example.org'],
  ] as const)
    it(`lets nobody in by Google whose hosted domain is ${whose}`, async () => {
      const { app } = await stageBesideProviders()
      const options = { issuer: upstream.issuer('google'), hosted_domain: 'example.com' }
      await provider(app, upstream, 'google', { options })
      const rp = await relyingParty(app)
      await upstream.person('google', { ...ivo, ...(hd !== undefined && { hd }) })
      const traveller = await atSignIn(rp)
      const before = await leftBehind(app)

      const landing = await through(traveller, 'google')

      expect(landing.status).to.equal(502)
      expect(await leftBehind(app)).to.deep.equal(before)
      const asked = (await upstream.seen('google')).filter(({ query }) => query.hd !== undefined)
      expect(asked.at(-1)?.query.hd).to.equal('example.com')
    })

  it('lets people of the hosted domain in by Google', async () => {
    const { app } = await stageBesideProviders()
    const options = { issuer: upstream.issuer('google'), hosted_domain: 'Example.com' }
    await provider(app, upstream, 'google', { options })
    const rp = await relyingParty(app)
    await upstream.person('google', { ...ivo, hd: 'example.com' })

    expect((await signInThrough(rp, 'google')).tokens.claims()).to.include({ email: 'ivo@example.com' })
  })

  it('is kept where it is told once, as the name is by Apple', async () => {
    const { app } = await stageBesideProviders()
    await provider(app, upstream, 'apple')
    const rp = await relyingParty(app)
    await upstream.person('apple', ivo)

    const first = await signInThrough(rp, 'apple')
    const second = await signInThrough(rp, 'apple')

    for (const { tokens } of [first, second])
      expect(await userinfoOf(rp, tokens)).to.include({
        name: 'Ivo Example',
        given_name: 'Ivo',
        family_name: 'Example',
      })
  })

  it('becomes the profile of the account, as the mapping of the provider has it', async () => {
    const { app } = await stageBesideProviders()
    const mapping = {
      sub: '/sub',
      nickname: '/handle',
      website: '/links/0',
      zoneinfo: '/place/zone',
      family_name: null,
    }
    await provider(app, upstream, 'oauth2', { mapping })
    const rp = await relyingParty(app)
    const more = { handle: 'ivo42', links: ['https://ivo.example.com/'], place: { zone: 'Europe/Prague' } }
    const person = { ...ivo, picture: 'https://pictures.example.com/ivo.png', ...more }
    await upstream.person('oauth2', person)

    const userinfo = await userinfoOf(rp, (await signInThrough(rp, 'oauth2')).tokens)

    expect(userinfo).to.include({
      name: 'Ivo Example',
      given_name: 'Ivo',
      nickname: 'ivo42',
      website: 'https://ivo.example.com/',
      zoneinfo: 'Europe/Prague',
      picture: 'https://pictures.example.com/ivo.png',
    })
    expect(userinfo).not.to.have.property('family_name')
  })

  it('is left out where the person could not say it here', async () => {
    const { app } = await stageBesideProviders()
    const mapping = {
      nickname: '/nickname',
      website: '/website',
      profile: '/profile',
      birthdate: '/birthdate',
      zoneinfo: '/zoneinfo',
      phone_number: '/phone_number',
      gender: '/gender',
    }
    await provider(app, upstream, 'oauth2', { mapping })
    const rp = await relyingParty(app)
    const person = {
      ...ivo,
      name: 'Ivo \u202eelpmaxE',
      family_name: ['Example'],
      nickname: 'x'.repeat(101),
      website: 'javascript:alert(1)',
      profile: 'data:text/html,<script>alert(1)</script>',
      picture: '//pictures.example.com/ivo.png',
      birthdate: '31.12.1999',
      zoneinfo: 'Nowhere/Land',
      phone_number: '0123',
      gender: 'a\u0000b',
    }
    await upstream.person('oauth2', person as object as UpstreamPerson)

    const userinfo = await userinfoOf(rp, (await signInThrough(rp, 'oauth2')).tokens)

    expect(userinfo).to.include({ given_name: 'Ivo', name: 'Ivo', email: 'ivo@example.com' })
    expect(userinfo).not.to.have.any.keys('family_name', ...Object.keys(mapping), 'picture')
  })

  it('is shown as a text, whatever it holds', async () => {
    const { app } = await stageBesideProviders()
    await provider(app, upstream, 'oauth2')
    const rp = await relyingParty(app, { firstParty: false })
    await upstream.person('oauth2', { ...ivo, name: '<script>alert(1)</script>' })

    const landing = await through(await atSignIn(rp), 'oauth2')

    expect(landing.url).to.match(/\/consent$/)
    expect(landing.html).not.to.include('<script>alert')
  })
})
