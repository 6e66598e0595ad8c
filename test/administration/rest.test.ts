import { readFileSync } from 'node:fs'

import { expect } from 'chai'

import { chainWaiting } from '../../src/features/audit/chain/chain-waiting.ts'
import { signHeads } from '../../src/features/audit/chain/sign-heads.ts'
import { type Answer, type Me, problemOf, signedIn } from '../support/my-api.ts'
import { behindProxy, openForm } from '../lockout/support.ts'
import { registeredApi } from '../support/apis.ts'
import { person } from '../support/people.ts'
import { sharedStage } from '../support/shared-stage.ts'
import type { Stage } from '../support/stage.ts'

interface Fixture extends Stage {
  root: Me
  support: Me
  matching(method: string, path: string, tag: string | null, body?: object): Promise<Answer>
}

describe('the rest of the management API', () => {
  const fixture = sharedStage<Fixture>(async (stage) => {
    const root = await signedIn(stage, { as: await person(stage.app, { role: 'root_admin' }) })
    return {
      ...stage,
      root,
      support: await signedIn(stage, { as: await person(stage.app, { role: 'support' }) }),
      async matching(method, path, tag, body) {
        const reply = await fetch(stage.issuer + path, {
          method,
          headers: {
            authorization: `Bearer ${root.token}`,
            'if-match': tag ?? '',
            ...(body && { 'content-type': 'application/json' }),
          },
          ...(body && { body: JSON.stringify(body) }),
        })
        const text = await reply.text()
        const parsed = text === '' ? {} : (JSON.parse(text) as Record<string, unknown>)
        return { status: reply.status, headers: reply.headers, body: parsed }
      },
    }
  }, behindProxy)

  it('changes APIs and identity providers from the state that was looked at (RFC 9110, section 13.1.1)', async () => {
    const { app, root, matching } = fixture()
    const { id } = await registeredApi(app)
    const made = await root.call('POST', '/admin/providers', {
      slug: 'hub',
      connector: 'github',
      name: 'Hub',
      client_id: 'us',
      secret: 'a secret of theirs',
    })
    expect(made.status, JSON.stringify(made.body)).to.equal(201)
    for (const path of [`/admin/apis/${id}`, '/admin/providers/hub']) {
      const tag = (await root.call('GET', path)).headers.get('etag')
      const changed = await matching('PATCH', path, tag, { name: 'Another' })
      expect(changed.status, JSON.stringify(changed.body)).to.equal(200)
      expect(changed.headers.get('etag')).not.to.equal(tag)
      expect(problemOf(await matching('PATCH', path, tag, { name: 'Late' }))).to.equal('precondition_failed')
      expect((await matching('DELETE', path, tag)).status, path).to.equal(412)
      expect((await root.call('PATCH', path, { revision: 1, name: 'Late' })).status, path).to.equal(409)
    }
    expect((await root.call('POST', '/admin/providers/hub/disable')).body).to.include({ enabled: false })
    expect((await root.call('POST', '/admin/providers/hub/enable')).body).to.include({ enabled: true })
    const tested = await root.call('POST', '/admin/providers/hub/test')
    expect(tested.body, JSON.stringify(tested.body)).to.have.keys('ok', 'issuer', 'endpoints', 'reason')
    const now = (await root.call('GET', '/admin/providers/hub')).headers.get('etag')
    expect((await matching('DELETE', '/admin/providers/hub', now)).status).to.equal(204)
    expect(problemOf(await root.call('POST', '/admin/providers/hub/enable'))).to.equal('provider_not_found')
  })

  it('shows how far the audit log is chained and signed for', async () => {
    const { app, root, support } = fixture()
    await chainWaiting(app, new Set())
    await signHeads(app, { olderThanSeconds: 0 })
    type Chain = { class: string; sequence: number; links_since_checkpoint: number; checkpoint: object }
    const status = async () =>
      (await root.call('GET', '/admin/audit/chain')).body as { chains: Chain[]; waiting: number }
    const before = await status()
    const [chain] = before.chains.filter((one) => one.class === 'governance')
    expect(before.waiting).to.equal(0)
    expect(chain?.checkpoint).to.include({ vouched: true, sequence: chain?.sequence })
    await root.call('GET', '/admin/audit-logs')
    expect((await status()).waiting).to.equal(1)
    await chainWaiting(app, new Set())
    const after = (await status()).chains.find((one) => one.class === 'governance')
    expect(after).to.include({ links_since_checkpoint: 1, sequence: Number(chain?.sequence) + 1 })
    await app.db('audit_checkpoints').insert({
      class: 'governance',
      sequence: after?.sequence,
      signed_at: app.clock.now(),
      kind: 'head',
      hash: Buffer.alloc(32),
      key_id: 'theirs',
      signature: Buffer.alloc(64),
    })
    const forged = (await status()).chains.find((one) => one.class === 'governance')
    expect(forged?.checkpoint, 'not by a key of ours').to.include({ vouched: false })
    expect((await support.call('GET', '/admin/audit/chain')).status).to.equal(403)
  })

  it('shows where a session was used last, and finds those that were used since', async () => {
    const { root } = fixture()
    const list = async (query: string) =>
      (await root.call('GET', `/admin/sessions?user_id=${root.id}${query}`)).body.items as Record<
        string,
        unknown
      >[]
    const [mine] = await list('')
    expect(mine?.last_ip).to.equal(mine?.ip)
    expect(await list(`&used_since=2020-01-01T00:00:00Z`)).to.have.lengthOf(1)
    expect(await list(`&used_since=2099-01-01T00:00:00Z`)).to.have.lengthOf(0)
  })

  it('shows and lifts what stands against a name, but not over somebody above', async () => {
    const { app, support, root } = fixture()
    const ann = await person(app)
    const guess = await openForm(support.client)
    await guess({ login: ann.email, ip: '10.1.1.1' })
    const path = '/admin/lockouts'
    const standing = async (login: string) =>
      (await support.call('GET', `${path}?login=${encodeURIComponent(login)}`)).body.items as {
        failures: number
      }[]
    expect((await standing(ann.email)).some(({ failures }) => failures === 1)).to.equal(true)
    const lift = (login: string) => support.call('POST', `${path}/lift`, { login })
    expect((await lift(ann.email)).body.lifted).to.be.greaterThan(0)
    expect(await standing(ann.email)).to.deep.equal([])
    expect((await lift('nobody@example.com')).body).to.deep.equal({ lifted: 0 })
    expect(problemOf(await lift(root.email))).to.equal('role_beyond_own')
    expect((await support.call('POST', `${path}/lift`, {})).status).to.equal(400)
  })

  it('answers every example of docs/operations.md', async () => {
    const { issuer, root } = fixture()
    const text = readFileSync('docs/operations.md', 'utf8')
    const section = text.slice(text.indexOf('## Management API'))
    const examples = [...section.matchAll(/^\| .*`gh (?:-X (\w+) )?(?:-d '([^`]*)' )?(\/admin\/[^ `]*)`/gm)]
    expect(examples.length).to.be.greaterThan(15)
    let last: Record<string, unknown> = {}
    const claim = await root.call('POST', '/admin/claims', {
      claim: 'plan',
      value: 'gold',
      tokens: ['id_token'],
    })
    for (const [whole, method, sent, path = ''] of examples) {
      const id = path.startsWith('/admin/claims/') ? claim.body.id : last.client_id
      const named = path.replace('$ID', String(id)).replaceAll('\\|', '|')
      const reply = await fetch(issuer + named, {
        method: method ?? (sent === undefined ? 'GET' : 'POST'),
        headers: {
          authorization: `Bearer ${root.token}`,
          ...(sent !== undefined && { 'content-type': 'application/json' }),
        },
        ...(sent !== undefined && { body: sent }),
      })
      const body = await reply.text()
      expect(reply.status, `${whole} ${body}`).to.be.oneOf([200, 201, 202, 204])
      if (path === '/admin/clients' && sent !== undefined) last = JSON.parse(body) as Record<string, unknown>
    }
  })

  it('answers no 5xx to what no database takes, and to ids of other forms', async () => {
    const { root } = fixture()
    const nul = '%00'
    const client = await root.call('POST', '/admin/clients', {
      client_name: 'x',
      grant_types: ['client_credentials'],
    })
    const id = String(client.body.client_id)
    const uuid = '01900000-0000-7000-8000-000000000000'
    const asked: [string, string, unknown?][] = [
      ['GET', `/admin/clients?search=${nul}`],
      ['GET', `/admin/clients?owner_id=${nul}`],
      ['GET', `/admin/clients/${nul}`],
      ['GET', `/admin/clients/${nul}/secrets`],
      ['DELETE', `/admin/clients/x/secrets/${uuid}`],
      ['POST', `/admin/clients/${id}/disable`, { reason: 'a\u0000b' }],
      ['PATCH', `/admin/clients/${id}`, { logo_uri: 'https://a.example/\u0000' }],
      ['POST', '/admin/registration-tokens', { name: 'a\u0000b' }],
      ['GET', `/admin/settings/mfa.policy?client=${nul}`],
      ['PUT', '/admin/settings/mfa.policy?client=x', { value: '\u0000' }],
      ['POST', `/admin/keys/${nul}/revoke`, { reason: 'a\u0000b' }],
      ['GET', `/admin/jobs?name=${nul}`],
      ['POST', '/admin/jobs/999999999999999999/retry'],
      ['DELETE', `/admin/reactions/${uuid}/${nul}`],
      ['GET', `/admin/deliveries?kind=${nul}&destination=${nul}`],
      ['POST', '/admin/deliveries/retry', { kind: '\u0000' }],
      ['GET', `/admin/lockouts?login=${nul}`],
      ['POST', '/admin/lockouts/lift', { login: 'a\u0000b' }],
      ['GET', `/admin/sessions?ip=${nul}`],
      ['GET', `/admin/providers/${nul}`],
    ]
    const statuses = await Promise.all(
      asked.map(async ([method, path, body]) => {
        const { status } = await root.call(method, path, body)
        return status < 500 ? null : `${status} ${method} ${path}`
      }),
    )
    expect(statuses.filter((status) => status !== null)).to.deep.equal([])
  })
})
