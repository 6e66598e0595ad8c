import { expect } from 'chai'

import { createUser } from '../../src/features/accounts/index.ts'
import { createClient } from '../../src/features/clients/index.ts'
import {
  consentedScopes,
  listConsents,
  rememberConsent,
  withdrawConsent,
} from '../../src/features/consents/index.ts'
import { bySystem } from '../../src/platform/app.ts'
import { transaction } from '../../src/platform/db/index.ts'
import { Problem } from '../../src/platform/errors.ts'
import { parts } from '../support/parts.ts'

async function start() {
  const app = await parts()
  const user = await transaction(app.db, (tx) => createUser(app, tx, bySystem, { email: 'ann@example.test' }))
  const { client } = await createClient(app, bySystem, {
    name: 'Shop',
    redirectUris: ['https://rp.example/cb'],
  })
  const pair = { userId: user.id, clientId: client.id }
  return {
    app,
    pair,
    remember: (...scopes: string[]) =>
      transaction(app.db, (tx) => rememberConsent(app, tx, bySystem, { ...pair, scopes })),
    withdraw: () => withdrawConsent(app, bySystem, pair, async () => undefined),
    scopes: () => consentedScopes(app.db, pair.userId, pair.clientId),
  }
}

describe('a consent', () => {
  it('is nothing until it was given', async () => {
    const { scopes, app, pair } = await start()
    expect(await scopes()).to.deep.equal([])
    expect(await listConsents(app.db, pair.userId)).to.deep.equal([])
  })

  it('grows by what is agreed to later, also when two tabs agree at the same moment', async () => {
    const { remember, scopes } = await start()
    await remember('openid')
    await Promise.all([remember('email'), remember('profile', 'openid')])
    expect(await scopes()).to.deep.equal(['email', 'openid', 'profile'])
  })

  it('starts anew after it was withdrawn', async () => {
    const { remember, withdraw, scopes } = await start()
    await remember('openid', 'email')
    await withdraw()
    expect(await scopes()).to.deep.equal([])
    await remember('openid')
    expect(await scopes()).to.deep.equal(['openid'])
  })

  it('is withdrawn once, and what is handed in ends with it or not at all', async () => {
    const { remember, withdraw, app, pair, scopes } = await start()
    await remember('openid')
    const failing = withdrawConsent(app, bySystem, pair, () =>
      Promise.reject(new Error('grants could not be ended')),
    )
    expect(await failing.then(String, String)).to.include('grants could not be ended')
    expect(await scopes()).to.deep.equal(['openid'])

    const outcomes = await Promise.all(
      [withdraw(), withdraw(), withdraw()].map((work) =>
        work.then(
          () => 'done',
          (error: unknown) => (error instanceof Problem ? error.code : String(error)),
        ),
      ),
    )

    expect(outcomes.sort()).to.deep.equal(['consent_not_found', 'consent_not_found', 'done'])
    expect(await app.db('outbox_events').where({ type: 'auth.consent.withdrawn' })).to.have.lengthOf(1)
    expect(await app.db('audit_records').where({ action: 'consent.withdrawn' })).to.have.lengthOf(1)
  })
})
