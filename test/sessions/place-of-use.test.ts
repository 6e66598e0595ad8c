import { expect } from 'chai'

import { type NativeApp, nativeApp, tokensOf } from '../authentication/native/app.ts'
import { behindProxy } from '../lockout/support.ts'
import { eventually, post } from '../oidc/tokens/requests.ts'
import { visitor } from '../portal/support.ts'
import type { Browser } from '../support/browser.ts'
import { type Person, person } from '../support/people.ts'
import { relyingParty, type RelyingParty } from '../support/relying-party.ts'
import { type Stage, stage } from '../support/stage.ts'

const from = (ip: string) => ({ 'x-forwarded-for': ip })

const lastPlace = async ({ app }: Stage, { id }: Person) => {
  const rows = await app.db('sessions').select<{ last_ip: string | null }[]>('last_ip').where({ user_id: id })
  return rows.map((row) => row.last_ip)
}

const movesOf = async ({ app }: Stage, { id }: Person) =>
  (await app.db('audit_records').where({ action: 'session.moved', actor_id: id })).length

/** Somebody whose telephone goes around. */
async function onPhone(opened: Stage) {
  const ann = await person(opened.app)
  const phone: NativeApp = await nativeApp(opened.app)
  const typed = { login: ann.email, password: ann.password }
  let tokens = tokensOf(await phone.send('/auth/login', typed, from('192.0.2.10')))
  const useFrom = async (ip: string) => {
    opened.clock.advance(1)
    tokens = tokensOf(await phone.send('/auth/refresh', { refresh_token: tokens.refresh_token }, from(ip)))
    await eventually(async () => (await lastPlace(opened, ann)).join() === ip)
  }
  return { ann, useFrom }
}

/** A browser asks for a code, from an address. */
const askFrom = async (browser: Browser, client: RelyingParty, ip: string) => {
  const { url } = await client.begin({ scope: 'openid' })
  const cookie = browser.cookies().map(({ name, value }) => `${name}=${value}`)
  const reply = await fetch(url, { redirect: 'manual', headers: { cookie: cookie.join('; '), ...from(ip) } })
  return reply.headers.get('location') ?? ''
}

describe('the place where a session is used', () => {
  it('is kept, and a change of network is written down once an hour and refused never', async () => {
    const opened = await stage(behindProxy)
    const { ann, useFrom } = await onPhone(opened)
    await useFrom('192.0.2.77')
    expect(await movesOf(opened, ann), 'the same /24').to.equal(0)
    await useFrom('198.51.100.1')
    await eventually(async () => (await movesOf(opened, ann)) === 1)
    await useFrom('2001:db8:1::1')
    await useFrom('2001:db8:1:9::1')
    expect(await movesOf(opened, ann), 'within the hour').to.equal(1)
    opened.clock.advance(3601)
    await useFrom('2001:db8:2::1')
    await eventually(async () => (await movesOf(opened, ann)) === 2)
  })

  it('is the browser’s, whichever client it goes to, and not that of the client’s server', async () => {
    const opened = await stage(behindProxy)
    const ann = await person(opened.app)
    const [one, two] = [await relyingParty(opened.app), await relyingParty(opened.app)]
    const { browser, tokens } = await one.signIn(ann)
    const form = { grant_type: 'refresh_token', refresh_token: tokens.refresh_token ?? '' }
    const basic = Buffer.from(`${one.clientId}:${one.secret ?? ''}`).toString('base64')
    opened.clock.advance(61)
    const refreshed = await post(`${opened.issuer}/token`, form, {
      authorization: `Basic ${basic}`,
      ...from('203.0.113.9'),
    })
    expect(refreshed.status).to.equal(200)
    expect(await askFrom(browser, two, '198.51.100.1')).to.include('code=')
    await eventually(async () => (await lastPlace(opened, ann)).join() === '198.51.100.1')
    await eventually(async () => (await movesOf(opened, ann)) === 1)
  })

  it('is shown to its owner beside the one it began at', async () => {
    const opened = await stage(behindProxy)
    const ann = await visitor(opened)
    expect((await ann.go('/account/sessions')).html).not.to.include('Now used from')
    await askFrom(ann.browser, await relyingParty(opened.app), '198.51.100.1')
    await eventually(async () => (await movesOf(opened, ann)) === 1)
    const { html } = await ann.go('/account/sessions')
    expect(html).to.match(/Now used from<\/dt><dd>[^/]*198\.51\.100\.1/)
    expect((await ann.go('/account/events')).html).to.include('Session went on in another network')
  })
})
