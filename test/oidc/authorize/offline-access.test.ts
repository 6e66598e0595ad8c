import { expect } from 'chai'

import type { NewClient } from '../../../src/features/clients/index.ts'
import { changeSetting } from '../../../src/features/settings/index.ts'
import { bySystem } from '../../../src/platform/app.ts'
import { openBrowser } from '../../support/browser.ts'
import { type Person, person } from '../../support/people.ts'
import { relyingParty, type RelyingParty, signInAt } from '../../support/relying-party.ts'
import { stage } from '../../support/stage.ts'
import { asClient } from '../tokens/requests.ts'
import { answerIn, queryOf, visit } from './ask.ts'

const scope = 'openid offline_access'

const grantedTo = async (client: RelyingParty, ann: Person) =>
  (await client.signIn(ann, { parameters: { scope } })).tokens.scope?.split(' ').includes('offline_access')

async function grantedToPushed(issuer: string, client: RelyingParty, ann: Person): Promise<boolean> {
  const query = await queryOf(client, { scope })
  const verifier = 'v'.repeat(43)
  const hash = await crypto.subtle.digest('SHA-256', Buffer.from(verifier))
  query.set('code_challenge', Buffer.from(hash).toString('base64url'))
  const { body } = await asClient(issuer, '/par', client, Object.fromEntries(query))
  const byReference = new URLSearchParams({
    client_id: client.clientId,
    request_uri: String(body.request_uri),
  })
  const landing = await signInAt(
    openBrowser(),
    `${issuer}/authorize?${String(byReference)}`,
    client.redirectUri,
    ann,
  )
  const { code = '' } = answerIn(landing.url)
  const form = {
    grant_type: 'authorization_code',
    code,
    redirect_uri: client.redirectUri,
    code_verifier: verifier,
  }
  const tokens = await asClient(issuer, '/token', client, form)
  return String(tokens.body.scope).split(' ').includes('offline_access')
}

/** A client, and whether it gets offline_access under each default. */
const clients: [what: string, given: Partial<NewClient>, allowed: boolean, denied: boolean][] = [
  ['says nothing', {}, true, false],
  ['is allowed it', { offlineAccess: 'allowed' }, true, true],
  ['is refused it', { offlineAccess: 'refused' }, false, false],
  ['may not refresh', { grants: ['authorization_code'] }, false, false],
  ['may have no such scope', { scopes: ['openid'] }, false, false],
  ['is of somebody else', { firstParty: false }, true, false],
]

describe('access while the person is away (scope offline_access)', () => {
  for (const setting of ['allowed', 'denied'] as const) {
    it(`follows the client where the setting says ${setting}, pushed or not`, async () => {
      const { app, issuer } = await stage()
      await changeSetting(app, bySystem, 'offline_access.default', setting)
      const ann = await person(app)
      for (const [what, given, allowed, denied] of clients) {
        const client = await relyingParty(app, given)
        const expected = setting === 'allowed' ? allowed : denied
        expect(await grantedTo(client, ann), what).to.equal(expected)
        expect(await grantedToPushed(issuer, client, ann), `${what}, pushed`).to.equal(expected)
      }
    })
  }

  it('is asked for like any other scope of a client of somebody else', async () => {
    const { app } = await stage()
    const client = await relyingParty(app, { firstParty: false })
    const ann = await person(app)
    const { browser } = await client.signIn(ann, { parameters: { scope: 'openid' } })
    expect((await visit(browser, client, { scope: 'openid' })).answer).to.have.property('code')
    expect((await visit(browser, client, { scope })).url.pathname).to.match(/\/consent$/)
  })
})
