import { expect } from 'chai'

import { completeReset } from '../../src/features/authentication/index.ts'
import { createLink } from '../../src/features/links/index.ts'
import { bySystem } from '../../src/platform/app.ts'
import { transaction } from '../../src/platform/db/index.ts'
import { keepSecret } from '../support/canary.ts'
import { person } from '../support/people.ts'
import { sharedStage } from '../support/shared-stage.ts'
import { nativeApp } from './native/app.ts'

/** As many sign-ins as keep going while a password is replaced. */
const clients = 3
const rounds = 6

describe('PW-09: an old password', () => {
  const stage = sharedStage()

  it('opens nothing that outlives its end, however the sign-in and the reset cross each other', async function () {
    this.timeout(60_000)
    const { app } = stage()
    const phone = await nativeApp(app)
    for (let round = 0; round < rounds; round++) {
      const ann = await person(app)
      const link = { purpose: 'reset-password', userId: ann.id, address: ann.email } as const
      const { token } = await transaction(app.db, (tx) => createLink(tx, app.clock.now(), link))
      keepSecret(token)
      const state = { done: false }
      const given: string[] = []
      const signInAgainAndAgain = async () => {
        while (!state.done) {
          const reply = await phone.login(ann)
          if (typeof reply.body.refresh_token === 'string') given.push(reply.body.refresh_token)
        }
      }
      const flood = Array.from({ length: clients }, signInAgainAndAgain)
      await new Promise((resolve) => setTimeout(resolve, 150))
      const password = `a new harbour at dawn ${round}`
      const problem = await completeReset(app, bySystem, { token, password })
      state.done = true
      await Promise.all(flood)

      expect(problem).to.equal(null)
      for (const refreshToken of given) expect((await phone.refresh(refreshToken)).status).to.equal(400)
      expect((await phone.login({ ...ann, password })).status).to.equal(200)
    }
  })
})
