import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { type AddressInfo, createServer, type Server } from 'node:net'
import { expect } from 'chai'

import type { Gatehouse } from '../../src/app.ts'
import { type RelyingParty, relyingParty } from '../support/relying-party.ts'
import { sharedStage } from '../support/shared-stage.ts'
import type { Stage } from '../support/stage.ts'
import { failuresRecorded, leftBehind } from './left-behind.ts'
import { atSignIn, providersForm, type Traveller } from './upstream-providers.ts'

/** Ways to write this machine, each of which somebody once forgot (CASES SS-01). */
const hosts = [
  '127.0.0.1',
  'localhost',
  'localhost.',
  '[::1]',
  '[::ffff:127.0.0.1]',
  '0.0.0.0',
  '0x7f.1',
  '2130706433',
]

/** A provider that came into the database past everything that checks one, as by a restored backup. */
async function insertProvider(
  { db }: Gatehouse,
  { slug, connector, options }: { slug: string; connector: string; options: object },
): Promise<void> {
  const at = new Date()
  await db('identity_providers').insert({
    id: randomUUID(),
    slug,
    connector,
    name: slug,
    enabled: true,
    position: 0,
    issuer: `https://${slug}.example.com`,
    client_id: 'us',
    options: JSON.stringify(options),
    policy: JSON.stringify({ creation: 'open', allowed_domains: [], require_verified_email: false }),
    mapping: '{}',
    keep_tokens: false,
    created_at: at,
    updated_at: at,
  })
}

describe('a provider on this machine that nobody allowed', () => {
  let inside: Server
  let port = 0
  let connections = 0
  before(async () => {
    inside = createServer((socket) => {
      connections++
      socket.destroy()
    }).listen(0)
    await once(inside, 'listening')
    port = (inside.address() as AddressInfo).port
  })
  after(() => inside.close())

  const shared = sharedStage(async (opened): Promise<Stage & { rp: RelyingParty }> => {
    const { app } = opened
    for (const [index, host] of hosts.entries())
      for (const scheme of ['http', 'https']) {
        const place = `${scheme}://${host}:${port}`
        const slug = `${scheme}-${index}`
        await insertProvider(app, { slug, connector: 'oidc', options: { issuer: place } })
        const options = {
          authorization_endpoint: 'https://idp.example.com/authorize',
          token_endpoint: `${place}/token`,
          userinfo_endpoint: `${place}/userinfo`,
        }
        await insertProvider(app, { slug: `plain-${slug}`, connector: 'oauth2', options })
      }
    return { ...opened, rp: await relyingParty(app) }
  })

  const choose = (traveller: Traveller, slug: string) => {
    const [fields, options] = providersForm(traveller, slug)
    return traveller.browser.submit(fields, { ...options, until: (url) => url.startsWith('https://idp.') })
  }

  for (const [index, host] of hosts.entries())
    for (const scheme of ['http', 'https'])
      it(`is not called as ${scheme}://${host}`, async () => {
        const { app, rp, issuer } = shared()
        const traveller = await atSignIn(rp)
        const [before, recorded] = [await leftBehind(app), await failuresRecorded(app)]

        const atStart = await choose(traveller, `${scheme}-${index}`)
        const sent = new URL((await choose(traveller, `plain-${scheme}-${index}`)).url)
        const callback = new URL(`${issuer}/federation/plain-${scheme}-${index}/callback`)
        callback.search = new URLSearchParams({
          code: 'x',
          state: sent.searchParams.get('state') ?? '',
        }).toString()
        const atEnd = await traveller.browser.go(callback.href)

        for (const landing of [atStart, atEnd]) {
          expect(landing.status).to.equal(502)
          expect(landing.html).to.include('The other service does not answer right now.')
          expect(landing.html).not.to.include(String(port))
        }
        expect(await leftBehind(app)).to.deep.equal(before)
        const reasons = (await failuresRecorded(app)).slice(recorded.length).map(({ reason }) => reason)
        expect(reasons).to.deep.equal(['upstream_unavailable', 'upstream_unavailable'])
        expect(connections).to.equal(0)
      })
})
