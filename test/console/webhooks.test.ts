import { expect } from 'chai'

import { limits } from '../../src/platform/limits/index.ts'
import { sharedStage } from '../support/shared-stage.ts'
import { announce, deliveriesTo, hook, receiver, stateOf, toThisMachine } from '../webhooks/support.ts'
import { heading, operator } from './support.ts'

describe('webhooks at the console', () => {
  const shared = sharedStage(
    async (opened) => ({ ...opened, root: await operator(opened, { role: 'root_admin' }) }),
    { variables: toThisMachine },
  )

  it('are added with a secret that is shown once, tried, paused, resumed, given another secret and deleted', async () => {
    const { app, root } = shared()
    const { url, received } = await receiver()
    await root.go('/console/webhooks/new')
    const wrong = await root.browser.submit({ url, description: 'Orders' }, { form: 1 })
    expect([wrong.status, wrong.html.includes('id="event_types-problem"')]).to.deep.equal([400, true])
    const asked = { url, description: 'Orders', event_types: 'auth.client.created' }
    const made = await root.browser.submit(asked, { form: 1 })
    expect(made.html).to.match(/whsec_[\w+/=]+/)
    const path = /\/console\/webhooks\/[\w-]{36}/.exec(made.html)?.[0] ?? ''
    const id = path.slice(-36)
    const shown = await root.go(path)
    expect([heading(shown), shown.html.includes('whsec_')]).to.deep.equal(['Orders', false])

    await root.go(`${path}/test`)
    const ping = await root.browser.submit({}, { form: 1 })
    expect(ping.html).to.include('Delivered').and.to.include('204')
    expect(received).to.have.lengthOf(1)
    for (const [act, state] of [
      ['pause', 'paused'],
      ['resume', 'enabled'],
      ['disable', 'disabled'],
    ] as const) {
      await root.go(`${path}/${act}`)
      expect((await root.browser.submit({}, { form: 1 })).url).to.include(`?done=${act}_webhook`)
      expect((await stateOf(app, id)).state).to.equal(state)
    }
    await root.go(`${path}/rotate-secret`)
    const rotated = await root.browser.submit({ overlap: '3600' }, { form: 1 })
    expect(rotated.html.match(/whsec_[\w+/=]+/)?.[0]).not.to.equal(made.html.match(/whsec_[\w+/=]+/)?.[0])
    expect((await root.go(path)).html).to.include('The one before works until')
    for (let n = 0; n < limits['webhook-test'].points; n++)
      await app.limits.take('webhook-test', `user ${root.id}`).catch(() => undefined)
    await root.go(`${path}/test`)
    const often = await root.browser.submit({}, { form: 1 })
    expect([often.status, Number(often.headers.get('retry-after')) > 0]).to.deep.equal([429, true])
    expect(received).to.have.lengthOf(1)
    await root.go(`${path}/delete`)
    expect((await root.browser.submit({}, { form: 1 })).html).to.include('The webhook is deleted.')
    expect((await root.go(path)).status).to.equal(404)
  })

  it('have a log of what was sent, and are told again since a time, or of one event', async () => {
    const { app, clock, root } = shared()
    const server = await receiver()
    const { webhook } = await hook(app, server.url)
    await announce(app, 'client-1')
    const [event] = await app
      .db('outbox_events')
      .select<{ id: string }[]>('id')
      .where({ subject: 'client-1' })
    const path = `/console/webhooks/${webhook.id}`
    await root.go(`${path}/replay`)
    const since = new Date(clock.now().getTime() - 3_600_000).toISOString().slice(0, 16)
    const both = await root.browser.submit({ since, event_id: event?.id ?? '' }, { form: 1 })
    expect([both.status, both.html.includes('id="since-problem"')]).to.deep.equal([400, true])
    const begun = await root.browser.submit({ since, event_id: '' }, { form: 1 })
    expect(begun.url).to.match(/\/replays\/[\w-]{36}\?done=replay_to_webhook$/)
    expect(heading(begun)).to.equal('Replay')

    await root.go(`${path}/events/${event?.id ?? ''}/replay`)
    expect((await root.browser.submit({}, { form: 1 })).html).to.include('The event is sent again.')
    expect(await deliveriesTo(app, webhook.id)).to.have.lengthOf(1)
    const log = await root.go(`${path}/deliveries?state=waiting`)
    expect(log.html).to.include('auth.client.created').and.to.include('/retry"')
    await root.go(`${path}/retry`)
    expect((await root.browser.submit({}, { form: 1 })).html).to.include('They are sent again.')
  })

  it('are not shown to whoever may not see them, nor changed by who may only look', async () => {
    const support = await operator(shared(), { role: 'support' })
    expect((await support.go('/console')).html).not.to.include('href="/console/webhooks"')
    for (const path of ['webhooks', 'webhooks/new'])
      expect((await support.go(`/console/${path}`)).status, path).to.equal(403)
  })
})
