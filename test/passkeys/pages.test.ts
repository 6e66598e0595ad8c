import { expect } from 'chai'

import { visitor, type Visitor } from '../portal/support.ts'
import { openAuthenticator } from '../support/authenticator.ts'
import type { Landing } from '../support/browser.ts'
import { relyingParty } from '../support/relying-party.ts'
import { sharedStage } from '../support/shared-stage.ts'
import { opens } from './support.ts'

const path = '/account/passkeys'

describe('the page of one’s passkeys', () => {
  const shared = sharedStage()

  /** Sends the form that has such a field, or the last one, which adds. */
  async function send(ann: Visitor, fields: Record<string, string>): Promise<Landing> {
    await ann.go(path)
    const form = ann.browser.forms().findLastIndex(({ action }) => action === path)
    return ann.browser.submit(fields, { form })
  }

  /** As the page's script asks. */
  async function optionsFor(ann: Visitor): Promise<unknown> {
    await ann.go(path)
    const csrf = ann.browser.forms().find(({ action }) => action === path)?.fields.csrf ?? ''
    const cookie = ann.browser
      .cookies()
      .map(({ name, value }) => `${name}=${value}`)
      .join('; ')
    const headers = { cookie, origin: shared().issuer }
    const body = new URLSearchParams({ csrf })
    const reply = await fetch(`${shared().issuer}${path}/options`, { method: 'POST', headers, body })
    return reply.json()
  }

  const added = async (name: string) => {
    const { issuer } = shared()
    const ann = await visitor(shared(), { path })
    const device = openAuthenticator({ origin: issuer })
    const credential = JSON.stringify(device.create(await optionsFor(ann)))
    return { ann, device, landing: await send(ann, { credential, name }) }
  }

  it('adds one by what the script brings, and says so', async () => {
    const { device, landing } = await added('My phone')

    expect(landing.url).to.match(/\?done=added$/)
    expect(landing.html).to.include('The passkey was added').and.to.include('My phone')
    expect(await opens(await relyingParty(shared().app), device)).to.equal(true)
  })

  it('renames it and deletes it', async () => {
    const { ann, landing } = await added('')
    const id = /name="delete" value="([^"]+)"/.exec(landing.html)?.[1] ?? ''

    expect((await send(ann, { rename: id, name: 'Key ring' })).html).to.include('Key ring')
    expect((await send(ann, { rename: id, name: ' ' })).html).to.include('Key ring')
    const deleted = await send(ann, { delete: id })
    expect(deleted.html)
      .to.include('The passkey was deleted')
      .and.to.include('You have no passkeys or security keys yet')
    const again = await send(ann, { delete: id })
    expect([again.status, again.html.includes('was deleted already')]).to.deep.equal([404, true])
    expect((await send(ann, { delete: 'nothing' })).status).to.equal(404)
  })

  it('says why it cannot: nothing was made, or nothing else opens the account', async () => {
    const { ann, landing } = await added('Only one')
    const id = /name="delete" value="([^"]+)"/.exec(landing.html)?.[1] ?? ''
    const nothing = await send(ann, { credential: '{}' })
    expect([nothing.status, nothing.html.includes('could not be added')]).to.deep.equal([403, true])
    await shared().app.db('user_credentials').where({ user_id: ann.id }).delete()

    const last = await send(ann, { delete: id })

    expect([last.status, last.html.includes('the only way to sign in')]).to.deep.equal([409, true])
    expect(last.html).not.to.include('name="delete"')
  })

  it('refuses a form that was not made for this session', async () => {
    const { ann } = await added('Mine')
    expect((await send(ann, { csrf: 'x', delete: 'x' })).status).to.equal(403)
  })
})
