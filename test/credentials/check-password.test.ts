import { expect } from 'chai'

import {
  checkPassword,
  minimumLength,
  openPasswords,
  type PasswordProblem,
  type WithPasswords,
} from '../../src/features/credentials/index.ts'
import { changeSetting, openSettings, type WithSettings } from '../../src/features/settings/index.ts'
import { bySystem } from '../../src/platform/app.ts'
import { afterTest, type Parts, parts } from '../support/parts.ts'

async function open(): Promise<Parts & WithPasswords & WithSettings> {
  const app = await parts()
  const passwords = await openPasswords(app.config, app.log)
  afterTest(() => passwords.close())
  return { ...app, passwords, settings: openSettings(app) }
}

type Cases = [what: string, password: string, problem: PasswordProblem | null][]

/** The person who chooses: ann.martin@harbour-books.example, user name annie42. */
const person = ['Ann.Martin@Harbour-Books.example', 'annie42']

const standard: Cases = [
  ['11 characters', 'kX9#mQ2$vL7', 'password_too_short'],
  ['12 characters', 'kX9#mQ2$vL7p', null],
  ['11 characters that only look like more', 'e\u0301e\u0301XmQ2vL7pZ', 'password_too_short'],
  ['64 characters', 'violet tractor sings to the quiet harbour while seven geese argue', null],
  ['256 characters', 'violet tractor sings to seven geese; '.repeat(7).slice(0, 256), null],
  ['257 characters', 'violet tractor sings to seven geese; '.repeat(7).slice(0, 257), 'password_too_long'],
  ['a megabyte', 'violet tractor '.repeat(70_000), 'password_too_long'],
  ['spaces inside', 'violet tractor sings', null],
  ['spaces around, which count', '  violet tractor  ', null],
  ['12 emoji', '🐴🔋📎✅🐎🦄🍀🎲🌵🛶🧭🪁', null],
  ['another script', 'сорок тысяч обезьян', null],
  ['only small letters: there are no rules of composition', 'violettractorsings', null],

  ['one from the list of common ones', 'administrator', 'password_common'],
  ['the same in capitals', 'AdminiSTRATOR', 'password_common'],
  ['the same in fullwidth letters', 'ａｄｍｉｎｉｓｔｒａｔｏｒ', 'password_common'],
  ['a common one with a year and a sign', 'Unbelievable2026!', 'password_common'],
  ['a row of keys', 'rewqfdsavcxz', 'password_guessable'],
  ['one letter again and again', 'aaaaaaaaaaaaaaaaaaaa', 'password_guessable'],
  ['one letter more often than is measured', 'a'.repeat(200), 'password_guessable'],
  ['a count', '123456789101112', 'password_guessable'],

  ['their address', 'ann.martin@harbour-books.example', 'password_contains_identity'],
  ['the name in their address', 'ann.martin2026', 'password_contains_identity'],
  ['the same without the dot, in capitals', 'AnnMartin2026!', 'password_contains_identity'],
  ['their domain', 'harbour-books1', 'password_contains_identity'],
  ['their user name', 'annie42annie42', 'password_contains_identity'],
  ['the name of the product', 'gatehouse2026', 'password_contains_identity'],
  ['a name inside something longer', 'seven geese argue with ann martin', null],
]

describe('a password somebody wants', () => {
  it('is judged by length, commonness, strength and who they are', async () => {
    const app = await open()
    for (const [what, password, problem] of standard) {
      expect(await checkPassword(app, password, person), what).to.equal(problem)
    }
  })

  it('has 15 characters under the policy of NIST, or more where more are demanded', async () => {
    const app = await open()
    await changeSetting(app, bySystem, 'password.policy', 'nist')
    await until(async () => (await minimumLength(app)) === 15)
    expect(await checkPassword(app, 'kX9#mQ2$vL7pR4', person)).to.equal('password_too_short')
    expect(await checkPassword(app, 'kX9#mQ2$vL7pR4z', person)).to.equal(null)

    await changeSetting(app, bySystem, 'password.minimum_length', 20)
    await until(async () => (await minimumLength(app)) === 20)
    expect(await checkPassword(app, 'violet tractor sings', person)).to.equal(null)
    expect(await checkPassword(app, 'violet tractor sing', person)).to.equal('password_too_short')
  })

  it('is not the name this service goes by', async () => {
    const app = await open()
    expect(await checkPassword(app, 'Nordlicht Kiosk', person)).to.equal(null)
    const brand = { ...(await app.settings.get('brand')), name: 'Nordlicht Kiosk' }
    await changeSetting(app, bySystem, 'brand', brand)
    await until(async () => (await app.settings.get('brand')).name === 'Nordlicht Kiosk')

    expect(await checkPassword(app, 'Nordlicht Kiosk', person)).to.equal('password_contains_identity')
    expect(await checkPassword(app, 'nordlichtkiosk1', person)).to.equal('password_contains_identity')
  })

  it('is judged for whatever person, however they are called', async () => {
    const app = await open()
    const odd = [
      '',
      '@',
      'a'.repeat(100_000),
      '\0',
      '.*',
      '[',
      ...Array.from({ length: 1000 }, (_, n) => `name${n}`),
    ]
    expect(await checkPassword(app, 'violet tractor sings', odd)).to.equal(null)
  })
})

/** Waits for other connections to hear of a change. */
async function until(holds: () => Promise<boolean>): Promise<void> {
  while (!(await holds())) await new Promise((resolve) => setTimeout(resolve, 20))
}
