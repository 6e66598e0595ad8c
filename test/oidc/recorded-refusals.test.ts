import { expect } from 'chai'

import type { Gatehouse } from '../../src/app.ts'
import { person } from '../support/people.ts'
import { relyingParty } from '../support/relying-party.ts'
import { sharedStage } from '../support/shared-stage.ts'
import { refresh } from './tokens/requests.ts'

interface Row {
  action: string
  outcome: string
  reason: string | null
  details: Record<string, unknown> | null
}

const recorded = (app: Gatehouse, clientId: string, action: string): Promise<Row[]> =>
  app
    .db('audit_records')
    .where({ target_id: clientId, action })
    .orderBy('recorded_at')
    .select<Row[]>('action', 'outcome', 'reason', 'details')

describe('what the provider refuses', () => {
  const opened = sharedStage()

  const authorize = (clientId: string, query: Record<string, string>): Promise<Response> => {
    const all = new URLSearchParams({ client_id: clientId, response_type: 'code', scope: 'openid', ...query })
    return fetch(`${opened().issuer}/authorize?${all.toString()}`, { redirect: 'manual' })
  }

  it('is recorded at the authorization endpoint, where the client is one of ours', async () => {
    const { app } = opened()
    const { clientId } = await relyingParty(app)

    await authorize(clientId, { redirect_uri: 'https://evil.example/' })
    await authorize('nobody', { redirect_uri: 'https://evil.example/' })

    const found = await recorded(app, clientId, 'authorization.refused')
    expect(found).to.have.lengthOf(1)
    expect(found[0]).to.include({ outcome: 'denied' })
    expect(found[0]?.reason).to.match(/redirect_uri/)
    expect(await recorded(app, 'nobody', 'authorization.refused')).to.deep.equal([])
  })

  it('is not recorded where the protocol takes its course: nobody is signed in, and no page was to be shown', async () => {
    const { app } = opened()
    const client = await relyingParty(app)
    const begun = await client.begin({ prompt: 'none' })

    const reply = await fetch(begun.url, { redirect: 'manual' })

    expect(reply.headers.get('location')).to.include('error=login_required')
    expect(await recorded(app, client.clientId, 'authorization.refused')).to.deep.equal([])
  })

  it('is recorded up to a bound for each client and minute, and the last one says that it is', async () => {
    const { app } = opened()
    const { clientId } = await relyingParty(app)

    for (let batch = 0; batch < 11; batch++)
      await Promise.all(
        Array.from({ length: 10 }, () => authorize(clientId, { redirect_uri: 'https://evil.example/' })),
      )

    const found = await recorded(app, clientId, 'authorization.refused')
    expect(found).to.have.lengthOf(100)
    const last = found.filter(({ details }) => details?.furtherOnesRecorded === false)
    expect(last).to.have.lengthOf(1)
  })

  it('is recorded at userinfo, where the token was one of ours', async () => {
    const { app, issuer } = opened()
    const client = await relyingParty(app)
    const { tokens } = await client.signIn(await person(app))
    const narrow = await refresh(issuer, client, tokens.refresh_token, { scope: 'email' })
    const userinfo = (token: string) =>
      fetch(`${issuer}/userinfo`, { headers: { authorization: `Bearer ${token}` } })

    expect((await userinfo(String(narrow.body.access_token))).status).to.equal(403)
    expect((await userinfo('garbage')).status).to.equal(401)

    const all = await app
      .db('audit_records')
      .where({ action: 'userinfo.refused' })
      .select('target_id', 'reason')
    expect(all).to.have.lengthOf(1)
    expect(all[0]).to.include({ target_id: client.clientId })
  })

  it('is recorded at the sign-out, and a grant that was revoked is recorded with what it was', async () => {
    const { app, issuer } = opened()
    const client = await relyingParty(app)
    const ann = await person(app)
    const { tokens } = await client.signIn(ann, { parameters: { scope: 'openid offline_access' } })

    const out = new URLSearchParams({
      client_id: client.clientId,
      post_logout_redirect_uri: 'https://evil.example/',
    })
    await fetch(`${issuer}/logout?${out.toString()}`)
    const next = await refresh(issuer, client, tokens.refresh_token)
    await refresh(issuer, client, next.body.refresh_token)
    await refresh(issuer, client, tokens.refresh_token) // the one before the last: somebody else holds it

    expect(await recorded(app, client.clientId, 'sign_out.refused')).to.have.lengthOf(1)
    expect(await recorded(app, client.clientId, 'token.refresh_reused')).to.have.lengthOf(1)
    const [revoked] = await recorded(app, client.clientId, 'grant.revoked')
    expect(revoked?.details).to.have.property('grantId').that.is.a('string')
  })
})
