import { execFile } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { expect } from 'chai'

import { readConfig } from '../../src/platform/config/index.ts'
import { openLog } from '../../src/platform/log.ts'
import { openTracing } from '../../src/platform/telemetry/index.ts'
import { mailTo } from '../support/mailbox.ts'
import { signedIn } from '../support/my-api.ts'
import { afterTest, openedForAll, testVariables } from '../support/parts.ts'
import { person } from '../support/people.ts'
import { relyingParty } from '../support/relying-party.ts'
import { type Stage, stage } from '../support/stage.ts'
import { collector, type Collector, type ToldSpan } from '../support/trace-collector.ts'
import { hook, receiver, toThisMachine, until } from '../webhooks/support.ts'

const variables = ({ url }: Collector) => ({
  OTEL_EXPORTER_OTLP_ENDPOINT: url,
  OTEL_EXPORTER_OTLP_HEADERS: 'x-tenant=house%20one',
  OTEL_RESOURCE_ATTRIBUTES: 'deployment.environment.name=test',
  OTEL_BSP_SCHEDULE_DELAY: '20',
})

/** The span that fits, once it has come. */
async function told({ spans }: Collector, fits: (span: ToldSpan) => boolean): Promise<ToldSpan> {
  await until(() => spans.some(fits))
  const [span] = spans.filter(fits)
  if (!span) throw new Error('it was there a moment ago')
  return span
}

const childrenOf = ({ spans }: Collector, { spanId }: ToldSpan) =>
  spans.filter(({ parentId }) => parentId === spanId)

const parentOf = ({ spans }: Collector, { parentId }: ToldSpan) =>
  spans.find(({ spanId }) => spanId === parentId)

type Traced = Stage & { traces: Collector }

async function openTraced(): Promise<Traced> {
  const traces = await collector()
  const opened = await stage({ worker: true, variables: { ...variables(traces), ...toThisMachine } })
  return { ...opened, traces }
}

/** A trace that somebody says to belong to (W3C Trace Context, section 3.2). */
const foreign = 'ab'.repeat(16)
const traceparent = `00-${foreign}-${'cd'.repeat(8)}-01`

describe('traces', () => {
  let shared: Awaited<ReturnType<typeof openedForAll<Traced>>> | undefined
  const traced = () => {
    if (!shared) throw new Error('used outside of a test')
    return shared.opened
  }
  before(async function () {
    this.timeout(30_000)
    shared = await openedForAll(openTraced)
  })
  after(() => shared?.close())

  it('tell of a request by its route, with what it asked the database as parts of it', async () => {
    const { traces } = traced()
    await signedIn(traced())
    const request = await told(traces, ({ name }) => name === 'POST /token')
    await told(traces, ({ parentId, name }) => parentId === request.spanId && name.startsWith('oidc_write'))

    expect(request).to.include({ kind: 'server', parentId: '', failed: false })
    expect(request.attributes).to.include({
      'http.request.method': 'POST',
      'http.route': '/token',
      'http.response.status_code': 200,
    })
    const statements = childrenOf(traces, request)
    expect(statements.map(({ attributes }) => attributes['db.system.name'])).to.include('postgresql')
    expect(statements.map(({ attributes }) => String(attributes['db.query.text'])).join()).to.match(/\$1/)
    for (const { kind, traceId } of statements)
      expect([kind, traceId]).to.deep.equal(['client', request.traceId])
    if (traced().app.cache)
      expect(traces.spans.map(({ attributes }) => attributes['db.system.name'])).to.include('redis')
    expect(traces.resource).to.include({
      'service.name': 'gatehouse',
      'deployment.environment.name': 'test',
    })
    expect(traces.headers[0]).to.include({ 'x-tenant': 'house one', ':path': '/v1/traces' })
  })

  it('go on in the job that a request queued, which names the request', async () => {
    const { app, issuer, traces } = traced()
    const somebody = await person(app)
    const { clientId, secret } = await relyingParty(app)
    const credentials = Buffer.from(`${encodeURIComponent(clientId)}:${encodeURIComponent(secret ?? '')}`)
    const reply = await fetch(`${issuer}/auth/password/forgot`, {
      method: 'POST',
      headers: {
        authorization: `Basic ${credentials.toString('base64')}`,
        'content-type': 'application/json',
      },
      body: JSON.stringify({ email: somebody.email }),
    })
    expect(reply.status).to.equal(202)
    await mailTo(app, somebody.email, 'reset-password')

    const job = await told(traces, ({ name }) => name === 'job recovery.send')
    const request = await told(traces, ({ name }) => name === 'POST /auth/password/forgot')
    expect(job).to.include({ kind: 'consumer', parentId: request.spanId, traceId: request.traceId })
    expect(job.attributes['gatehouse.request_id']).to.equal(reply.headers.get('x-request-id'))
    await told(traces, ({ parentId, name }) => parentId === job.spanId && name === 'COMMIT')
    expect(JSON.stringify(traces.spans)).to.not.include(somebody.email).and.not.include(somebody.password)
  })

  it('go on through an event and a delivery to the call of a webhook, whose address stays out', async () => {
    const { app, traces } = traced()
    const me = await signedIn(traced())
    const server = await receiver()
    await hook(app, server.url, ['auth.user.updated'])
    const reply = await me.call('PATCH', '/users/me', { name: 'Another Name' })
    expect(reply.status).to.equal(200)
    await until(() => server.received.length > 0)

    const call = await told(
      traces,
      ({ name, attributes }) => name === 'POST' && 'server.address' in attributes,
    )
    const requestId = reply.headers.get('x-request-id')
    expect(server.received[0]?.event.cause, 'the receiver can name the request').to.equal(requestId)
    expect(server.received[0]?.headers, 'no trace is offered to others').to.not.have.property('traceparent')
    expect(call.attributes).to.include({ 'server.address': '127.0.0.1', 'http.response.status_code': 204 })
    expect(JSON.stringify(call)).to.not.include('/hook')
    const delivery = await told(traces, ({ spanId }) => spanId === call.parentId)
    expect(delivery).to.include({ kind: 'consumer', name: 'deliver webhook' })
    expect(delivery.attributes['gatehouse.request_id']).to.equal(requestId)
    const reaction = await told(traces, ({ spanId }) => spanId === delivery.parentId)
    expect(reaction.name).to.match(/^react webhook/)
    const request = await told(traces, ({ spanId }) => spanId === reaction.parentId)
    expect(request.name).to.equal('PATCH /users/me')
    expect(parentOf(traces, request)).to.equal(undefined)
    expect(new Set([call, delivery, reaction, request].map(({ traceId }) => traceId))).to.have.lengthOf(1)
  })

  it('begin anew whatever a stranger says, who could otherwise choose what is told', async () => {
    const { issuer, traces } = traced()
    for (const flag of ['01', '00'])
      await fetch(`${issuer}/docs?asked=${flag}&canary=anything`, {
        headers: { traceparent: traceparent.replace(/..$/, flag) },
      })
    await until(() => traces.spans.filter(({ name }) => name === 'GET /docs').length === 2)

    const all = JSON.stringify(traces.spans)
    expect(all).to.not.include(foreign)
    expect(all, 'no query').to.not.include('canary=anything')
  })

  it('follow what a proxy in TRUST_PROXY says, also that nothing is told', async () => {
    const traces = await collector()
    const { issuer } = await stage({ variables: { ...variables(traces), TRUST_PROXY: '127.0.0.1,::1' } })
    for (const flag of ['00', '01'])
      await fetch(`${issuer}/.well-known/jwks.json`, {
        headers: { traceparent: traceparent.replace(/..$/, flag) },
      })
    const request = await told(traces, ({ name }) => name === 'GET /.well-known/jwks.json')

    expect(request).to.include({ traceId: foreign, parentId: 'cd'.repeat(8) })
    expect(traces.spans.filter(({ kind }) => kind === 'server')).to.have.lengthOf(1)
  })

  it('that a collector does not take are told of once, and once more when it does; a stop waits a moment at most', async () => {
    const traces = await collector()
    const lines: { msg: string }[] = []
    const log = openLog('info', { write: (line) => void lines.push(JSON.parse(line) as { msg: string }) })
    const config = readConfig({
      ...testVariables('postgres://nobody@localhost/nowhere'),
      ...variables(traces),
    })
    const tracing = await openTracing(config.tracing, log, 100)
    if (!tracing) throw new Error('there is an endpoint')
    afterTest(() => tracing.close())
    const tell = async (status: number | null) => {
      const before = traces.headers.length
      traces.answer = status
      tracing.begin({ kind: 'consumer', name: 'job', attributes: {} }).end()
      await until(() => traces.headers.length > before)
    }

    await tell(400)
    await tell(400)
    await tell(200)
    await until(() => lines.length === 2)
    await tell(null)
    const startedAt = performance.now()
    await tracing.close()

    expect(performance.now() - startedAt).to.be.below(1_000)
    expect(lines.map(({ msg }) => msg)).to.deep.equal([
      'the trace collector takes no spans; they are dropped',
      'the trace collector takes spans again',
    ])
  })

  it('cost nothing without an endpoint: nothing that makes or sends them is loaded', async () => {
    const script = `
      import { registerHooks } from 'node:module'
      const seen = new Set()
      registerHooks({ resolve(specifier, context, next) {
        const found = next(specifier, context)
        const [, name] = /@opentelemetry[/]([^/]+)/.exec(found.url) ?? []
        if (name) seen.add(name)
        return found
      } })
      const { openTracing } = await import('./src/platform/telemetry/index.ts')
      if ((await openTracing(null)) !== null) throw new Error('something was opened')
      console.log([...seen].join())`
    const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '-e', script])
    expect(stdout.trim()).to.equal('')
    const sources = readdirSync('src', { recursive: true, encoding: 'utf8' }).filter((file) =>
      file.endsWith('.ts'),
    )
    const loading = sources.filter((file) =>
      /from '[^']*\/sdk\.ts'/.test(readFileSync(join('src', file), 'utf8')),
    )
    expect(
      loading,
      'where it would be loaded in any case; test/architecture.test.ts has who imports it',
    ).to.deep.equal([])
  })

  it('want an address that can be used, and headers that can be read', () => {
    const faulty = {
      ...testVariables('postgres://nobody@localhost/nowhere'),
      ...{ OTEL_EXPORTER_OTLP_ENDPOINT: 'http://user:hidden@collector', OTEL_EXPORTER_OTLP_HEADERS: 'a=%zz' },
      ...{ OTEL_TRACES_SAMPLER: 'some', OTEL_TRACES_SAMPLER_ARG: '5%' },
    }
    const fault = (name: string) => new RegExp(`${name} must`)
    for (const name of Object.keys(faulty).filter((one) => one.startsWith('OTEL_')))
      expect(() => readConfig(faulty), name).to.throw(fault(name))
    expect(() => readConfig(faulty)).to.not.throw(/hidden|zz/)
  })
})
