import { expect } from 'chai'

import { changeSetting } from '../../src/features/settings/index.ts'
import { bySystem } from '../../src/platform/app.ts'
import { person } from '../support/people.ts'
import { sharedStage } from '../support/shared-stage.ts'
import { operator, problem, told } from './support.ts'

describe('people made and changed by an administrator', () => {
  const shared = sharedStage(async ({ app }) => {
    await changeSetting(app, bySystem, 'users.custom_fields', {
      team: { type: 'enum', values: ['red', 'blue'], read: 'user', write: 'user' },
      salary: { type: 'number' },
    })
    return { app, admin: await operator(app, 'admin'), root: await person(app, { role: 'root_admin' }) }
  })
  const call = (method: string, path: string, body?: unknown) => shared().admin.call(method, path, body)
  const make = async (email: string, more: object = {}) =>
    told(await call('POST', '/admin/users', { email, ...more }))
  const lettersTo = async (userId: unknown) =>
    (
      await shared()
        .app.db('mails')
        .select<{ letter: string }[]>('letter')
        .where({ user_id: userId as string })
    )
      .map(({ letter }) => letter)
      .sort()

  it('are made with all that was sent, a password by mail among it, and once under one key', async () => {
    const { admin } = shared()
    const send = () =>
      fetch(`${shared().app.config.issuer}/admin/users`, {
        method: 'POST',
        headers: {
          authorization: `Bearer ${admin.tokens.access_token}`,
          'content-type': 'application/json',
          'idempotency-key': 'make-1',
        },
        body: JSON.stringify({
          ...{ email: 'Made@Example.com', name: 'Made', given_name: 'M', phone_number: '+49301234' },
          ...{ custom: { team: 'red', salary: 1 }, send_invitation: true },
        }),
      })
    const reply = await send()
    const made = await told(reply)
    expect(reply.status).to.equal(201)
    expect(made).to.deep.include({
      email: 'made@example.com',
      email_verified: false,
      custom: { team: 'red', salary: 1 },
    })
    expect(made.profile).to.include({ given_name: 'M', phone_number: '+49301234' })
    expect(await lettersTo(made.id)).to.deep.equal(['reset-password'])
    expect(await told(await send())).to.deep.equal(made)
    const found = await told(await call('GET', '/admin/users?search=301234'))
    expect((found.items as { id: string }[]).map(({ id }) => id)).to.deep.equal([made.id])
  })

  it('are refused with what is wrong, and nothing is made', async () => {
    await make('taken@make.example')
    const cases: [object, number, string][] = [
      [{ email: 'TAKEN@make.example' }, 409, 'email_taken'],
      [{ email: 'nonsense' }, 422, 'email_invalid'],
      [{ name: 'Nobody' }, 400, 'invalid_input'],
      [{ email: 'x1@make.example', password: 'password1234' }, 422, 'password_refused'],
      [{ email: 'x2@make.example', custom: { team: 'green' } }, 400, 'invalid_input'],
      [{ email: 'x3@make.example', custom: { constructor: 'x' } }, 400, 'invalid_input'],
      [{ email: 'x4@make.example', status: 'active', roles: ['root_admin'] }, 400, 'invalid_input'],
      [{ username: 'somebody', send_invitation: true }, 400, 'invalid_input'],
    ]
    for (const [body, status, code] of cases) {
      const reply = await call('POST', '/admin/users', body)
      expect(await told(reply), JSON.stringify(body)).to.include({ type: problem(code), status })
    }
    expect(await shared().app.db('users').whereLike('email', 'x%@make.example')).to.deep.equal([])
  })

  it('are changed where they still are as they were seen; the address before is told', async () => {
    const { app, admin } = shared()
    const made = await make('before@make.example', { email_verified: true })
    const path = `/admin/users/${String(made.id)}`
    const seen = await call('GET', path)
    const etag = seen.headers.get('etag') ?? ''
    const patch = (body: object) =>
      fetch(app.config.issuer + path, {
        method: 'PATCH',
        headers: {
          ...{ authorization: `Bearer ${admin.tokens.access_token}`, 'content-type': 'application/json' },
          'if-match': etag,
        },
        body: JSON.stringify(body),
      })
    const changed = await patch({
      email: 'After@make.example',
      username: 'after',
      nickname: 'Aft',
      custom: { salary: 2 },
    })
    expect(changed.status).to.equal(200)
    expect(await told(changed)).to.deep.include({
      email: 'after@make.example',
      email_verified: false,
      username: 'after',
      custom: { salary: 2 },
    })
    expect(await told(await patch({ name: 'Lost' }))).to.include({ type: problem('precondition_failed') })
    expect(await lettersTo(made.id)).to.deep.equal(['email-changed'])
    expect(await told(await call('PATCH', path, { email_verified: true }))).to.include({
      email_verified: true,
    })
    expect((await call('PATCH', path, { email: 'taken2', reason: 'x' })).status).to.equal(422)
    expect((await call('PATCH', path, { reason: 'nothing' })).status).to.equal(400)
  })

  it('see the fields they may, and set those that are theirs', async () => {
    const { app } = shared()
    const ann = await operator(app)
    await call('PATCH', `/admin/users/${ann.id}`, { custom: { team: 'blue', salary: 5 } })
    expect(await told(await ann.call('GET', '/users/me'))).to.deep.include({ custom: { team: 'blue' } })
    expect(await told(await ann.call('PATCH', '/users/me/custom-fields', { team: 'red' }))).to.deep.equal({
      team: 'red',
    })
    expect((await ann.call('PATCH', '/users/me/custom-fields', { salary: 9 })).status).to.equal(400)
  })

  it('are deleted after days in which they can be restored', async () => {
    const { id } = await make('late@make.example')
    const path = `/admin/users/${String(id)}`
    const reply = await call('DELETE', `${path}?grace_days=7&reason=left`)
    expect(reply.status).to.equal(202)
    const waiting = await told(await call('GET', path))
    expect(waiting).to.include({
      status: 'disabled',
      status_reason: 'left',
      delete_at: (await told(reply)).delete_at,
    })
    expect((await call('POST', `${path}/restore`, {})).status).to.equal(204)
    expect(await told(await call('GET', path))).to.include({ status: 'active', delete_at: null })
    expect((await call('POST', `${path}/restore`, {})).status).to.equal(409)
    expect((await call('DELETE', path)).status).to.equal(204)
    expect((await call('POST', `${path}/restore`, {})).status).to.equal(404)
  })

  it('are mailed a link to another password, which whoever asked is not shown', async () => {
    const { app } = shared()
    const ann = await person(app)
    const support = await operator(app, 'support')
    const reply = await support.call('POST', `/admin/users/${ann.id}/password-reset`)
    expect([reply.status, await reply.text()]).to.deep.equal([204, ''])
    expect(await lettersTo(ann.id)).to.deep.equal(['reset-password'])
    const nameless = await told(await call('POST', '/admin/users', { username: 'nameless' }))
    const none = await support.call('POST', `/admin/users/${String(nameless.id)}/password-reset`)
    expect(await told(none)).to.include({ type: problem('no_address') })
  })

  it('show their sessions, consents and records', async () => {
    const { app } = shared()
    const ann = await operator(app)
    const path = `/admin/users/${ann.id}`
    const { items } = (await told(await call('GET', `${path}/sessions`))) as {
      items: { user: { id: string } }[]
    }
    expect(items.map(({ user }) => user.id)).to.deep.equal([ann.id])
    expect(await told(await call('GET', path)))
      .to.have.property('last_sign_in_at')
      .that.is.a('string')
    expect(await told(await call('GET', `${path}/consents`))).to.have.property('items')
    expect((await call('DELETE', `${path}/consents?client_id=nobody`)).status).to.equal(404)
    const events = (await told(await call('GET', `${path}/events?limit=1`))) as {
      items: object[]
      next: string
    }
    expect(events.items).to.have.lengthOf(1)
    const further = await told(await call('GET', `${path}/events?after=${events.next}`))
    expect(further.items).to.be.an('array')
    expect((await shared().admin.call('GET', `${path}/events?after=x`)).status).to.equal(400)
  })

  it('AD-02, AD-03: are out of reach where they may do more, and for who lacks the permission', async () => {
    const { app, root } = shared()
    const ann = await person(app)
    for (const [method, path, body] of [
      ['PATCH', '', { email: 'mine@make.example' }],
      ['PATCH', '', { username: 'mine' }],
      ['PATCH', '', { custom: { salary: 1 } }],
      ['DELETE', '?grace_days=5', undefined],
      ['POST', '/restore', {}],
      ['POST', '/password-reset', undefined],
      ['DELETE', '/consents?client_id=x', undefined],
    ] as const) {
      const reply = await call(method, `/admin/users/${root.id}${path}`, body)
      expect(await told(reply), `${method} ${path}`).to.include({ type: problem('role_beyond_own') })
      const user = await operatorOnce(app)
      expect(
        (await user.call(method, `/admin/users/${ann.id}${path}`, body)).status,
        `${method} ${path}`,
      ).to.equal(403)
    }
    expect(await lettersTo(root.id)).to.deep.equal([])
    expect(
      (await (await operatorOnce(app)).call('POST', '/admin/users', { email: 'z@make.example' })).status,
    ).to.equal(403)
  })

  let plain: ReturnType<typeof operator> | undefined
  const operatorOnce = (app: Parameters<typeof operator>[0]) => (plain ??= operator(app))
})
