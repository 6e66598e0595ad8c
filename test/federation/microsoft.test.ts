import { expect } from 'chai'

import { relyingParty } from '../support/relying-party.ts'
import { type Lie, startUpstream, type Upstream, type UpstreamPerson } from '../support/upstream/index.ts'
import { failuresRecorded, leftBehind } from './left-behind.ts'
import { atSignIn, provider, signInThrough, stageBesideProviders, through } from './upstream-providers.ts'

const personal = '9188040d-6c67-4c5b-b112-36a304b66dad'
const organization = '0d2a6053-e113-42e7-9169-f5cbed7a941f'
const another = '72f988bf-86f1-41af-91ab-2d7cd011db47'

const mona = (tid: string): UpstreamPerson => ({
  sub: '5005',
  email: `mona@${tid.slice(0, 8)}.example.com`,
  name: 'Mona',
  tid,
})

interface Case {
  what: string
  options: { tenant?: string; tenants?: string[] }
  tid: string
  lie?: Lie
  /** Absent: let in. */
  refused?: 'upstream_refused' | 'upstream_answer_invalid'
}

const untrusted = { refused: 'upstream_answer_invalid' } as const

const cases: readonly Case[] = [
  { what: 'common lets a personal account in', options: {}, tid: personal },
  { what: 'common lets people of organizations in', options: { tenant: 'common' }, tid: organization },
  { what: 'organizations lets their people in', options: { tenant: 'organizations' }, tid: organization },
  { what: 'consumers lets a personal account in', options: { tenant: 'consumers' }, tid: personal },
  { what: 'a tenant lets its people in', options: { tenant: organization }, tid: organization },
  {
    what: 'a list of tenants lets theirs in',
    options: { tenants: [another, organization] },
    tid: organization,
  },
  {
    what: 'a list of tenants refuses others',
    options: { tenants: [organization] },
    tid: another,
    ...untrusted,
  },
  {
    what: 'organizations is refused a personal account by Microsoft',
    options: { tenant: 'organizations' },
    tid: personal,
    refused: 'upstream_refused',
  },
  {
    what: 'organizations refuses a personal account itself',
    options: { tenant: 'organizations' },
    tid: organization,
    lie: 'other-tenant',
    ...untrusted,
  },
  {
    what: 'consumers refuses people of organizations itself',
    options: { tenant: 'consumers' },
    tid: personal,
    lie: 'other-tenant',
    ...untrusted,
  },
  {
    what: 'a tenant refuses a token of another',
    options: { tenant: organization },
    tid: organization,
    lie: 'other-tenant',
    ...untrusted,
  },
  {
    what: 'common refuses a tenant that another issuer speaks of',
    options: {},
    tid: personal,
    lie: 'tenant-of-another-issuer',
    ...untrusted,
  },
  { what: 'common refuses a token of no tenant', options: {}, tid: personal, lie: 'no-tenant', ...untrusted },
  { what: 'common refuses another issuer', options: {}, tid: personal, lie: 'wrong-issuer', ...untrusted },
  {
    what: 'common refuses another audience',
    options: {},
    tid: personal,
    lie: 'wrong-audience',
    ...untrusted,
  },
  { what: 'common refuses another nonce', options: {}, tid: personal, lie: 'wrong-nonce', ...untrusted },
  { what: 'common refuses a bad signature', options: {}, tid: personal, lie: 'bad-signature', ...untrusted },
  { what: 'common refuses no signature', options: {}, tid: personal, lie: 'unsigned', ...untrusted },
]

describe('Microsoft set up for some tenants', () => {
  let upstream: Upstream
  before(async () => {
    upstream = await startUpstream()
  })
  after(() => upstream.close())
  afterEach(() => upstream.honest('microsoft'))

  const authority = () => upstream.issuer('microsoft').replace('/common/v2.0', '')

  for (const { what, options, tid, lie, refused } of cases)
    it(what, async () => {
      const { app } = await stageBesideProviders()
      await provider(app, upstream, 'microsoft', { options: { ...options, authority: authority() } })
      const rp = await relyingParty(app)
      await upstream.person('microsoft', mona(tid))
      const traveller = await atSignIn(rp)
      const before = await leftBehind(app)
      if (lie) await upstream.lie('microsoft', lie)

      const landing = await through(traveller, 'microsoft')

      if (refused === undefined) {
        expect(traveller.until(landing.url), landing.html).to.equal(true)
        const issuer = `${authority()}/${tid}/v2.0`
        expect(await app.db('user_identities').where({ issuer, subject: '5005' })).to.have.lengthOf(1)
        return
      }
      expect(landing.status).to.equal(refused === 'upstream_refused' ? 403 : 502)
      expect(await leftBehind(app)).to.deep.equal(before)
      expect((await failuresRecorded(app)).map(({ reason }) => reason)).to.deep.equal([refused])
    })

  it('takes the same subject of two tenants for two people', async () => {
    const { app } = await stageBesideProviders()
    await provider(app, upstream, 'microsoft')
    const rp = await relyingParty(app)
    const subjects: (string | undefined)[] = []
    for (const tid of [organization, another]) {
      await upstream.person('microsoft', mona(tid))
      subjects.push((await signInThrough(rp, 'microsoft')).tokens.claims()?.sub)
    }

    expect(new Set(subjects)).to.have.property('size', 2)
  })

  it('takes no tenant’s word that an address is verified', async () => {
    const { app } = await stageBesideProviders()
    await provider(app, upstream, 'microsoft')
    const rp = await relyingParty(app)
    await upstream.person('microsoft', { ...mona(organization), email_verified: true })

    const { tokens } = await signInThrough(rp, 'microsoft')

    expect(tokens.claims()).to.include({ email_verified: false })
  })
})
