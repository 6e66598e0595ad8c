import { expect } from 'chai'

import { operator, told } from '../administration/support.ts'
import { person } from '../support/people.ts'
import { sharedStage } from '../support/shared-stage.ts'

describe('a zero byte in a text', () => {
  const shared = sharedStage(async ({ app }) => ({ app, admin: await operator(app, 'admin') }))

  it('is the fault of who sent it, wherever it stands', async () => {
    const { app, admin } = shared()
    const ann = await person(app)
    const asked: [method: string, path: string, body?: object][] = [
      ['GET', '/admin/users?q=%00'],
      ['GET', '/admin/sessions?ip=%00'],
      ['GET', '/admin/audit-logs?actor=%00'],
      ['POST', '/admin/sessions/%00/revoke'],
      ['PATCH', `/admin/users/${ann.id}`, { status: 'disabled', reason: 'left\0us' }],
      ['DELETE', `/admin/users/${ann.id}?reason=a%00b`],
    ]
    for (const [method, path, body] of asked) {
      const reply = await admin.call(method, path, body)
      expect(reply.status, `${method} ${path}`).to.be.within(400, 404)
      expect((await told(reply)).type, path).to.match(/^urn:gatehouse:problem:/)
    }
    expect(await told(await admin.call('GET', `/admin/users/${ann.id}`))).to.include({ status: 'active' })
  })
})
