import { expect } from 'chai'

import { operator, problem, told } from '../administration/support.ts'
import { person } from '../support/people.ts'
import { sharedStage } from '../support/shared-stage.ts'
import { imported } from './support.ts'

describe('people written out', () => {
  const shared = sharedStage(async ({ app, issuer }) => {
    const root = await operator(app, 'root_admin')
    await person(app, { email: 'a@export.example', name: '=HYPERLINK("http://evil.example")' })
    return { app, issuer, root, admin: await operator(app, 'admin') }
  })

  it('are everybody, as an import reads them, without hashes unless root administrators ask', async () => {
    const { root, app } = shared()
    const reply = await root.call('GET', '/admin/users/export')
    expect(reply.status).to.equal(200)
    expect(reply.headers.get('content-type')).to.equal('application/x-ndjson')
    const rows = (await reply.text())
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as Record<string, unknown>)
    expect(rows).to.have.lengthOf(await app.db('users').then((all: unknown[]) => all.length))
    expect(rows.map(({ email }) => email)).to.include.members(['a@export.example', root.email])
    expect(rows.find(({ email }) => email === root.email)).to.deep.include({
      roles: ['root_admin'],
      sub: root.id,
    })
    expect(JSON.stringify(rows)).not.to.include('argon2')

    const hashes = await (await root.call('GET', '/admin/users/export?hashes=true')).text()
    expect(hashes).to.include('$argon2id$').and.include('password_pepper')
    const records = await app.db('audit_records').where({ action: 'users.exported' })
    expect(records).to.have.lengthOf(2)
  })

  it('are read by an import as they were written, hashes and all', async () => {
    const { root, app, issuer } = shared()
    await person(app, { email: 'locked@export.example' })
    await app.db('users').where({ email: 'locked@export.example' }).update({ status: 'locked' })
    for (const [format, type] of [
      ['ndjson', 'application/x-ndjson'],
      ['csv', 'text/csv'],
    ] as const) {
      const file = await (await root.call('GET', `/admin/users/export?hashes=true&format=${format}`)).text()
      const options = { type, query: '?on_conflict=skip&dry_run=true' }
      const { told: done } = await imported({ app, issuer, by: root }, file, options)
      expect(done, format).to.include({ failed: 0, created: 0, skipped: done.rows })
      expect(done.rows, format).to.be.above(2)
    }
  })

  it('are a table whose cells no program takes for formulas', async () => {
    const text = await (await shared().root.call('GET', '/admin/users/export?format=csv')).text()
    const [header = ''] = text.split('\n')
    expect(header)
      .to.match(/^sub,email,email_verified,username,name,/)
      .and.not.include('password')
    expect(text).to.include(`"'=HYPERLINK(""http://evil.example"")"`)
  })

  it('are not for administrators without the permission', async () => {
    const reply = await shared().admin.call('GET', '/admin/users/export')
    expect(reply.status).to.equal(403)
    expect(await told(reply)).to.include({ type: problem('not_allowed') })
  })
})
