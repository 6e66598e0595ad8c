import { expect } from 'chai'
import type { Knex } from 'knex'

import { forgetPerson, record, rewrapPersonKeys } from '../../src/features/audit/index.ts'
import { personalOf } from '../../src/features/audit/reading/personal-of.ts'
import { list } from '../../src/features/audit/reading/repository.ts'
import { bySystem } from '../../src/platform/app.ts'
import type { NamedKey } from '../../src/platform/config/index.ts'
import { randomBytes, secret } from '../../src/platform/crypto/index.ts'
import { transaction } from '../../src/platform/db/index.ts'
import { type Parts, parts } from '../support/parts.ts'
import { scan } from '../oidc/storage/scan.ts'
import { byUser, chainAll, lookAt, origin, recordAll, variablesOf } from './support.ts'

const changed = {
  action: 'user.enabled',
  target: { type: 'user', id: 'ann' },
  personal: { before: { name: 'Ann Oldname' }, after: { name: 'Ann Newname' } },
} as const

/** What can be read of each record, by actor. */
async function readable(
  app: Pick<Parts, 'db' | 'config'>,
): Promise<[string | null, string, string | undefined][]> {
  const records = await list(app.db, {}, { from: null, limit: 100 })
  const personal = await personalOf(app, records)
  return records
    .map(({ id, actor_id: actor }): [string | null, string, string | undefined] => {
      const own = personal.get(id)
      return [actor, own?.state ?? 'none', own?.fields.ip]
    })
    .reverse()
}

const forget = (app: Parts, id: string): Promise<void> =>
  transaction(app.db, (tx) => forgetPerson(tx, app.clock.now(), id))

const values = { ip: origin.ip, agent: origin.userAgent, before: 'Ann Oldname', after: 'Ann Newname' }

const places = async (db: Knex): Promise<string[]> =>
  (await scan({ db, cache: null }, values)).map(({ place }) => place)

describe('what is personal in the audit log', function () {
  this.timeout(30_000)

  it('stands in clear in the inbox alone, and nowhere once it is chained', async () => {
    const app = await parts()
    await recordAll(app, byUser('ann'), [changed])
    expect(new Set(await places(app.db))).to.deep.equal(new Set(['public.audit_inbox']))

    await chainAll(app)

    expect(await places(app.db)).to.deep.equal([])
    expect(await readable(app)).to.deep.equal([['ann', 'readable', origin.ip]])
  })

  it('cannot be read without the key-encryption key, nor as another record’s or person’s', async () => {
    const app = await parts()
    await recordAll(app, byUser('ann'), [changed])
    await recordAll(app, byUser('bob'), [changed])
    await chainAll(app)
    const keyEncryptionKeys = secret([{ id: '1', bytes: randomBytes(32) }])

    const stranger = { ...app, config: { ...app.config, keyEncryptionKeys } }
    expect(await readable(stranger)).to.deep.equal([
      ['ann', 'lost', undefined],
      ['bob', 'lost', undefined],
    ])
    await app.db.raw(`update audit_person_keys k set sealed_key = o.sealed_key from audit_person_keys o
      where k.holder = 'person:ann' and o.holder = 'person:bob'`)
    expect(await readable(app)).to.deep.equal([
      ['ann', 'lost', undefined],
      ['bob', 'readable', origin.ip],
    ])
  })

  it('ends with the person’s key: the records stay, the chain stays whole, others are untouched', async () => {
    const app = await parts()
    await recordAll(app, byUser('ann'), [changed])
    await recordAll(app, byUser('bob'), [changed])
    await chainAll(app)

    await forget(app, 'ann')

    expect(await readable(app)).to.deep.equal([
      ['ann', 'erased', undefined],
      ['bob', 'readable', origin.ip],
    ])
    expect((await lookAt(variablesOf(app))).first).to.equal(null)
  })

  it('that was not sealed yet goes too, and a later record brings nothing back', async () => {
    const app = await parts()
    await recordAll(app, byUser('ann'), [changed])
    await forget(app, 'ann')
    await recordAll(app, byUser('ann'), [{ action: 'user.deleted', target: { type: 'user', id: 'ann' } }])

    await chainAll(app)

    expect(await readable(app)).to.deep.equal([
      ['ann', 'none', undefined],
      ['ann', 'erased', undefined],
    ])
    expect(await places(app.db)).to.deep.equal([])
    const keys = await app.db('audit_person_keys').select('holder', 'sealed_key')
    expect(keys).to.deep.equal([{ holder: 'person:ann', sealed_key: null }])
    await forget(app, 'ann') // again: nothing changes
    expect((await lookAt(variablesOf(app))).first).to.equal(null)
  })

  it('comes back with a transaction that is rolled back', async () => {
    const app = await parts()
    await recordAll(app, byUser('ann'), [changed])
    await chainAll(app)

    await transaction(app.db, async (tx) => {
      await forgetPerson(tx, app.clock.now(), 'ann')
      throw new Error('no')
    }).catch(() => undefined)

    expect(await readable(app)).to.deep.equal([['ann', 'readable', origin.ip]])
  })

  it('does not deadlock with the sequencer, whoever comes first', async () => {
    const app = await parts()
    for (let round = 0; round < 10; round++) {
      const [id, other] = [`ann-${round}`, `bob-${round}`]
      await recordAll(app, byUser(id), [changed, changed])
      await recordAll(app, byUser(other), [changed])
      await Promise.all([chainAll(app), forget(app, id), chainAll(app)])
    }
    await chainAll(app)
    const found = (await readable(app)).filter(([actor]) => actor?.startsWith('ann'))
    expect(new Set(found.map(([, state]) => state))).not.to.include('readable')
    expect((await lookAt(variablesOf(app))).first).to.equal(null)
  })

  it('of nobody known has a key for each month', async () => {
    const app = await parts()
    const at = new Date('2026-11-25T10:00:00Z')
    await record(app.db, at, { actor: { type: 'anonymous', id: null }, origin }, { action: 'sign_in.failed' })
    await record(app.db, at, bySystem, { action: 'user.created' })
    await chainAll(app)

    expect(await app.db('audit_person_keys').pluck('holder')).to.deep.equal(['nobody:2026-11'])
    expect((await readable(app)).map(([, state]) => state)).to.have.members(['readable', 'none'])
  })

  it('is sealed anew under another key-encryption key, which then opens it alone', async () => {
    const app = await parts()
    await recordAll(app, byUser('ann'), [changed])
    await chainAll(app)
    const [old] = app.config.keyEncryptionKeys.reveal()
    const next: NamedKey = { id: 'next', bytes: randomBytes(32) }
    const under = (...keys: (NamedKey | undefined)[]) => ({
      ...app,
      config: { ...app.config, keyEncryptionKeys: secret(keys.filter((key) => key !== undefined)) },
    })

    expect(await rewrapPersonKeys(under(next, old), bySystem)).to.equal(1)
    expect(await rewrapPersonKeys(under(next, old), bySystem)).to.equal(0)

    expect((await readable(under(next)))[0]).to.deep.equal(['ann', 'readable', origin.ip])
    expect((await readable(under(old)))[0]).to.deep.equal(['ann', 'lost', undefined])
  })

  it('is sealed anew for everybody whose key opens, though another’s does not', async () => {
    const app = await parts()
    const [old] = app.config.keyEncryptionKeys.reveal()
    const gone: NamedKey = { id: 'gone', bytes: randomBytes(32) }
    const next: NamedKey = { id: 'next', bytes: randomBytes(32) }
    const under = (...keys: (NamedKey | undefined)[]) => ({
      ...app,
      config: { ...app.config, keyEncryptionKeys: secret(keys.filter((key) => key !== undefined)) },
    })
    await recordAll(app, byUser('ann'), [changed])
    await chainAll(under(gone))
    await recordAll(app, byUser('bob'), [changed])
    await chainAll(app)

    const refusal: unknown = await rewrapPersonKeys(under(next, old), bySystem).catch(
      (error: unknown) => error,
    )

    expect(refusal)
      .to.have.property('message')
      .that.matches(/do not open: 1; .* sealed under "gone" of/)
    expect(
      await app.db('audit_person_keys').orderBy('holder').select('holder', 'sealing_key_id'),
    ).to.deep.equal([
      { holder: 'person:ann', sealing_key_id: 'gone' },
      { holder: 'person:bob', sealing_key_id: 'next' },
    ])
    expect(await app.db('audit_records').where({ action: 'key.rewrapped' }).select('id')).to.have.lengthOf(1)
  })

  it('waits, with its record, for a key-encryption key that was taken away; everybody else’s goes on', async () => {
    const app = await parts()
    await recordAll(app, byUser('ann'), [changed])
    await chainAll(app)
    const without = {
      ...app,
      config: { ...app.config, keyEncryptionKeys: secret([{ id: '2', bytes: randomBytes(32) }]) },
    }
    await recordAll(app, byUser('ann'), [changed])
    await recordAll(app, byUser('bob'), [changed])
    await recordAll(app, { actor: { type: 'user', id: 'ann' }, origin: null }, [{ action: 'user.created' }])

    expect(await chainAll(without), 'what needs no key goes on too').to.equal(2)
    expect(await app.db('audit_inbox').pluck('person')).to.deep.equal(['ann'])
    await chainAll(app)

    expect(await app.db('audit_inbox').pluck('person')).to.deep.equal([])
    expect(
      (await readable(app)).filter(([actor]) => actor === 'ann').map(([, state]) => state),
    ).to.deep.equal(['readable', 'readable', 'none'])
  })
})
