import { expect } from 'chai'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'

import { signingAlgorithms } from '../../src/platform/crypto/index.ts'
import { type Gauge, openGauges } from '../../src/platform/gauges.ts'
import { nativeApp } from '../authentication/native/app.ts'
import { eventually, opens } from '../oidc/tokens/requests.ts'
import { operator } from '../administration/support.ts'
import { sharedStage } from '../support/shared-stage.ts'
import { stage } from '../support/stage.ts'

const scrape = async (origin: string): Promise<string> => (await fetch(`${origin}/metrics`)).text()

/** The value of a line of the exposition format that begins like this. */
const valueOf = (text: string, line: string): number =>
  Number(
    text
      .split('\n')
      .find((one) => one.startsWith(line))
      ?.split(' ')
      .at(-1) ?? NaN,
  )

describe('what a process counts', () => {
  const shared = sharedStage()

  it('names requests by the route that matched, and strangers’ paths not at all (DO-09)', async () => {
    const { issuer } = shared()
    for (let path = 0; path < 20; path++) await fetch(`${issuer}/made-up-${path}`)
    await fetch(`${issuer}/health/live`, { method: 'PROPFIND' }).catch(() => null)

    const reply = await fetch(`${issuer}/metrics`)

    expect(reply.headers.get('content-type')).to.include('text/plain')
    const text = await reply.text()
    expect(text).not.to.include('made-up')
    expect(text).not.to.include('PROPFIND')
    expect(
      valueOf(text, 'gatehouse_request_seconds_count{method="GET",route="unmatched",status="404"}'),
    ).to.be.at.least(20)
  })
})

const folder = join(import.meta.dirname, '../../deploy')

/** Names of metrics as a query spells them, without what a histogram appends. */
const namesIn = (text: string): string[] =>
  (text.match(/\b(gatehouse|nodejs|process)_[a-z0-9_]+/g) ?? []).map((name) =>
    name.replace(/_(bucket|count|sum)$/, ''),
  )

describe('what Prometheus is told', () => {
  const shared = sharedStage(async ({ app, issuer }) => ({ app, issuer, ann: await operator(app) }))

  it('counts tokens by grant, sign-ins by outcome and reason, and looks up how things stand', async () => {
    const { app, issuer, ann } = shared()
    const native = await nativeApp(app)
    expect((await native.login({ ...ann, password: 'not the password' })).status).to.equal(401)
    await native.signedIn(ann)

    const text = await scrape(issuer)

    for (const line of [
      'gatehouse_tokens_total{grant="authorization_code"}',
      'gatehouse_tokens_total{grant="native"}',
      'gatehouse_sign_ins_total{outcome="success",reason=""}',
      'gatehouse_sign_ins_total{outcome="failure",reason="wrong_credentials"}',
      'gatehouse_cache_reads_total{cache="clients",result="hit"}',
      'gatehouse_cache_reads_total{cache="clients",result="miss"}',
      'gatehouse_active_sessions ',
      'gatehouse_database_up ',
    ])
      expect(valueOf(text, line), line).to.be.at.least(1)
    for (const line of [
      ...['running', 'waiting'].map((state) => `gatehouse_hash_queue{state="${state}"}`),
      ...['used', 'free', 'waiting'].map((state) => `gatehouse_pool_connections{state="${state}"}`),
      ...signingAlgorithms.map((algorithm) => `gatehouse_key_age_seconds{algorithm="${algorithm}"}`),
      'gatehouse_outbox_lag_seconds ',
    ])
      expect(valueOf(text, line), line).to.be.at.least(0)
    for (const personal of [ann.id, ann.email]) expect(text).not.to.include(personal)
  })

  it('has every metric that the dashboard, the alerts and the manual name', async () => {
    const known = new Set(namesIn(await scrape(shared().issuer)))

    for (const file of ['grafana/gatehouse.json', 'prometheus/alerts.yaml', '../docs/operations.md']) {
      const named = namesIn(await readFile(join(folder, file), 'utf8'))
      expect(named, file).to.include('gatehouse_request_seconds')
      expect(
        named.filter((name) => !known.has(name)),
        file,
      ).to.deep.equal([])
    }
  })
})

describe('a gauge that cannot be read', () => {
  it('is left out, and the others are told', async () => {
    const gauge = (name: string, read: Gauge['read']): Gauge => ({ name, help: name, labels: [], read })
    const gauges = openGauges([
      gauge('away', () => Promise.reject(new Error('no database'))),
      gauge('here', () => [{ value: 7 }]),
    ])

    const text = await gauges.render()

    expect(text.split('\n').filter((line) => line !== '' && !line.startsWith('#'))).to.deep.equal(['here 7'])
  })
})

describe('the time to dark', () => {
  it('is counted by every replica that learns of an end, and only by those', async () => {
    const { app, issuer, replica } = await stage()
    const second = await replica()
    const admin = await operator(app, 'admin')
    const ann = await operator(app)
    const count = async (origin: string) =>
      valueOf(await scrape(origin), 'gatehouse_time_to_dark_seconds_count')
    const before = await count(second.origin)

    await admin.call('DELETE', `/admin/users/${ann.id}/sessions`)

    for (const origin of [issuer, second.origin]) {
      await eventually(async () => !(await opens(origin, ann.tokens.access_token)))
      await eventually(async () => (await count(origin)) > before)
      const text = await scrape(origin)
      expect(valueOf(text, 'gatehouse_time_to_dark_seconds_bucket{le="1"}'), 'within a second').to.equal(
        await count(origin),
      )
    }
  })
})
