import { expect } from 'chai'

import { person } from '../support/people.ts'
import { relyingParty } from '../support/relying-party.ts'
import { stage } from '../support/stage.ts'

const me = async (issuer: string, token: string): Promise<Record<string, unknown>> => {
  const reply = await fetch(`${issuer}/users/me`, { headers: { authorization: `Bearer ${token}` } })
  expect(reply.status).to.equal(200)
  return (await reply.json()) as Record<string, unknown>
}

describe('GET /users/me', () => {
  it('shows our own client all there is', async () => {
    const { app, issuer } = await stage()
    const root = await person(app, { role: 'root_admin' })
    const { tokens } = await (await relyingParty(app)).signIn(root, { parameters: { scope: 'openid' } })
    const shown = await me(issuer, tokens.access_token)
    expect(shown).to.include({ id: root.id, email: root.email, role: 'root_admin', status: 'active' })
    expect(shown.session_id).to.equal(tokens.claims()?.sid)
  })

  it('shows another party’s client only what its scopes say, and never the role', async () => {
    const { app, issuer } = await stage()
    const root = await person(app, { role: 'root_admin' })
    const partner = await relyingParty(app, { firstParty: false })
    const bare = await partner.signIn(root, { parameters: { scope: 'openid' } })
    expect(await me(issuer, bare.tokens.access_token)).to.deep.equal({ id: root.id })
    const mail = await partner.signIn(root, { parameters: { scope: 'openid email' } })
    expect(await me(issuer, mail.tokens.access_token)).to.deep.equal({
      id: root.id,
      email: root.email,
      email_verified: true,
    })
  })
})
