import { pbkdf2Sync, scryptSync } from 'node:crypto'
import { hashSync } from '@node-rs/bcrypt'
import * as argon2 from 'argon2'
import { expect } from 'chai'

import { readForeignHash } from '../../src/features/credentials/index.ts'
import { verifyForeign } from '../../src/features/credentials/foreign/verify-foreign.ts'

const password = 'tübingen 1477'
const salt = Buffer.from('0123456789abcdef')
const plain = (bytes: Buffer) => bytes.toString('base64').replaceAll('=', '')
const pbkdf2 = (digest: string, rounds: number, length: number) =>
  pbkdf2Sync(password, salt, rounds, length, digest)

const bcrypt = hashSync(password, 4)

/** As each system writes it, made by other code than verifies it. */
const forms: Record<string, () => string | Promise<string>> = {
  'bcrypt 2b': () => bcrypt,
  'bcrypt 2a': () => bcrypt.replace('$2b', '$2a'),
  'bcrypt 2y (PHP)': () => bcrypt.replace('$2b', '$2y'),
  argon2i: () =>
    argon2.hash(password, { type: argon2.argon2i, memoryCost: 1024, timeCost: 2, parallelism: 1 }),
  argon2id: () =>
    argon2.hash(password, { type: argon2.argon2id, memoryCost: 1024, timeCost: 2, parallelism: 1 }),
  scrypt: () => `$scrypt$ln=10,r=8,p=1$${plain(salt)}$${plain(scryptSync(password, salt, 32, { N: 1024 }))}`,
  'passlib pbkdf2-sha256': () =>
    `$pbkdf2-sha256$1000$${plain(salt).replaceAll('+', '.')}$${plain(pbkdf2('sha256', 1000, 32)).replaceAll('+', '.')}`,
  'passlib pbkdf2 (SHA-1)': () =>
    `$pbkdf2$1000$${plain(salt)}$${plain(pbkdf2('sha1', 1000, 20)).replaceAll('+', '.')}`,
  'Django pbkdf2_sha256': () =>
    `pbkdf2_sha256$1000$${salt.toString()}$${pbkdf2('sha256', 1000, 32).toString('base64')}`,
  'Keycloak pbkdf2-sha512': () =>
    JSON.stringify({
      secretData: JSON.stringify({
        value: pbkdf2('sha512', 1000, 64).toString('base64'),
        salt: salt.toString('base64'),
      }),
      credentialData: { hashIterations: 1000, algorithm: 'pbkdf2-sha512' },
    }),
}

const costly = [
  bcrypt.replace('$04$', '$14$'),
  '$argon2id$v=19$m=1048576,t=1,p=1$c2FsdHNhbHRzYWx0$aGFzaGhhc2hoYXNoaGFzaA',
  '$argon2id$v=19$m=65536,t=17,p=1$c2FsdHNhbHRzYWx0$aGFzaGhhc2hoYXNoaGFzaA',
  '$scrypt$ln=20,r=8,p=1$c2FsdA$aGFzaGhhc2hoYXNoaGFzaA',
  '$pbkdf2-sha256$3000000$c2FsdA$aGFzaGhhc2hoYXNoaGFzaA',
  `$pbkdf2-sha256$700000$c2FsdA$${plain(Buffer.alloc(128))}`, // four blocks, each of all rounds
]

const unknown = [
  '',
  'secret',
  '5f4dcc3b5aa765d61d8327deb882cf99',
  '$1$salt$hash',
  '$2x$04$abcdefghijklmnopqrstuuxv0fC1DrI3wGrPxoY/6kgIlLFtLMEUG',
  '$scrypt$ln=0,r=8,p=1$c2FsdA$aGFzaGhhc2hoYXNoaGFzaA',
  '{"secretData":null}',
  '{"__proto__":{"secretData":1}}',
]

describe('hashes of other systems', () => {
  it('are verified in the form each system writes, and no other password is taken for theirs', async () => {
    for (const [name, make] of Object.entries(forms)) {
      const hash = readForeignHash(await make())
      expect(hash?.affordable, name).to.equal(true)
      expect(hash?.text, name).to.match(/^\$/)
      expect(await verifyForeign(hash?.text ?? '', password), name).to.equal(true)
      expect(await verifyForeign(hash?.text ?? '', `${password}x`), name).to.equal(false)
    }
  })

  it('are not affordable beyond about a second and 128 MiB, and such are never tried', async () => {
    for (const text of costly) {
      expect(readForeignHash(text)?.affordable, text).to.equal(false)
      expect(await verifyForeign(text, password), text).to.equal(false)
    }
  })

  it('are nothing else', () => {
    for (const text of unknown) expect(readForeignHash(text), text).to.equal(null)
  })
})
