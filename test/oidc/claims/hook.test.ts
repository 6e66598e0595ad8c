import { createHmac } from 'node:crypto'
import { expect } from 'chai'
import { decodeJwt } from 'jose'

import { announceChange } from '../../../src/features/claims/announce.ts'
import { addHook, removeHook } from '../../../src/features/claims/index.ts'
import { bySystem } from '../../../src/platform/app.ts'
import { person } from '../../support/people.ts'
import { relyingParty, type RelyingParty } from '../../support/relying-party.ts'
import { sharedStage } from '../../support/shared-stage.ts'
import { type Stage, stage } from '../../support/stage.ts'
import { asClient, bearer, eventually, get, refresh } from '../tokens/requests.ts'
import { type HookServer, openHookServer } from './hook-server.ts'
import { mapped, said } from './support.ts'

type Given = Parameters<typeof addHook>[2]

/** A client of our own, and a hook that is asked for its tokens alone. */
async function hooked({ app }: Pick<Stage, 'app'>, hooks: HookServer, given: Partial<Given> = {}) {
  const client = await relyingParty(app)
  const added = await addHook(app, bySystem, {
    url: hooks.url,
    client_id: client.clientId,
    tokens: ['id_token', 'userinfo', 'access_token'],
    cache_seconds: 0,
    ...given,
  })
  const asking = {
    clientId: client.clientId,
    firstParty: true,
    scopes: new Set(given.scope == null ? [] : [given.scope]),
    token: 'access_token',
  } as const
  /** What one token would get, without a sign-in. */
  const ask = (subject = 'somebody') => app.operatorClaims.answersFor({}, asking, subject)
  await isKnown(hooks, () => ask('nobody'))
  return { ...added, client, ask }
}

/** News of a hook has arrived when it is asked; what it was asked until then is forgotten. */
async function isKnown(hooks: HookServer, ask: () => Promise<unknown>): Promise<void> {
  hooks.says({})
  await eventually(async () => {
    await ask()
    return hooks.received.length > 0
  })
  hooks.says({})
}

const codeOf = async (work: Promise<unknown>): Promise<string> =>
  work.then(
    () => 'nothing was refused',
    (error: unknown) => String((Object(error) as { code?: unknown }).code),
  )

describe('a service that is asked for claims', function () {
  this.timeout(20_000)
  let hooks: HookServer
  before(async () => {
    hooks = await openHookServer()
  })
  after(() => {
    hooks.close()
  })
  const on = sharedStage(undefined, { variables: { OUTBOUND_ALLOW: '127.0.0.1' } })

  it('says what stands in each token, and is told for whom, for which client, scopes and token', async () => {
    const { app } = on()
    const { client } = await hooked(on(), hooks)
    hooks.answer = (response, { json }) =>
      void response.end(JSON.stringify({ seen: json.token_use, team: ['a'] }))
    const ann = await person(app)

    const { id, access, userinfo } = await said(app, client, { who: ann, scope: 'openid email' })

    expect([id.seen, access.seen, userinfo.seen]).to.deep.equal(['id_token', 'access_token', 'userinfo'])
    expect(access.team).to.deep.equal(['a'])
    expect(hooks.received).to.have.lengthOf(3)
    for (const { json } of hooks.received) {
      expect(Object.keys(json)).to.have.members(['sub', 'client_id', 'scopes', 'token_use'])
      expect(json).to.include({ sub: id.sub, client_id: client.clientId })
      expect(json.scopes).to.have.members(['openid', 'email'])
    }
  })

  it('is told the name that the client knows, not another’s (OpenID Connect Core 1.0, section 8)', async () => {
    const { app } = on()
    const client = await relyingParty(app, { subjectType: 'pairwise' })
    const given = {
      url: hooks.url,
      client_id: client.clientId,
      tokens: ['id_token', 'access_token'] as const,
    }
    await addHook(app, bySystem, { ...given, tokens: [...given.tokens], cache_seconds: 0 })
    const asking = { clientId: client.clientId, firstParty: true, scopes: new Set<string>() }
    await isKnown(hooks, () => app.operatorClaims.answersFor({}, { ...asking, token: 'id_token' }, 'nobody'))
    const ann = await person(app)

    const { id, access } = await said(app, client, { who: ann })

    expect(hooks.received.map(({ json }) => json.sub)).to.have.members([String(id.sub), String(access.sub)])
    expect(id.sub).to.not.equal(ann.id)
  })

  it('knows by a signature that we ask, and when (Standard Webhooks)', async () => {
    const { secret, ask, hook } = await hooked(on(), hooks)
    await ask()
    const [received] = hooks.received
    const {
      'webhook-id': id,
      'webhook-timestamp': at,
      'webhook-signature': signature,
    } = received?.headers ?? {}
    const key = Buffer.from(secret.replace(/^whsec_/, ''), 'base64')
    const expected = createHmac('sha256', key)
      .update(`${String(id)}.${String(at)}.${received?.body ?? ''}`)
      .digest('base64')
    expect(key).to.have.lengthOf(32)
    expect(signature).to.equal(`v1,${expected}`)
    expect(Math.abs(Number(at) - Date.now() / 1000)).to.be.below(10)
    await ask()
    expect(hooks.received[1]?.headers['webhook-id']).to.not.equal(id)

    const stored = await on().app.db('claim_hooks').where({ id: hook.id })
    expect(JSON.stringify(stored)).to.not.include(secret.slice(6))
    expect((stored as { sealed_secret: Buffer }[])[0]?.sealed_secret.includes(secret)).to.equal(false)
  })

  it('never writes a name of the protocol, and never over the table of operators', async () => {
    const { app } = on()
    const { client } = await hooked(on(), hooks)
    await mapped(app, 'plan', { client_id: client.clientId, value: 'table' })
    const evil = {
      sub: 'evil',
      role: 'root_admin',
      act: { sub: 'evil' },
      cnf: { jkt: 'evil' },
      email: 'evil@x',
    }
    hooks.says({ ...evil, plan: 'evil', 'a b': 'evil', ['__proto__x']: 1, nothing: null, fine: true })
    const ann = await person(app)

    const { id, access, userinfo } = await said(app, client, { who: ann })

    for (const token of [id, access, userinfo]) {
      expect(JSON.stringify(token)).to.not.include('evil').and.not.include('root_admin')
      expect(token).to.include({ fine: true, plan: 'table' }).and.not.have.property('nothing')
    }
    expect(access).to.include({ sub: ann.id, role: 'user' })
  })

  it('is not asked for another client, without its scope, for a third party without one, or for a machine', async () => {
    const { app, issuer } = on()
    const { client } = await hooked(on(), hooks, { scope: 'phone' })
    const other = await relyingParty(app)
    const machine = await relyingParty(app, { grants: ['client_credentials'], redirectUris: [] })
    await addHook(app, bySystem, { url: hooks.url, client_id: machine.clientId, tokens: ['access_token'] })
    const asking = { clientId: machine.clientId, firstParty: true, scopes: new Set<string>() }
    await isKnown(hooks, () =>
      app.operatorClaims.answersFor({}, { ...asking, token: 'access_token' }, 'somebody'),
    )
    await said(app, other, { scope: 'openid phone' })
    await said(app, client, { scope: 'openid email' })
    const { status } = await asClient(issuer, '/token', machine, { grant_type: 'client_credentials' })
    expect(status).to.equal(200)
    expect(hooks.received).to.have.lengthOf(0)

    await said(app, client, { scope: 'openid phone' })
    expect(hooks.received).to.have.lengthOf(3)
    const third = await relyingParty(app, { firstParty: false })
    const given = { url: hooks.url, client_id: third.clientId, tokens: ['id_token' as const] }
    expect(await codeOf(addHook(app, bySystem, given))).to.equal('claim_invalid')
    expect(await codeOf(addHook(app, bySystem, { ...given, scope: 'profile' }))).to.equal(
      'nothing was refused',
    )
    expect(await codeOf(addHook(app, bySystem, { ...given, scope: 'profile' }))).to.equal('claim_hook_exists')
  })

  describe('when it fails', () => {
    const failures: Record<string, HookServer['answer']> = {
      'does not answer': () => undefined,
      'stops in the middle': (response) => void response.writeHead(200).write('{"a":'),
      'hangs up': (response) => void response.destroy(),
      'answers an error': (response) => void response.writeHead(500).end('{"a":1}'),
      'answers nothing': (response) => void response.writeHead(204).end(),
      'answers no JSON': (response) => void response.end('<html>'),
      'answers an array': (response) => void response.end('[1]'),
      'answers null': (response) => void response.end('null'),
      'answers more than 4 KiB': (response) => void response.end(JSON.stringify({ a: 'x'.repeat(4096) })),
      'answers without end': (response) => {
        const more = () =>
          response.writable && response.write('x'.repeat(64 * 1024), () => setImmediate(more))
        more()
      },
      'sends us elsewhere': (response) =>
        void response.writeHead(307, { location: `${hooks.url}/more` }).end(),
    }

    for (const [what, answer] of Object.entries(failures)) {
      it(`and ${what}, a token is refused or has no claims of its, as was said, within the timeout`, async () => {
        const open = await hooked(on(), hooks, { on_failure: 'open', timeout_ms: 150 })
        const closed = await hooked(on(), hooks, { timeout_ms: 150 })
        hooks.answer = answer
        const from = performance.now()
        expect(await open.ask()).to.deep.equal({})
        expect(await codeOf(closed.ask())).to.equal('claims_unavailable')
        expect(performance.now() - from).to.be.below(600)
        expect(hooks.received).to.have.lengthOf(2) // nothing was asked twice, nor elsewhere
      })
    }

    it('refuses a token with 503 temporarily_unavailable, and the code is good afterwards (RFC 6749, section 4.1.2)', async () => {
      const { issuer, app } = on()
      const { client } = await hooked(on(), hooks, { timeout_ms: 100 })
      const ann = await person(app)
      const { landing, begun } = await codeFor(client, ann)
      hooks.answer = (response) => void response.writeHead(500).end()
      const form = {
        grant_type: 'authorization_code',
        code: new URL(landing).searchParams.get('code') ?? '',
        redirect_uri: client.redirectUri,
        code_verifier: begun.checks.pkceCodeVerifier,
      }

      const refused = await asClient(issuer, '/token', client, form)

      expect(refused.status).to.equal(503)
      expect(refused.body)
        .to.include({ error: 'temporarily_unavailable' })
        .and.not.have.property('access_token')
      expect(refused.headers.get('retry-after')).to.equal('1')
      expect(JSON.stringify(refused.body)).to.not.include(hooks.url)
      hooks.says({ team: 1 })
      const { status, body } = await asClient(issuer, '/token', client, form)
      expect(status).to.equal(200)
      expect(decodeJwt(String(body.access_token))).to.include({ team: 1 })

      hooks.answer = (response) => void response.writeHead(500).end()
      expect((await refresh(issuer, client, body.refresh_token)).status).to.equal(503)
      expect((await get(`${issuer}/userinfo`, bearer(String(body.access_token)))).status).to.equal(503)
      hooks.says({})
      expect((await refresh(issuer, client, body.refresh_token)).status).to.equal(200)
    })

    it('a request that issues two tokens waits for it once', async () => {
      const { app } = on()
      const { client } = await hooked(on(), hooks, { on_failure: 'open', timeout_ms: 400 })
      const ann = await person(app)
      const { landing, begun } = await codeFor(client, ann)
      hooks.answer = () => undefined
      const from = performance.now()
      const tokens = await client.finish(begun, landing)
      expect(performance.now() - from).to.be.within(350, 780)
      expect(tokens.id_token).to.be.a('string')
    })

    it('the log says so once a minute', async () => {
      const place = await stage({ variables: { OUTBOUND_ALLOW: '127.0.0.1' } })
      const { ask } = await hooked(place, hooks, { on_failure: 'open' })
      hooks.answer = (response) => void response.writeHead(500).end()
      const lines: Record<string, unknown>[] = []
      const { warn } = place.app.log
      place.app.log.warn = ((fields: Record<string, unknown>, text: string) =>
        lines.push({ ...fields, text })) as never
      for (let time = 0; time < 5; time++) await ask()
      place.clock.advance(61)
      await ask()
      place.app.log.warn = warn
      const told = lines.filter(({ text }) => text === 'a claims hook failed')
      expect(told.map(({ unsaid }) => unsaid)).to.deep.equal([0, 4])
    })
  })

  it('is asked once for as long as its answer is good, for the same person, client, scopes and token', async () => {
    const place = await stage({ variables: { OUTBOUND_ALLOW: '127.0.0.1' } })
    const { ask } = await hooked(place, hooks, { cache_seconds: 60 })
    hooks.says({ team: 1 })
    for (let time = 0; time < 3; time++) expect(await ask('ann')).to.deep.equal({ team: 1 })
    expect(hooks.received).to.have.lengthOf(1)
    await ask('bob')
    expect(hooks.received).to.have.lengthOf(2)
    hooks.says({ team: 2 })
    place.clock.advance(59)
    expect(await ask('ann')).to.deep.equal({ team: 1 })
    place.clock.advance(2)
    expect(await ask('ann')).to.deep.equal({ team: 2 })
    expect(hooks.received).to.have.lengthOf(1)
  })

  it('does not keep a failure, and is asked once by all who ask the same at the same time', async () => {
    const { ask } = await hooked(on(), hooks, { cache_seconds: 60 })
    hooks.answer = (response) => void response.writeHead(500).end()
    expect(await codeOf(ask())).to.equal('claims_unavailable')
    hooks.says({ team: 1 })
    hooks.answer = (response) => void setImmediate(() => response.end('{"team":1}'))
    const all = await Promise.all(Array.from({ length: 20 }, () => ask()))
    expect(all).to.deep.equal(Array.from({ length: 20 }, () => ({ team: 1 })))
    expect(hooks.received).to.have.lengthOf(1)
  })

  it('of a client has the last word before everybody’s; when it is removed, it is asked by no replica', async () => {
    const place = await stage({ variables: { OUTBOUND_ALLOW: '127.0.0.1' } })
    const { client, hook } = await hooked(place, hooks)
    const second = await place.replica()
    await addHook(place.app, bySystem, {
      url: `${hooks.url}?for=all`,
      tokens: ['access_token'],
      cache_seconds: 0,
    })
    let asked = 0
    hooks.answer = (response) => void response.end(JSON.stringify({ [`claim_${++asked}`]: 1, from: asked }))
    const asking = {
      ...{ clientId: client.clientId, firstParty: true, scopes: new Set<string>() },
      token: 'access_token',
    } as const
    const ask = () => second.app.operatorClaims.answersFor({}, asking, 'ann')
    await eventually(async () => Object.keys(await ask()).length === 3)
    await removeHook(place.app, bySystem, hook.id)
    await eventually(async () => Object.keys(await ask()).length === 2)
  })
})

describe('the address of a service that is asked for claims', () => {
  it('is refused where nothing may be sent, when it is added and when it is called', async () => {
    const hooks = await openHookServer()
    try {
      const { app } = await stage()
      const add = (url: string) => codeOf(addHook(app, bySystem, { url, tokens: ['id_token'] }))
      for (const url of [
        ...[hooks.url, 'http://example.com/', 'https://10.0.0.1/', 'https://[::1]/', 'https://localhost/'],
        ...[
          'https://169.254.169.254/latest',
          'https://u:p@example.com/',
          'https://example.com:8443/',
          'no url',
        ],
      ])
        expect(await add(url), url).to.equal('claim_invalid')

      const client = await relyingParty(app)
      const given = {
        url: 'https://claims.example/',
        client_id: client.clientId,
        tokens: ['id_token' as const],
      }
      const { hook } = await addHook(app, bySystem, { ...given, timeout_ms: 2000 })
      await app.db('claim_hooks').where({ id: hook.id }).update({ url: hooks.url }) // as if the name now led there
      const asking = {
        clientId: client.clientId,
        firstParty: true,
        scopes: new Set<string>(),
        token: 'id_token',
      } as const
      await announceChange(app.db)
      const reason = (): Promise<string> =>
        app.operatorClaims.answersFor({}, asking, 'ann').then(
          () => 'it answered',
          (error: unknown) => String((error as Error).cause),
        )
      await eventually(async () => (await reason()).includes('outbound call refused: '))
      expect(hooks.received).to.have.lengthOf(0)
    } finally {
      hooks.close()
    }
  })
})

async function codeFor(client: RelyingParty, ann: Awaited<ReturnType<typeof person>>) {
  const { browser } = await client.signIn(ann)
  const begun = await client.begin()
  const { url } = await browser.go(begun.url, { until: (next) => next.startsWith(client.redirectUri) })
  return { landing: url, begun }
}
