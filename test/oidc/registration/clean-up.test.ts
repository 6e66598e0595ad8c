import { expect } from 'chai'

import type { Gatehouse } from '../../../src/app.ts'
import { createClient, disableClient, type NewClient } from '../../../src/features/clients/index.ts'
import { jobs } from '../../../src/features/registration/index.ts'
import { bySystem } from '../../../src/platform/app.ts'
import { person } from '../../support/people.ts'
import { relyingParty } from '../../support/relying-party.ts'
import { stage } from '../../support/stage.ts'
import { callback, set } from './register.ts'

const day = 86_400

async function sweep(app: Gatehouse): Promise<void> {
  for (const job of jobs(app)) await job.run(undefined)
}

const add = async (app: Gatehouse, given: Partial<NewClient> = {}): Promise<string> => {
  const input = { name: 'A', redirectUris: [callback], owner: { type: 'self' as const }, ...given }
  return (await createClient(app, bySystem, input)).client.id
}

const left = async (app: Gatehouse): Promise<string[]> =>
  app.db('clients').whereNot({ id: 'gh_command_line_gatehouse' }).orderBy('id').pluck('id')

describe('clients that registered themselves and were never used', () => {
  it('are removed after registration.unused_days; others are not', async () => {
    const { app, clock } = await stage()
    await set(app, 'registration.unused_days', 10)
    const unused = [await add(app), await add(app, { authentication: 'none' })]
    const ours = await add(app, { owner: { type: 'system' } })
    const theirs = await add(app, { owner: { type: 'organization', id: 'x' } })
    const machine = await add(app, { grants: ['client_credentials'], redirectUris: [] })
    const used = await relyingParty(app, { owner: { type: 'self' }, firstParty: false })
    await used.signIn(await person(app))
    await app.db('client_sessions').update({ ended_at: clock.now() })
    const barred = await add(app)
    await disableClient(app, bySystem, barred)
    const proven = await add(app)
    await app.db('client_secrets').where({ client_id: proven }).update({ last_used_at: clock.now() })

    clock.advance(9 * day)
    const before = await left(app)
    await sweep(app)
    expect(await left(app)).to.deep.equal(before)

    clock.advance(day + 1)
    const young = await add(app)
    await sweep(app)
    expect(await left(app)).to.deep.equal(
      [ours, theirs, machine, used.clientId, barred, proven, young].sort(),
    )
    const deleted = await app.db('audit_records').where({ action: 'client.deleted' }).pluck('target_id')
    expect(deleted.sort()).to.deep.equal(unused.sort())
  })

  it('are removed at their end, whoever they belong to', async () => {
    const { app, clock } = await stage()
    const expiresAt = new Date(clock.now().getTime() + day * 1000)
    const ending = await add(app, { expiresAt, grants: ['client_credentials'], redirectUris: [] })
    const staying = await add(app)
    await sweep(app)
    expect(await left(app)).to.deep.equal([ending, staying].sort())
    clock.advance(day)
    await sweep(app)
    expect(await left(app)).to.deep.equal([staying])
  })
})
