import { expect } from 'chai'

import {
  createLink,
  findLink,
  jobs,
  type LinkPurpose,
  lifetimeSeconds,
  linkErrors,
  useLink,
} from '../../src/features/links/index.ts'
import { newId } from '../../src/platform/crypto/index.ts'
import { transaction } from '../../src/platform/db/index.ts'
import { type Parts, parts } from '../support/parts.ts'

const address = 'ann@example.com'

const make = (app: Parts, userId: string, purpose: LinkPurpose = 'reset-password') =>
  transaction(app.db, (tx) => createLink(tx, app.clock.now(), { purpose, userId, address }))

const use = (app: Parts, token: string, purpose: LinkPurpose = 'reset-password') =>
  transaction(app.db, (tx) => useLink(tx, app.clock.now(), purpose, token)).then(
    (link) => link.userId,
    (error: unknown) => (error instanceof Error ? error.message : String(error)),
  )

const invalid = linkErrors.link_invalid().message

describe('a mailed link', () => {
  it('can be looked at any number of times and used once, by one of fifty at the same moment', async () => {
    const app = await parts()
    const ann = newId(app.clock.now())
    const { token } = await make(app, ann)

    for (let look = 0; look < 3; look++)
      expect(await findLink(app, 'reset-password', token)).to.include({ userId: ann, address })
    const outcomes = await Promise.all(Array.from({ length: 50 }, () => use(app, token)))

    expect(outcomes.filter((outcome) => outcome === ann)).to.have.lengthOf(1)
    expect(outcomes.filter((outcome) => outcome === invalid)).to.have.lengthOf(49)
    expect(await findLink(app, 'reset-password', token)).to.equal(null)
  })

  it('dies when a newer one of its purpose is made, and of fifty made at once one lives', async () => {
    const app = await parts()
    const ann = newId(app.clock.now())
    const other = await make(app, ann, 'verify-email')
    const made = await Promise.all(Array.from({ length: 50 }, () => make(app, ann)))

    const alive = await Promise.all(made.map(({ token }) => findLink(app, 'reset-password', token)))

    expect(alive.filter((link) => link !== null)).to.have.lengthOf(1)
    expect(await findLink(app, 'verify-email', other.token), 'another purpose').not.to.equal(null)
  })

  it('is worth nothing for another purpose, and stays good for its own', async () => {
    const app = await parts()
    const ann = newId(app.clock.now())
    const { token } = await make(app, ann, 'verify-email')
    expect(await use(app, token, 'reset-password')).to.equal(invalid)
    expect(await use(app, token, 'verify-email')).to.equal(ann)
  })

  it('ends with its time, whatever has been swept', async () => {
    const app = await parts()
    const { token } = await make(app, newId(app.clock.now()))
    app.clock.advance(lifetimeSeconds['reset-password'] - 1)
    expect(await findLink(app, 'reset-password', token)).not.to.equal(null)
    app.clock.advance(1)
    expect(await findLink(app, 'reset-password', token)).to.equal(null)
    expect(await use(app, token)).to.equal(invalid)
  })

  it('is known by its SHA-256 alone, and forgotten a week after its end', async () => {
    const app = await parts()
    const { token } = await make(app, newId(app.clock.now()))
    expect(JSON.stringify(await app.db('links'))).not.to.include(token)
    const [sweep] = jobs(app)
    await sweep?.run(null)
    expect(await app.db('links')).to.have.lengthOf(1)
    app.clock.advance(8 * 24 * 3600)
    await sweep?.run(null)
    expect(await app.db('links')).to.have.lengthOf(0)
  })

  it("is found by its person without reading everybody else's, used ones too", async () => {
    const app = await parts()
    const plan = await transaction(app.db, async (tx) => {
      await tx.raw('set local enable_seqscan = off')
      const { rows } = await tx.raw<{ rows: unknown[] }>('explain delete from links where user_id = ?', [
        newId(app.clock.now()),
      ])
      return JSON.stringify(rows)
    })
    expect(plan).to.include('links_of_user')
  })
})
