import { expect } from 'chai'

import { eventually, opens } from '../oidc/tokens/requests.ts'
import { operator } from '../administration/support.ts'
import { sharedStage } from '../support/shared-stage.ts'
import { stage } from '../support/stage.ts'

const scrape = async (origin: string): Promise<string> => (await fetch(`${origin}/metrics`)).text()

/** The value of a line of the exposition format that begins like this. */
const valueOf = (text: string, line: string): number =>
  Number(
    text
      .split('\n')
      .find((one) => one.startsWith(line))
      ?.split(' ')
      .at(-1) ?? NaN,
  )

describe('what a process counts', () => {
  const shared = sharedStage()

  it('names requests by the route that matched, and strangers’ paths not at all (DO-09)', async () => {
    const { issuer } = shared()
    for (let path = 0; path < 20; path++) await fetch(`${issuer}/made-up-${path}`)
    await fetch(`${issuer}/health/live`, { method: 'PROPFIND' }).catch(() => null)

    const reply = await fetch(`${issuer}/metrics`)

    expect(reply.headers.get('content-type')).to.include('text/plain')
    const text = await reply.text()
    expect(text).not.to.include('made-up')
    expect(text).not.to.include('PROPFIND')
    expect(
      valueOf(text, 'gatehouse_request_seconds_count{method="GET",route="unmatched",status="404"}'),
    ).to.be.at.least(20)
  })
})

describe('the time to dark', () => {
  it('is counted by every replica that learns of an end, and only by those', async () => {
    const { app, issuer, replica } = await stage()
    const second = await replica()
    const admin = await operator(app, 'admin')
    const ann = await operator(app)
    const count = async (origin: string) =>
      valueOf(await scrape(origin), 'gatehouse_time_to_dark_seconds_count')
    const before = await count(second.origin)

    await admin.call('DELETE', `/admin/users/${ann.id}/sessions`)

    for (const origin of [issuer, second.origin]) {
      await eventually(async () => !(await opens(origin, ann.tokens.access_token)))
      await eventually(async () => (await count(origin)) > before)
      const text = await scrape(origin)
      expect(valueOf(text, 'gatehouse_time_to_dark_seconds_bucket{le="1"}'), 'within a second').to.equal(
        await count(origin),
      )
    }
  })
})
