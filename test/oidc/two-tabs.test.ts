import { expect } from 'chai'

import { openBrowser } from '../support/browser.ts'
import { person } from '../support/people.ts'
import { relyingParty } from '../support/relying-party.ts'
import { stage } from '../support/stage.ts'

/** A browser with the cookies of another one as they are now: a second tab that was opened at the same moment. */
function tabOf(browser: ReturnType<typeof openBrowser>) {
  const tab = openBrowser()
  tab.setCookies(browser.cookies())
  return tab
}

describe('two tabs of one browser', () => {
  it('authorizing at two clients at the same moment, both get codes and refresh tokens that work', async () => {
    const { app } = await stage()
    const ann = await person(app)
    const [one, two] = [await relyingParty(app), await relyingParty(app)]
    const { browser } = await one.signIn(ann)
    for (let round = 0; round < 5; round++) {
      const tokens = await Promise.all(
        [one, two].map(async (client) => {
          const begun = await client.begin({ scope: 'openid' })
          const landing = await tabOf(browser).go(begun.url, {
            until: (url) => url.startsWith(client.redirectUri),
          })
          return client.finish(begun, landing.url)
        }),
      )
      for (const [index, client] of [one, two].entries()) {
        const refreshed = await client.refresh(tokens[index]?.refresh_token ?? '')
        expect(refreshed.access_token).to.be.a('string')
      }
    }
  })

  it('authorizing at the same new client at the same moment, both get codes that work', async () => {
    const { app } = await stage()
    const ann = await person(app)
    const { browser } = await (await relyingParty(app)).signIn(ann)
    for (let round = 0; round < 4; round++) {
      const client = await relyingParty(app)
      const scopes = await Promise.all(
        [1, 2].map(async () => {
          const begun = await client.begin({ scope: 'openid email' })
          const landing = await tabOf(browser).go(begun.url, {
            until: (url) => url.startsWith(client.redirectUri),
          })
          return (await client.finish(begun, landing.url)).scope
        }),
      )
      expect(scopes).to.deep.equal(['openid email', 'openid email'])
    }
  })
})
