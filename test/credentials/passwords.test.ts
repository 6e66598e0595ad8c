import { availableParallelism } from 'node:os'
import { expect } from 'chai'
import { pino } from 'pino'

import { openPasswords, type Passwords } from '../../src/features/credentials/index.ts'
import { secret } from '../../src/platform/crypto/index.ts'
import { afterTest } from '../support/parts.ts'

const pepper = (id: string) => ({ id, bytes: Buffer.from(`a pepper of at least 32 characters, ${id}`) })

/** Real passwords under these peppers, the current one first, and what they log. */
async function open(...versions: string[]): Promise<Passwords & { logged: () => string }> {
  const lines: string[] = []
  const log = pino({ level: 'trace' }, { write: (line: string) => void lines.push(line) })
  const passwords = await openPasswords(
    { peppers: secret(versions.map(pepper)), breachedPasswords: null },
    log,
  )
  afterTest(() => passwords.close())
  return { ...passwords, logged: () => lines.join('') }
}

const refusal = (attempt: Promise<unknown>): Promise<unknown> => attempt.catch((error: unknown) => error)

describe('hashing a password', () => {
  it('gives an argon2id hash with the parameters of OWASP and the version of the pepper', async () => {
    const passwords = await open('2', '1')
    const stored = await passwords.hash('correct horse battery staple')
    expect(stored.hash).to.match(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$[\w+/]{22}\$[\w+/]{43}$/)
    expect(stored.pepperVersion).to.equal('2')
  })

  it('accepts that password and no other', async () => {
    const passwords = await open('1')
    const stored = await passwords.hash('correct horse battery staple')
    expect(await passwords.verify(stored, 'correct horse battery staple')).to.equal(true)
    for (const wrong of [
      'correct horse battery stapl',
      'Correct horse battery staple',
      ' correct horse battery staple',
      'correct horse battery staple ',
      '',
    ]) {
      expect(await passwords.verify(stored, wrong), wrong).to.equal(false)
    }
  })

  it('is the same for the same letters composed and decomposed', async () => {
    const passwords = await open('1')
    const stored = await passwords.hash('caf\u00e9 na\u00efve \ufb01n')
    expect(await passwords.verify(stored, 'cafe\u0301 nai\u0308ve fin')).to.equal(true)
  })

  it('uses every character: the last of 256, what follows a zero byte, and every emoji', async () => {
    const passwords = await open('1')
    for (const [one, other] of [
      ['a'.repeat(255) + 'b', 'a'.repeat(255) + 'c'],
      ['before\0after', 'before\0other'],
      ['🐴'.repeat(256), '🐴'.repeat(255) + '🐎'],
    ] as const) {
      const stored = await passwords.hash(one)
      expect(await passwords.verify(stored, one)).to.equal(true)
      expect(await passwords.verify(stored, other)).to.equal(false)
    }
  })

  it('refuses 257 characters before hashing, also when only normalising makes them that many', async () => {
    const passwords = await open('1')
    const stored = await passwords.hash('correct horse battery staple')
    for (const long of ['a'.repeat(257), 'a'.repeat(10_000_000), '\ufdfa'.repeat(20)]) {
      expect(await refusal(passwords.hash(long))).to.include({ code: 'password_too_long', status: 422 })
      expect(await passwords.verify(stored, long)).to.equal(false)
    }
  })
})

describe('the pepper', () => {
  it('is part of the hash: another one does not verify it', async () => {
    const stored = await (await open('1')).hash('correct horse battery staple')
    const elsewhere = await open('other')
    expect(
      await elsewhere.verify({ ...stored, pepperVersion: 'other' }, 'correct horse battery staple'),
    ).to.equal(false)
  })

  it('can be rotated: hashes under the older one stay good and are stale', async () => {
    const stored = await (await open('1')).hash('correct horse battery staple')
    const rotated = await open('2', '1')
    expect(await rotated.verify(stored, 'correct horse battery staple')).to.equal(true)
    expect(rotated.isStale(stored)).to.equal(true)
    expect(rotated.isStale(await rotated.hash('correct horse battery staple'))).to.equal(false)
  })

  it('that is missing refuses the password, as slowly as any other, and tells the operator which', async () => {
    const stored = await (await open('1')).hash('correct horse battery staple')
    const without = await open('2')
    const began = performance.now()
    expect(await without.verify(stored, 'correct horse battery staple')).to.equal(false)
    expect(performance.now() - began).to.be.greaterThan(2)
    expect(without.logged()).to.include('"pepperVersion":"1"').and.include('PASSWORD_PEPPER')
    expect(without.logged()).not.to.match(/correct horse|argon2id|at least 32/)
  })

  it('must be there to start', async () => {
    expect(
      await refusal(
        openPasswords({ peppers: secret([]), breachedPasswords: null }, pino({ level: 'silent' })),
      ),
    ).to.have.property('name', 'StartupError')
  })
})

describe('a stored hash', () => {
  it('is stale when it costs less than new ones, and not when it costs more', async () => {
    const passwords = await open('1')
    const { hash } = await passwords.hash('correct horse battery staple')
    const withCost = (cost: string) => ({ hash: hash.replace('m=19456,t=2,p=1', cost), pepperVersion: '1' })
    expect(passwords.isStale(withCost('m=9728,t=2,p=1'))).to.equal(true)
    expect(passwords.isStale(withCost('m=19456,t=1,p=1'))).to.equal(true)
    expect(passwords.isStale(withCost('m=47104,t=3,p=1'))).to.equal(false)
    expect(passwords.isStale({ hash: hash.replace('argon2id', 'argon2i'), pepperVersion: '1' })).to.equal(
      true,
    )
  })

  it('that is damaged refuses the password and is told to the operator', async () => {
    const passwords = await open('1')
    for (const hash of [
      '',
      'plain text',
      '$argon2id$v=19$m=19456,t=2,p=1$',
      '$2b$10$abcdefghijklmnopqrstuv',
    ]) {
      expect(await passwords.verify({ hash, pepperVersion: '1' }, 'plain text')).to.equal(false)
    }
    expect(passwords.logged()).to.include('cannot be read').and.not.include('plain text')
  })
})

describe('many passwords at once', () => {
  it('are hashed a few at a time, and whoever is too many is told to come back', async () => {
    const passwords = await open('1')
    const count = availableParallelism() + 64 + 50
    const results = await Promise.all(
      Array.from({ length: count }, () => refusal(passwords.verify(null, 'whatever'))),
    )

    const refused = results.filter((result) => result !== false)
    expect(refused.length).to.be.within(50, count - 1)
    for (const result of refused) expect(result).to.include({ code: 'busy', status: 503 })
  })
})
