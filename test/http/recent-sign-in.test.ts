import { expect } from 'chai'
import { z } from 'zod'

import { endpoint } from '../../src/platform/http/index.ts'
import { sampleSite } from '../support/sample-site.ts'

const within = (signedInWithin: number) =>
  endpoint({
    method: 'get',
    path: `/within/${signedInWithin}`,
    summary: 'Ask for a recent sign-in',
    access: 'signed-in',
    signedInWithin,
    reply: { 204: z.undefined() },
    handle: async () => ({ status: 204 }),
  })

describe('an operation that asks for a recent sign-in', () => {
  it('RFC 9470, section 3: refuses an old one, and says how recent it must be', async () => {
    const origin = await sampleSite({ routes: [within(600), within(2 * 3600)] })
    const headers = { authorization: 'Bearer ann' }

    const refused = await fetch(`${origin}/within/600`, { headers })
    expect(refused.status).to.equal(401)
    expect(refused.headers.get('www-authenticate')).to.include(
      'Bearer error="insufficient_user_authentication", max_age="600"',
    )
    expect(await refused.json()).to.include({
      type: 'urn:gatehouse:problem:insufficient_user_authentication',
    })
    expect((await fetch(`${origin}/within/7200`, { headers })).status).to.equal(204)
  })
})
