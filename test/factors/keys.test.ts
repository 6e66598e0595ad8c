import { Command } from 'commander'
import { expect } from 'chai'

import { commands, verifyRecoveryCode, verifyTotp } from '../../src/features/factors/index.ts'
import { rewrapSeeds } from '../../src/features/factors/rewrap-seeds.ts'
import { bySystem } from '../../src/platform/app.ts'
import { randomBytes, secret } from '../../src/platform/crypto/index.ts'
import { sharedStage } from '../support/shared-stage.ts'
import { enrolled } from './support.ts'

const fresh = { id: 'new', bytes: randomBytes(32) }

describe('other keys', () => {
  const shared = sharedStage()

  it('open seeds once they were sealed anew, and the older key is needed no more', async () => {
    const { app, clock } = shared()
    const ann = await enrolled(shared())
    const code = () => ann.app.codeAt(clock.now())
    const keys = app.config.keyEncryptionKeys.reveal()
    const under = (...all: typeof keys) => ({
      ...app,
      config: { ...app.config, keyEncryptionKeys: secret(all) },
    })
    const both = under(fresh, ...keys)

    const counts = { alreadyCurrent: 0, unopened: 0 }
    expect(await rewrapSeeds(under(fresh), bySystem)).to.deep.equal({ ...counts, rewrapped: 0, unopened: 1 })
    expect(await rewrapSeeds(both, bySystem)).to.deep.equal({ ...counts, rewrapped: 1 })
    expect(await rewrapSeeds(both, bySystem)).to.deep.equal({ ...counts, rewrapped: 0, alreadyCurrent: 1 })

    const proven = await verifyTotp(under(fresh), { userId: ann.id, code: code() })
    expect(proven).to.deep.include({ kind: 'totp', factorId: ann.factorId })
    const records = await app.db('audit_records').where({ action: 'key.rewrapped', target_id: 'new' })
    expect(records).to.have.lengthOf(1)
  })

  it('are taken from the command line, which says what was done', async () => {
    const { app } = shared()
    const program = new Command().exitOverride()
    commands(program, async () => app)
    let out = ''
    const write = process.stdout.write.bind(process.stdout)
    process.stdout.write = (text) => Boolean((out += String(text)))
    try {
      await program.parseAsync(['factor', 'rewrap', '--json'], { from: 'user' })
    } finally {
      process.stdout.write = write
    }
    expect(JSON.parse(out)).to.have.all.keys('rewrapped', 'alreadyCurrent', 'unopened')
  })

  it('leave recovery codes good under a pepper that is not the first any more', async () => {
    const { app } = shared()
    const ann = await enrolled(shared())
    const peppers = secret([fresh, ...app.config.peppers.reveal()])
    const [code = ''] = ann.codes

    const asked = { userId: ann.id, code }
    const proven = await verifyRecoveryCode({ ...app, config: { ...app.config, peppers } }, asked)
    expect(proven).to.deep.include({ kind: 'recovery-code', userId: ann.id })
    const without = { ...app, config: { ...app.config, peppers: secret([fresh]) } }
    expect(await verifyRecoveryCode(without, asked)).to.equal('wrong_code')
    const versions = await app
      .db('recovery_codes')
      .distinct<{ pepper_version: string }[]>('pepper_version')
      .where({ user_id: ann.id })
    expect(versions.map(({ pepper_version: version }) => version)).to.deep.equal(
      app.config.peppers.reveal().map(({ id }) => id),
    )
  })
})
