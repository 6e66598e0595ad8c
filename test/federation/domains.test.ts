import { expect } from 'chai'

import type { Gatehouse } from '../../src/app.ts'
import { checkProvenDomains } from '../../src/features/federation/domains/check-domain.ts'
import { authoritativeProviderOf, isAuthoritative } from '../../src/features/federation/index.ts'
import { jobs } from '../../src/worker.ts'
import { problem, told } from '../administration/support.ts'
import { type DnsServer, dnsServer } from '../support/dns-server.ts'
import { type Stage, stage } from '../support/stage.ts'
import { create, root, someSecret } from './support.ts'

const domain = 'example.com'
const name = `_gatehouse-challenge.${domain}`

interface View {
  domain: string
  proven: boolean
  record: { name: string; type: string; value: string }
  proven_at: string | null
  checked_at: string | null
}

interface Opened extends Stage {
  dns: DnsServer
  id: string
  call(
    method: string,
    path: string,
    body?: object,
  ): Promise<{ status: number; body: Record<string, unknown> }>
  add(slug?: string): Promise<View>
  check(slug?: string): Promise<{ status: number; body: Record<string, unknown> }>
}

/** A service with a provider, that asks a name server of the test's. */
async function opened(): Promise<Opened> {
  const dns = await dnsServer()
  const on = await stage({ variables: { DNS_SERVERS: dns.address } })
  const by = await root(on.app)
  const { body } = await create(by)
  const call = async (method: string, path: string, sent?: object) => {
    const reply = await by.call(method, `/admin/providers${path}`, sent)
    return { status: reply.status, body: reply.status === 204 ? {} : await told(reply) }
  }
  return {
    ...on,
    dns,
    id: String(body.id),
    call,
    add: async (slug = 'google') => {
      const added = await call('POST', `/${slug}/domains`, { domain: 'Example.COM' })
      expect(added.status).to.equal(201)
      return added.body as unknown as View // its reply is declared as that
    },
    check: (slug = 'google') => call('POST', `/${slug}/domains/${domain}/check`),
  }
}

const speaks = (app: Gatehouse, id: string) => isAuthoritative(app.db, id, domain)

const actionsOf = async ({ app }: Stage): Promise<string[]> => {
  const records = await app
    .db('audit_records')
    .where('action', 'like', 'provider.domain_%')
    .orderBy(['recorded_at', 'id'])
    .select<{ action: string }[]>('action')
  return records.map(({ action }) => action.replace('provider.domain_', ''))
}

describe('a domain that a provider is to speak for', () => {
  it('counts from the moment the DNS record is seen, and until it is taken away', async () => {
    const on = await opened()
    const added = await on.add()

    expect(added).to.deep.include({ domain, proven: false, proven_at: null, checked_at: null })
    expect(added.record).to.include({ name, type: 'TXT' })
    expect(added.record.value).to.match(/^gatehouse-domain-verification=[\w-]{43}$/)
    expect(await speaks(on.app, on.id)).to.equal(false)
    expect((await on.add()).record.value).to.equal(added.record.value)

    on.dns.records.set(name, { texts: ['v=spf1 -all', added.record.value] })
    const checked = await on.check()
    expect(checked.status).to.equal(200)
    expect(checked.body).to.include({ proven: true })
    expect(await speaks(on.app, on.id)).to.equal(true)
    expect(await authoritativeProviderOf(on.app.db, domain)).to.equal(on.id)
    expect(await authoritativeProviderOf(on.app.db, `mail.${domain}`)).to.equal(null)

    expect((await on.call('DELETE', `/google/domains/${domain}`)).status).to.equal(204)
    expect(await speaks(on.app, on.id)).to.equal(false)
    expect((await on.call('DELETE', `/google/domains/${domain}`)).body).to.include({
      type: problem('domain_not_found'),
    })
    expect(await actionsOf(on)).to.deep.equal(['added', 'proven', 'removed'])
  })

  const absent: [what: string, answer: Parameters<DnsServer['records']['set']>[1]][] = [
    ['the name is not there', 'no-name'],
    ['the name has no such record', 'nothing'],
    ['the record says something else', { texts: ['gatehouse-domain-verification=another'] }],
    ['the record says more than that', { texts: ['xgatehouse-domain-verification='] }],
  ]
  for (const [what, answer] of absent) {
    it(`is not proven, and no more if it was, when ${what}`, async () => {
      const on = await opened()
      const { record } = await on.add()
      on.dns.records.set(name, answer)
      expect((await on.check()).body).to.include({ status: 409, type: problem('domain_unproven') })

      on.dns.records.set(name, { texts: [record.value] })
      await on.check()
      on.dns.records.set(name, answer)
      expect((await on.check()).body).to.include({ status: 409, type: problem('domain_unproven') })

      expect(await speaks(on.app, on.id)).to.equal(false)
      expect(await actionsOf(on)).to.deep.equal(['added', 'proven', 'lost'])
    })
  }

  it('keeps what it has while name servers fail', async () => {
    const on = await opened()
    const { record } = await on.add()
    on.dns.records.set(name, { texts: [record.value] })
    await on.check()

    on.dns.records.set(name, 'failing')
    const refused = await on.check()

    expect(refused.body).to.include({ status: 503, type: problem('domain_unknown') })
    expect(await speaks(on.app, on.id)).to.equal(true)
  })

  it('belongs to one provider at a time, whoever else has the record too', async () => {
    const on = await opened()
    await on.call('POST', '', {
      slug: 'idp',
      connector: 'oidc',
      name: 'Idp',
      client_id: 'c',
      secret: someSecret,
      options: { issuer: 'https://192.0.43.8' },
    })
    const [mine, other] = [await on.add(), await on.add('idp')]
    expect(mine.record.value).not.to.equal(other.record.value)
    on.dns.records.set(name, { texts: [mine.record.value, other.record.value] })

    const statuses = (await Promise.all([on.check(), on.check('idp')])).map(({ status }) => status).sort()

    expect(statuses).to.deep.equal([200, 409])
    const late = await on.check((await speaks(on.app, on.id)) ? 'idp' : 'google')
    expect(late.body).to.include({ status: 409, type: problem('domain_taken') })
  })

  it('cannot be had by a provider that several organizations speak by', async () => {
    const on = await opened()
    const microsoft = {
      slug: 'microsoft',
      connector: 'microsoft',
      name: 'M',
      client_id: 'c',
      secret: someSecret,
    }
    expect((await on.call('POST', '', microsoft)).status).to.equal(201)
    const refused = await on.call('POST', '/microsoft/domains', { domain })
    expect(refused.body).to.include({ status: 409, type: problem('domain_impossible') })
  })

  it('has to be proven anew when the provider becomes another one', async () => {
    const on = await opened()
    const { record } = await on.add()
    on.dns.records.set(name, { texts: [record.value] })
    await on.check()

    const moved = await on.call('PATCH', '/google', {
      revision: 1,
      secret: someSecret,
      options: { issuer: 'https://192.0.43.8' },
    })

    expect(moved.status).to.equal(200)
    expect(await speaks(on.app, on.id)).to.equal(false)
    expect(await actionsOf(on)).to.deep.equal(['added', 'proven', 'lost'])
  })

  for (const wrong of [
    'example',
    '*.example.com',
    'exa mple.com',
    'https://example.com',
    '192.0.2.1',
    '',
    'ex_ample.com',
  ]) {
    it(`is not ${JSON.stringify(wrong)}`, async () => {
      const on = await opened()
      const refused = await on.call('POST', '/google/domains', { domain: wrong })
      expect(refused.body).to.include({ status: 400, type: problem('invalid_input') })
    })
  }
})

describe('the daily look at domains', () => {
  it('ends what is not proven any more, says so, and leaves alone what nobody could tell', async () => {
    const on = await opened()
    const { record } = await on.add()
    on.dns.records.set(name, { texts: [record.value] })
    await on.check()

    await checkProvenDomains(on.app)
    expect(await speaks(on.app, on.id)).to.equal(true)
    on.dns.records.set(name, 'failing')
    await checkProvenDomains(on.app)
    expect(await speaks(on.app, on.id)).to.equal(true)
    on.dns.records.delete(name)
    await checkProvenDomains(on.app)

    expect(await speaks(on.app, on.id)).to.equal(false)
    expect(await actionsOf(on)).to.deep.equal(['added', 'proven', 'lost'])
  })

  it('is among the jobs, once a day', async () => {
    const { app } = await stage()
    expect(jobs(app).find((job) => job.name === 'federation.check-domains')).to.include({
      schedule: '41 4 * * *',
    })
  })
})
