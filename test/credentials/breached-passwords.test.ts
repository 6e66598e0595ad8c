import { createHash, randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'chai'

import { openBreachedPasswords } from '../../src/features/credentials/index.ts'
import { isStartupError } from '../../src/platform/startup-error.ts'
import { nativeApp, problem, refusal } from '../authentication/native/app.ts'
import { person } from '../support/people.ts'
import { sharedStage } from '../support/shared-stage.ts'

const sha1 = (text: string): string => createHash('sha1').update(text).digest('hex').toUpperCase()

const stolen = 'violet tractor sings again'

describe('the list of breached passwords', () => {
  const folder = mkdtempSync(join(tmpdir(), 'gatehouse-breached-'))
  after(() => {
    rmSync(folder, { recursive: true, force: true })
  })
  let made = 0
  const written = (text: string): string => {
    const path = join(folder, String(made++))
    writeFileSync(path, text)
    return path
  }
  const listOf = (passwords: readonly string[], end = '\n'): string =>
    passwords
      .map((text, n) => `${sha1(text)}:${n + 1}`)
      .toSorted()
      .join(end) + end

  it('finds every one in it and no other, however long it is and whatever ends its lines', async () => {
    for (const [count, end] of [
      [1, '\n'],
      [3, '\r\n'],
      [60, '\n'],
      [5_000, '\r\n'],
    ] as const) {
      const passwords = Array.from({ length: count }, (_, n) => `password ${n}`)
      const list = await openBreachedPasswords(written(listOf(passwords, end)))
      for (const text of passwords.slice(0, 500)) expect(await list.has(text), text).to.equal(true)
      for (const text of passwords.slice(-100)) expect(await list.has(text), text).to.equal(true)
      for (let n = 0; n < 200; n++) expect(await list.has(randomBytes(8).toString('hex'))).to.equal(false)
      await list.close()
    }
  })

  it('is nobody’s where none is named, and stops the start where it is no such list', async () => {
    const none = await openBreachedPasswords(null)
    expect(await none.has(stolen)).to.equal(null)
    for (const path of [written(''), written('123456\npassword\n'), join(folder, 'nowhere')]) {
      const error: unknown = await openBreachedPasswords(path).catch((thrown: unknown) => thrown)
      expect(isStartupError(error), path).to.equal(true)
    }
  })

  describe('in the service', () => {
    const shared = sharedStage(async (opened) => ({ ...opened, phone: await nativeApp(opened.app) }), {
      variables: { BREACHED_PASSWORDS: written(listOf([stolen, 'other'])) },
    })

    it('refuses such a password where one is chosen, and says why', async () => {
      const { phone } = shared()
      const body = { email: 'breached@example.com', password: stolen }
      const reply = await phone.send('/auth/register', body)
      expect(reply.status).to.equal(422)
      expect(reply.text).to.include('stolen')
      const other = { ...body, password: `${stolen} and again` }
      expect((await phone.send('/auth/register', other)).status).to.equal(201)
    })

    it('makes a sign-in by one more unusual, and says so in its record', async () => {
      const { app, phone } = shared()
      const ann = await person(app, { password: stolen })
      expect((await phone.login(ann)).status).to.equal(200)
      const event = await app
        .db('login_events')
        .select<{ risk_score: number; risk_reasons: string[] }[]>('risk_score', 'risk_reasons')
        .where({ user_id: ann.id })
        .first()
      expect(event).to.deep.equal({ risk_score: 20, risk_reasons: ['password_breached'] })
      expect(refusal(await phone.login({ ...ann, password: 'other' }))).to.deep.equal(
        problem(401, 'wrong_credentials'),
      )
    })
  })
})
