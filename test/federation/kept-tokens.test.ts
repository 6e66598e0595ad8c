import { expect } from 'chai'

import type { Gatehouse } from '../../src/app.ts'
import { unlinkIdentity } from '../../src/features/accounts/index.ts'
import * as identities from '../../src/features/accounts/identities/repository.ts'
import { readTokens } from '../../src/features/federation/index.ts'
import { changeProvider } from '../../src/features/federation/providers/change-provider.ts'
import { findProvider } from '../../src/features/federation/providers/find-providers.ts'
import { ChangeProvider } from '../../src/features/federation/providers/schema.ts'
import { erasePerson } from '../../src/features/portal/deletion/erase-person.ts'
import { bySystem } from '../../src/platform/app.ts'
import { transaction } from '../../src/platform/db/index.ts'
import { keepSecret } from '../support/canary.ts'
import { relyingParty } from '../support/relying-party.ts'
import { sharedStage } from '../support/shared-stage.ts'
import { startUpstream, type Upstream } from '../support/upstream/index.ts'
import { arrives, freshPassword, ownerOf, resetsByMail, someone, tokensOf } from './arrivals.ts'
import { besideProviders, provider } from './upstream-providers.ts'

describe('tokens of a provider', () => {
  let upstream: Upstream
  before(async () => {
    upstream = await startUpstream()
  })
  after(() => upstream.close())

  const shared = sharedStage(
    async (built) => {
      const { app } = built
      await provider(app, upstream, 'google', {
        keep_tokens: true,
        options: { issuer: upstream.issuer('google'), scopes: ['openid', 'email', 'offline_access'] },
      })
      await provider(app, upstream, 'other')
      return { ...built, rp: await relyingParty(app) }
    },
    { worker: true, ...besideProviders },
  )

  async function signsIn(given: object = {}, name: 'google' | 'other' = 'google') {
    const { app, rp } = shared()
    const { sub: subject, email } = await someone(upstream, name, given)
    await tokensOf(await arrives(rp, name))
    const userId = (await ownerOf(app, subject)) ?? ''
    return { issuer: upstream.issuer(name), subject, email, userId }
  }

  const rows = (app: Gatehouse, { subject }: { subject: string }) =>
    app
      .db('upstream_tokens')
      .where({ subject })
      .select<{ sealed: Buffer; sealing_key_id: string }[]>('sealed', 'sealing_key_id')

  it('are kept where that is set, for their person, and nowhere else', async () => {
    const { app } = shared()
    const kept = await signsIn()
    const tokens = await readTokens(app, kept)
    keepSecret(tokens?.access_token, tokens?.refresh_token)
    expect(tokens?.access_token).to.be.a('string')
    expect(tokens).to.include({ token_type: 'bearer' })
    expect(new Date(tokens?.expires_at ?? 0).getTime()).to.be.greaterThan(Date.now())
    const other = await signsIn({}, 'other')
    expect(await readTokens(app, other)).to.equal(null)
    expect(await rows(app, other)).to.be.empty
    expect(await readTokens(app, { ...kept, userId: other.userId })).to.equal(null)
  })

  it('are sealed for their identity: nothing of them can be read in any table, or opened as another’s', async () => {
    const { app } = shared()
    const [ann, bob] = [await signsIn(), await signsIn()]
    const tokens = await readTokens(app, ann)
    const access = tokens?.access_token ?? ''
    expect(access.length).to.be.greaterThan(20)
    const tables = await app
      .db('pg_tables')
      .where({ schemaname: 'public' })
      .select<{ tablename: string }[]>('tablename')
    expect(tables.length).to.be.greaterThan(20)
    for (const { tablename: table } of tables) {
      const text = JSON.stringify(await app.db(table).select(app.db.raw('to_jsonb(??.*) as row', [table])))
      expect(text, table).not.to.include(access)
      expect(text, table).not.to.include(Buffer.from(access).toString('hex'))
    }
    const [row] = await rows(app, bob)
    await app.db('upstream_tokens').where({ subject: ann.subject }).update({ sealed: row?.sealed })
    expect(await readTokens(app, ann)).to.equal(null)
  })

  it('are replaced at the next sign-in', async () => {
    const { app, rp } = shared()
    const ann = await signsIn()
    const before = await readTokens(app, ann)
    await tokensOf(await arrives(rp, 'google'))
    const after = await readTokens(app, ann)
    expect(after?.access_token).to.be.a('string').and.not.equal(before?.access_token)
    expect(await rows(app, ann)).to.have.lengthOf(1)
  })

  it('go with the identity: when it is unlinked, or its address is taken over', async () => {
    const { app } = shared()
    const ann = await signsIn()
    const identity = await identities.find(app.db, ann.issuer, ann.subject)
    if (!identity) throw new Error('there is no such identity')
    await transaction(app.db, (tx) =>
      unlinkIdentity(tx, app.clock.now(), bySystem, { identity, provider: { slug: null, name: 'gone' } }),
    )
    expect(await rows(app, ann)).to.be.empty

    const eve = await signsIn({ email_verified: false })
    expect(await rows(app, eve)).to.have.lengthOf(1)
    await resetsByMail(app, { email: eve.email, password: freshPassword() })
    expect(await rows(app, eve)).to.be.empty
  })

  it('go with all that is known of a person who is erased', async () => {
    const { app } = shared()
    const ann = await signsIn()
    const known = async () => {
      const of = (table: string) => app.db(table).where({ user_id: ann.userId }).select<object[]>('user_id')
      const tables = ['upstream_tokens', 'upstream_sign_ins', 'upstream_requests', 'user_identities']
      return (await Promise.all(tables.map(of))).flat()
    }
    expect(await known()).not.to.be.empty
    await transaction(app.db, (tx) => erasePerson(app, tx, ann.userId))
    expect(await known()).to.be.empty
  })

  it('go when none are to be kept any more', async () => {
    const { app, rp } = shared()
    const ann = await signsIn()
    const { revision } = await findProvider(app.db, 'google')
    await changeProvider(app, bySystem, 'google', ChangeProvider.parse({ revision, keep_tokens: false }))
    expect(await app.db('upstream_tokens')).to.be.empty
    await new Promise((resolve) => setTimeout(resolve, 200)) // the service hears of it
    await tokensOf(await arrives(rp, 'google'))
    expect(await rows(app, ann)).to.be.empty
  })
})
