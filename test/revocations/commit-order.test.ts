import { expect } from 'chai'

import { openRevocationFeed, revoke, type RevocationFeed } from '../../src/features/revocations/index.ts'
import { openBus } from '../../src/platform/bus.ts'
import { transaction } from '../../src/platform/db/index.ts'
import { eventually, pause } from '../oidc/tokens/requests.ts'
import { afterTest, type Parts, parts } from '../support/parts.ts'

/** A replica's feed on a channel of its own; `deaf` hears nothing and lives on what it reads. */
async function feed(app: Parts, deaf = false): Promise<RevocationFeed> {
  const { database } = app.config
  if (!database) throw new Error('tests name their database')
  const bus = openBus(database.direct, app.log)
  while (bus.staleFor() > 1_000) await pause(10)
  const opened = await openRevocationFeed({ ...app, bus })
  afterTest(async () => {
    opened.close()
    await bus.close()
  })
  if (deaf) await bus.close()
  return opened
}

const revoked = (opened: RevocationFeed, sid: string) =>
  opened.isRevoked({ jti: 'x', sid, subject: 'x', clientId: 'x', issuedAt: new Date(0) })

/** A revocation in a transaction that stays open until `commit` is called. */
async function slowly(app: Parts, sid: string): Promise<{ commit(): Promise<void> }> {
  let written: () => void = () => undefined
  let finish: () => void = () => undefined
  const [isWritten, mayFinish] = [
    new Promise<void>((resolve) => (written = resolve)),
    new Promise<void>((resolve) => (finish = resolve)),
  ]
  const done = transaction(app.db, async (tx) => {
    await revoke(tx, app.clock.now(), { kind: 'sid', key: sid })
    written()
    await mayFinish
  })
  await isWritten
  const commit = async () => {
    finish()
    await done
  }
  afterTest(commit) // a test that failed must not leave it open: the pool would wait for it
  return { commit }
}

describe('revocations that commit out of order', function () {
  this.timeout(30_000)

  for (const deaf of [false, true]) {
    it(`are all seen by a replica that ${deaf ? 'reads Postgres' : 'listens'}, the early one that commits late too`, async () => {
      const app = await parts()
      const opened = await feed(app, deaf)
      const early = await slowly(app, 'early')
      const middle = await slowly(app, 'middle')
      await transaction(app.db, (tx) => revoke(tx, app.clock.now(), { kind: 'sid', key: 'late' }))
      expect(await eventually(() => revoked(opened, 'late'))).to.be.below(1_500)
      await pause(1_500) // by now a deaf replica has read past the rows of both open transactions
      expect([await revoked(opened, 'early'), await revoked(opened, 'middle')]).to.deep.equal([false, false])

      await middle.commit()
      expect(await eventually(() => revoked(opened, 'middle'))).to.be.below(1_500)
      await transaction(app.db, (tx) => revoke(tx, app.clock.now(), { kind: 'sid', key: 'latest' }))
      await pause(600)
      await early.commit()
      expect(await eventually(() => revoked(opened, 'early'))).to.be.below(1_500)
      for (const sid of ['late', 'middle', 'latest', 'early'])
        expect(await revoked(opened, sid), sid).to.equal(true)
    })
  }

  it('are seen by a replica that starts while one is open', async () => {
    const app = await parts()
    const early = await slowly(app, 'early')
    const opened = await feed(app)
    await early.commit()
    expect(await eventually(() => revoked(opened, 'early'))).to.be.below(1_000)
  })
})
