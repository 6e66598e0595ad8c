import { expect } from 'chai'

import { person } from '../support/people.ts'
import { relyingParty } from '../support/relying-party.ts'
import { stage } from '../support/stage.ts'

async function reporter() {
  const { app, issuer } = await stage()
  const client = await relyingParty(app)
  const tokenOf = async (role?: string) =>
    (await client.signIn(await person(app, role === undefined ? {} : { role }))).tokens.access_token
  const report = (token: string, body: unknown) =>
    fetch(`${issuer}/admin/mail/bounces`, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      body: JSON.stringify(body),
    })
  return { app, tokenOf, report }
}

describe('reporting a bounce', () => {
  it('suppresses the address in whatever spelling, once, and keeps no address', async () => {
    const { app, tokenOf, report } = await reporter()
    const token = await tokenOf('admin')
    const bounce = { address: 'Ann@EXAMPLE.com', reason: 'bounced' }

    const replies = [
      await report(token, bounce),
      await report(token, { ...bounce, address: 'ann@example.com' }),
    ]

    expect(replies.map(({ status }) => status)).to.deep.equal([204, 204])
    const rows: unknown[] = await app.db('mail_suppressions').select('reason')
    expect(rows).to.deep.equal([{ reason: 'bounced' }])
    const records: unknown[] = await app.db('audit_records').where({ action: 'mail.address_suppressed' })
    expect(records).to.have.lengthOf(1)
    expect(JSON.stringify(records)).not.to.include('example.com')
  })

  it('is for who holds mail:write:any, and takes addresses only', async () => {
    const { app, tokenOf, report } = await reporter()
    expect(
      (await report(await tokenOf(), { address: 'ann@example.com', reason: 'bounced' })).status,
    ).to.equal(403)
    const token = await tokenOf('admin')
    for (const [body, status] of [
      [{ address: 'no address', reason: 'bounced' }, 422],
      [{ address: ['ann@example.com'], reason: 'bounced' }, 400],
      [{ address: 'ann@example.com', reason: 'dislike' }, 400],
    ] as const)
      expect((await report(token, body)).status).to.equal(status)
    expect(await app.db('mail_suppressions')).to.be.empty
  })

  it('silences nobody above who says so, and anybody else', async () => {
    const { app, tokenOf, report } = await reporter()
    const root = await person(app, { role: 'root_admin' })
    const peer = await person(app, { role: 'admin' })
    const token = await tokenOf('admin')
    const asked = (address: string, by: string) => report(by, { address, reason: 'complained' })

    const refused = await asked(root.email.toUpperCase(), token)
    expect(refused.status).to.equal(403)
    expect(((await refused.json()) as { type: string }).type).to.match(/role_beyond_own$/)
    expect(await app.db('mail_suppressions')).to.be.empty

    expect((await asked(peer.email, token)).status).to.equal(204)
    expect((await asked(root.email, await tokenOf('root_admin'))).status).to.equal(204)
    expect(await app.db('mail_suppressions')).to.have.lengthOf(2)
  })
})
