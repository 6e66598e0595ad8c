import { expect } from 'chai'
import { pino } from 'pino'

import { peppered } from '../../src/features/credentials/hashing.ts'
import { openPasswords } from '../../src/features/credentials/index.ts'
import { secret } from '../../src/platform/crypto/index.ts'
import { afterTest } from '../support/parts.ts'

/** The package `argon2` brings a built library for the usual systems only. */
const reference = await import('argon2').catch(() => null)

const pepper = { id: '1', bytes: Buffer.from('a pepper of at least 32 characters') }
const password = 'correct horse battery staple'

describe('the package argon2, in the place of ours', () => {
  const title = reference ? '' : ' (skipped: argon2 brings no library that loads on this system)'
  before(function () {
    if (!reference) this.skip()
  })

  async function open() {
    const passwords = await openPasswords(
      { peppers: secret([pepper]), breachedPasswords: null },
      pino({ level: 'silent' }),
    )
    afterTest(() => passwords.close())
    return passwords
  }

  it(`verifies our hashes${title}`, async () => {
    const { hash } = await (await open()).hash(password)
    expect(await reference?.verify(hash, peppered(pepper, password))).to.equal(true)
    expect(await reference?.verify(hash, peppered(pepper, `${password}!`))).to.equal(false)
  })

  it(`makes hashes that we verify${title}`, async () => {
    const passwords = await open()
    const options = { memoryCost: 19_456, timeCost: 2, parallelism: 1 }
    const stored = {
      hash: String(await reference?.hash(peppered(pepper, password), options)),
      pepperVersion: '1',
    }
    expect(await passwords.verify(stored, password)).to.equal(true)
    expect(await passwords.verify(stored, `${password}!`)).to.equal(false)
    expect(passwords.isStale(stored)).to.equal(false)
  })
})
