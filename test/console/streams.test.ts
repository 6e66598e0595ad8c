import { expect } from 'chai'

import { calling, pushTo, receiver, stream, toThisMachine } from '../signals/support.ts'
import { sharedStage } from '../support/shared-stage.ts'
import { heading, operator } from './support.ts'

describe('streams of security events at the console', () => {
  const shared = sharedStage(
    async (opened) => ({ ...opened, root: await operator(opened, { role: 'root_admin' }) }),
    { variables: toThisMachine },
  )

  it('are shown with what they ask for, paused, disabled and deleted; what could not be pushed is tried again', async () => {
    const { app, issuer, root } = shared()
    expect((await root.go('/console/streams')).html).to.include('No application has a stream.')
    const client = await receiver(app)
    const id = await stream(await calling(issuer, client), {
      ...pushTo('http://127.0.0.1:9/nobody'),
      description: 'Payroll',
    })
    const path = `/console/streams/${id}`
    expect((await root.go('/console/streams')).html).to.include(`href="${path}"`)
    const shown = await root.go(path)
    expect([heading(shown), shown.html.includes('session-revoked')]).to.deep.equal(['Payroll', true])

    const stateOf = async () =>
      (await app.db('signal_streams').select<{ status: string }[]>('status').where({ id }).first())?.status
    for (const [act, status] of [
      ['pause', 'paused'],
      ['enable', 'enabled'],
    ] as const) {
      await root.go(`${path}/${act}`)
      expect((await root.browser.submit({ reason: 'test' }, { form: 1 })).url).to.include(`${act}_stream`)
      expect(await stateOf()).to.equal(status)
    }
    const waiting = await root.go(`${path}/deliveries?state=waiting`)
    const again = /href="([^"]+\/retry)"[^>]*>Try again</.exec(waiting.html)?.[1] ?? ''
    await root.go(again)
    expect((await root.browser.submit({}, { form: 1 })).html).to.include('It is sent again.')
    await root.go(`${path}/retry`)
    expect((await root.browser.submit({}, { form: 1 })).html).to.include('They are sent again.')
    await root.go(`${path}/delete`)
    expect((await root.browser.submit({}, { form: 1 })).html).to.include('The stream is deleted.')
    expect([await stateOf(), (await root.go(path)).status]).to.deep.equal([undefined, 404])
  })

  it('are not shown to whoever may not see them', async () => {
    const support = await operator(shared(), { role: 'support' })
    expect((await support.go('/console')).html).not.to.include('href="/console/streams"')
    expect((await support.go('/console/streams')).status).to.equal(403)
  })
})
