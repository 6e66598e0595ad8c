import { generateKeyPairSync } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'chai'
import { Command } from 'commander'

import { createClient } from '../../src/features/clients/index.ts'
import { commands } from '../../src/features/issuers/index.ts'
import { bySystem } from '../../src/platform/app.ts'
import { Problem } from '../../src/platform/errors.ts'
import { type Parts, parts } from '../support/parts.ts'

/** Runs `gatehouse issuer …` in this process: what it printed, or why it failed. */
async function gatehouse(app: Parts, ...words: string[]): Promise<{ out: string; refused: string | null }> {
  let out = ''
  const write = process.stdout.write.bind(process.stdout)
  const program = new Command().exitOverride()
  commands(program, () => Promise.resolve(app))
  process.stdout.write = (text) => Boolean((out += String(text)))
  try {
    await program.parseAsync(['issuer', ...words], { from: 'user' })
    return { out, refused: null }
  } catch (error) {
    if (!(error instanceof Problem)) throw error
    return { out, refused: `${error.code} ${error.options.detail ?? ''}` }
  } finally {
    process.stdout.write = write
  }
}

describe('the command gatehouse issuer', () => {
  const issuer = 'https://partner.example'

  async function prepare() {
    const app = await parts()
    const grant = 'urn:ietf:params:oauth:grant-type:jwt-bearer' as const
    const { client } = await createClient(app, bySystem, { name: 'Bringer', grants: [grant] })
    const file = join(app.config.dataDir, 'issuer.json')
    const { publicKey, privateKey } = generateKeyPairSync('ed25519')
    writeFileSync(file, JSON.stringify({ keys: [publicKey.export({ format: 'jwk' })] }))
    const leaked = join(app.config.dataDir, 'leaked.json')
    writeFileSync(leaked, JSON.stringify({ keys: [privateKey.export({ format: 'jwk' })] }))
    return { app, file, leaked, clientId: client.id }
  }

  it('adds, lists and removes, and records each', async () => {
    const { app, file, clientId } = await prepare()
    const words = ['--issuer', issuer, '--jwks', file, '--client', clientId, '--scope', 'openid', 'email']
    const added = await gatehouse(
      app,
      'add',
      ...words,
      '--subject-is',
      'subject',
      '--max-lifetime',
      '60',
      '--json',
    )
    expect(added.refused).to.equal(null)
    const shown = { issuer, clients: [clientId], subject_is: 'subject', scopes: ['openid', 'email'] }
    expect(JSON.parse(added.out)).to.deep.include({ ...shown, max_lifetime_seconds: 60 })
    expect(JSON.parse((await gatehouse(app, 'list', '--json')).out)).to.have.lengthOf(1)
    expect((await gatehouse(app, 'list')).out).to.include(issuer)
    expect((await gatehouse(app, 'add', ...words)).refused).to.match(/^issuer_exists/)

    expect(JSON.parse((await gatehouse(app, 'remove', issuer, '--json')).out)).to.deep.equal({
      issuer,
      removed: true,
    })
    expect((await gatehouse(app, 'remove', issuer)).refused).to.match(/^issuer_not_found/)
    expect(JSON.parse((await gatehouse(app, 'list', '--json')).out)).to.deep.equal([])
    const records = await app.db('audit_records').select('action').where({ target_type: 'issuer' })
    expect(records.map(({ action }: { action: string }) => action)).to.have.members([
      'issuer.added',
      'issuer.removed',
    ])
  })

  it('refuses keys that are none, private, or nowhere, and never repeats them', async () => {
    const { app, leaked, clientId } = await prepare()
    const add = (...words: string[]) =>
      gatehouse(app, 'add', '--issuer', issuer, '--client', clientId, ...words)
    expect((await add()).refused).to.match(/^issuer_invalid/)
    const { refused } = await add('--jwks', leaked)
    expect(refused)
      .to.match(/^issuer_invalid .*private/)
      .and.not.include('"d"')
    expect((await add('--jwks', '/nowhere')).refused).to.match(/^issuer_invalid --jwks \/nowhere/)
    expect((await add('--jwks-uri', 'https://10.0.0.1/jwks')).refused).to.match(
      /^issuer_invalid .*not called/,
    )
    expect((await add('--jwks-uri', 'ftp://keys.example')).refused).to.match(/^issuer_invalid/)
  })
})
