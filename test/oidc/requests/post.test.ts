import { expect } from 'chai'

import type { Gatehouse } from '../../../src/app.ts'
import { openBrowser } from '../../support/browser.ts'
import { person } from '../../support/people.ts'
import { relyingParty, type RelyingParty, signInAt } from '../../support/relying-party.ts'
import { sharedStage } from '../../support/shared-stage.ts'
import { answerIn, cookieHeader, queryOf } from '../authorize/ask.ts'
import { keyPair, type Keys, registered, requestObject } from './support.ts'

interface Fixture {
  app: Gatehouse
  issuer: string
  client: RelyingParty
  keys: Keys
}

describe('OpenID Connect Core 1.0, section 3.1.2.1: requests by POST', () => {
  const fixture = sharedStage<Fixture>(async ({ app, issuer }) => {
    const keys = await keyPair('ES256')
    return { app, issuer, keys, client: await relyingParty(app, { keys: registered(keys) }) }
  })

  const post = (body: URLSearchParams | string, headers: Record<string, string> = {}, query = '') =>
    fetch(`${fixture().issuer}/authorize${query}`, {
      method: 'POST',
      body,
      headers: {
        accept: 'text/html',
        origin: 'https://rp.example',
        'sec-fetch-site': 'cross-site',
        ...headers,
      },
      redirect: 'manual',
    })

  /** Larger than a URL may be. */
  const longObject = async () => {
    const { issuer, client, keys } = fixture()
    const begun = await client.begin()
    const inside = Object.fromEntries(new URL(begun.url).searchParams)
    const request = await requestObject(issuer, client, keys, { ...inside, padding: 'x'.repeat(30_000) })
    return { begun, form: new URLSearchParams({ client_id: client.clientId, request }) }
  }

  it('lead to the same by GET, and to a code', async () => {
    const { app, issuer, client } = fixture()
    const begun = await client.begin()
    const reply = await post(new URL(begun.url).searchParams)
    expect(reply.status).to.equal(303)
    expect(reply.headers.getSetCookie()).to.deep.equal([])
    const location = reply.headers.get('location') ?? ''
    expect(location).to.match(/^\/authorize\?/)
    const ann = await person(app)
    const landing = await signInAt(openBrowser(), issuer + location, client.redirectUri, ann)
    expect((await client.finish(begun, landing.url)).claims()?.sub).to.equal(ann.id)
  })

  it('find the session of the browser, since cookies go with the request that follows', async () => {
    const { app, issuer, client } = fixture()
    const { browser } = await client.signIn(await person(app))
    const reply = await post(await queryOf(client, { prompt: 'none' }))
    const next = await fetch(issuer + (reply.headers.get('location') ?? ''), {
      headers: cookieHeader(browser),
      redirect: 'manual',
    })
    expect(answerIn(next.headers.get('location'))).to.have.property('code')
  })

  it('longer than a URL wait under a name that works once', async () => {
    const { app, issuer, client } = fixture()
    const { begun, form } = await longObject()
    const reply = await post(form)
    const location = reply.headers.get('location') ?? ''
    expect(location).to.match(/^\/authorize\?posted=[\w-]{43}$/)
    const ann = await person(app)
    const landing = await signInAt(openBrowser(), issuer + location, client.redirectUri, ann)
    expect((await client.finish(begun, landing.url)).claims()?.sub).to.equal(ann.id)

    const again = await fetch(issuer + location, { headers: { accept: 'text/html' }, redirect: 'manual' })
    expect([again.status, again.headers.get('location')]).to.deep.equal([400, null])
    expect(await again.text()).to.include('invalid_request')
  })

  it('that wait are used by exactly one of many at once', async () => {
    const { issuer } = fixture()
    const { form } = await longObject()
    const location = (await post(form)).headers.get('location') ?? ''
    const replies = await Promise.all(
      Array.from({ length: 8 }, () => fetch(issuer + location, { redirect: 'manual' })),
    )
    const begun = replies.filter(({ status }) => status === 303)
    expect(begun).to.have.lengthOf(1)
    expect(new Set(replies.map(({ status }) => status))).to.deep.equal(new Set([303, 400]))
  })

  it('under a name that nobody was given are refused', async () => {
    const { issuer } = fixture()
    for (const name of ['x', '', 'A'.repeat(43), 'a&posted=b', '%00']) {
      const reply = await fetch(`${issuer}/authorize?posted=${name}`, { redirect: 'manual' })
      expect([reply.status, reply.headers.get('location')], name).to.deep.equal([400, null])
    }
  })

  it('are refused as soon as they are too long, and no stranger lets us keep one', async () => {
    const { issuer, client } = fixture()
    const flood = new URLSearchParams({ client_id: client.clientId, state: 'x'.repeat(60_000) })
    expect((await post(flood)).status).to.equal(413)
    const unknown = await post(new URLSearchParams({ client_id: 'gh_nobody', state: 'x'.repeat(10_000) }))
    expect([unknown.status, unknown.headers.get('location')]).to.deep.equal([400, null])
    expect(await unknown.text()).to.include('invalid_client')
    expect(issuer).to.be.a('string')
  })

  it('of another type, or empty, are refused', async () => {
    const json = await post('{}', { 'content-type': 'application/json' })
    expect([json.status, json.headers.get('location')]).to.deep.equal([415, null])
    const empty = await post('', { 'content-type': 'application/x-www-form-urlencoded' })
    expect(empty.status).to.equal(400)
    const machine = await post('{}', { 'content-type': 'text/plain', accept: 'application/json' })
    expect(await machine.json()).to.include({ error: 'invalid_request' })
  })

  it('count with what stands in their URL: what is in both places, or twice, leads nowhere (RU-14, AZ-09)', async () => {
    const { client } = fixture()
    const twice = await queryOf(client)
    twice.append('scope', 'openid')
    for (const reply of [
      await post(await queryOf(client), {}, '?redirect_uri=https%3A%2F%2Fevil.test'),
      await post(twice),
    ]) {
      expect([reply.status, reply.headers.get('location')]).to.deep.equal([400, null])
      expect(await reply.text()).to.include('invalid_request')
    }
    const { searchParams } = new URL((await client.begin()).url)
    const prompt = new URLSearchParams({ prompt: 'none' })
    const together = await post(searchParams, {}, `?${prompt.toString()}`)
    expect([
      ...new URLSearchParams(together.headers.get('location')?.split('?')[1]).keys(),
    ]).to.include.members(['prompt', 'redirect_uri'])
  })
})
