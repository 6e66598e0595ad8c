import { expect } from 'chai'
import { Command } from 'commander'

import { commands, listKeys, ripeAfterSeconds } from '../../src/features/keys/index.ts'
import type { Parts } from '../support/parts.ts'
import { openRing, partsWithKeys } from './another-process.ts'

/** Runs one command line as the program would, and gives back what it wrote to standard output. */
async function gatehouse(app: Parts, ...words: string[]): Promise<string> {
  const program = new Command().exitOverride().configureOutput({ writeErr: () => undefined })
  commands(program, async () => app)
  for (const command of [program, ...program.commands.flatMap((one) => [one, ...one.commands])]) {
    command.exitOverride().configureOutput({ writeErr: () => undefined })
  }
  const written: string[] = []
  const write = process.stdout.write.bind(process.stdout)
  process.stdout.write = (chunk: string | Uint8Array) => written.push(String(chunk)) > 0
  try {
    await program.parseAsync(['keys', ...words], { from: 'user' })
  } finally {
    process.stdout.write = write
  }
  return written.join('')
}

const refusalOf = (work: Promise<unknown>) =>
  work.then(
    () => null,
    (error: unknown) => error,
  )

describe('gatehouse keys', function () {
  this.timeout(10_000)

  it('lists every key without its private part', async () => {
    const app = await partsWithKeys()
    const ring = await openRing(app)
    const text = await gatehouse(app, 'list')
    const json = await gatehouse(app, 'list', '--json')
    for (const { kid, d } of ring.jwks().keys) {
      expect(text).to.include(kid)
      expect(json).to.include(kid).and.not.include(d)
    }
    expect(JSON.parse(json)).to.have.property('keys').with.lengthOf(6)
  })

  it('rotates one algorithm, and refuses one it does not know', async () => {
    const app = await partsWithKeys()
    await openRing(app)
    app.clock.advance(ripeAfterSeconds)
    const answer: unknown = JSON.parse(await gatehouse(app, 'rotate', '--alg', 'ES256', '--json'))
    expect(answer).to.have.property('rotated').with.lengthOf(1)
    expect(await refusalOf(gatehouse(app, 'rotate', '--alg', 'none'))).to.include({
      code: 'commander.invalidArgument',
    })
    expect(await refusalOf(gatehouse(app, 'rotate'))).to.include({ code: 'keys_not_ripe' })
  })

  it('revokes a key only when told that it is an emergency', async () => {
    const app = await partsWithKeys()
    await openRing(app)
    const [key] = await listKeys(app)
    expect(await refusalOf(gatehouse(app, 'revoke'))).to.include({
      code: 'commander.missingMandatoryOptionValue',
    })
    expect(JSON.parse(await gatehouse(app, 'revoke', '--emergency', key?.kid ?? '', '--json'))).to.include({
      kid: key?.kid,
    })
    expect(await refusalOf(gatehouse(app, 'revoke', '--emergency', '-starts-with-a-dash'))).to.include({
      code: 'key_not_found',
    })
  })

  it('seals the keys anew', async () => {
    const app = await partsWithKeys()
    await openRing(app)
    expect(JSON.parse(await gatehouse(app, 'rewrap', '--json'))).to.deep.equal({
      rewrapped: 0,
      personKeys: 0,
      alreadyCurrent: 6,
    })
  })
})
