import { expect } from 'chai'

import { createClient } from '../../src/features/clients/index.ts'
import { bySystem } from '../../src/platform/app.ts'
import { apply, file, parts, type Parts, plan, refusal, run, sample } from './support.ts'

const shop = (more = '', secrets = '- a-secret-of-the-shop-that-is-long-enough') => `version: 1
clients:
  shop-frontend:
    name: Shop
    redirect_uris: [https://shop.example/callback]
    secrets: [${secrets.replace('- ', '')}]
${more}`

const idsOf = async (app: Parts): Promise<string[]> => app.db('clients').orderBy('id').pluck('id')

describe('gatehouse plan and apply', () => {
  it('show what differs, field by field, and never a secret', async () => {
    const app = await parts()
    await apply(app, sample)
    const changed = sample
      .replace('name: Shop', 'name: Store')
      .replace('a-secret-of-the-shop-that-is', 'another-secret-that-is')
      .replace('password.minimum_length: 14', 'password.minimum_length: 20')

    const { out, code } = await plan(app, changed)
    expect(code).to.equal(2)
    expect(out).to.equal(
      [
        '~ clients.shop-frontend',
        '    name: "Shop" -> "Store"',
        '    secrets: another secret',
        '~ settings.password.minimum_length',
        '    value: 14 -> 20',
        '0 to create, 2 to change, 0 to delete.\n',
      ].join('\n'),
    )
    const told = JSON.parse((await plan(app, changed, '--json')).out) as {
      changes: unknown[]
      summary: object
    }
    expect(told.summary).to.deep.equal({ create: 0, change: 2, delete: 0 })
    expect(JSON.stringify(told)).to.include('"secret":true').and.not.to.include('that-is-long-enough')

    await refusal(run(app, 'apply', '-f', file(changed))).then((said) => {
      expect(said, 'nobody can be asked').to.match(/^configuration_declined/)
    })
    expect((await plan(app, changed)).code, 'nothing happened').to.equal(2)
    await apply(app, changed)
    expect((await plan(app, changed)).code).to.equal(0)
    const kept = await app.db('client_secrets').where({ client_id: 'shop-frontend' })
    expect(kept, 'the secret before works a while longer').to.have.lengthOf(2)
  })

  it('remove nothing that is not mentioned, but by --prune, and never what the service needs', async () => {
    const app = await parts()
    await apply(app, sample)
    const { client: own } = await createClient(app, bySystem, {
      name: 'Console',
      redirectUris: [`${app.config.issuer}/console/callback`],
      authentication: 'none',
    })
    const before = await idsOf(app)

    expect((await plan(app, 'version: 1\n', '--prune')).code, 'a section that is missing').to.equal(0)
    expect((await plan(app, shop())).out).not.to.include('- clients')
    await apply(app, shop())
    expect(await idsOf(app), 'a client that is missing').to.deep.equal(before)

    const { out, code } = await plan(app, shop(), '--prune')
    expect(code).to.equal(2)
    expect(out).to.include('- clients.phone').and.not.to.include(own.id)
    await apply(app, shop(), '--prune')
    expect(await idsOf(app)).to.deep.equal([own.id, 'gh_command_line_gatehouse', 'shop-frontend'].toSorted())
    expect(await app.db('settings').select('key'), 'sections that are missing').to.have.lengthOf(3)
    expect(
      await app
        .db('signing_keys')
        .select('id')
        .catch(() => [1]),
    ).not.to.be.empty
  })

  it('take secrets from the environment and from files', async () => {
    const app = await parts()
    process.env.TEST_SHOP_SECRET = 'a-secret-of-the-shop-that-is-long-enough'
    try {
      await apply(app, shop('', '- { env: TEST_SHOP_SECRET }'))
      expect((await plan(app, shop())).code, 'the same, said otherwise').to.equal(0)
      const path = file('a-secret-of-the-shop-that-is-long-enough\n', 'secret.txt')
      expect((await plan(app, shop('', `- { file: ${path} }`))).code).to.equal(0)
      expect(await refusal(plan(app, shop('', '- { env: TEST_NOT_SET }')))).to.match(
        /clients\.shop-frontend\.secrets\.0: the variable TEST_NOT_SET is not set \(line 6\)/,
      )
      expect(await refusal(plan(app, shop('', '- { file: /nowhere }')))).to.match(/\/nowhere cannot be read/)
    } finally {
      delete process.env.TEST_SHOP_SECRET
    }
  })

  const refused: Record<string, [string, RegExp]> = {
    'an unknown section': ['version: 1\nusres: []\n', /^usres: is not known here \(line 2\)$/m],
    'another version': ['version: 2\n', /^version: must be 1 \(line 1\)$/m],
    'no version': ['clients: {}\n', /^version: must be 1/m],
    'an unknown field of a client': [
      shop('    colour: red\n'),
      /^clients\.shop-frontend\.colour: is not known here \(line 7\)$/m,
    ],
    'a redirect that is not acceptable': [
      shop().replace('https://shop', 'http://shop'),
      /^clients\.shop-frontend\.redirect_uris\.0: .*\(line 5\)$/m,
    ],
    'a client without its secret': [
      'version: 1\nclients:\n  shop:\n    name: Shop\n    redirect_uris: [https://shop.example/]\n',
      /^clients\.shop\.secrets: are needed/m,
    ],
    'a secret that can be guessed': [shop('', '- hunter2'), /secrets\.0: .*at least 22/],
    'a client id with a space': [shop().replace('shop-frontend:', '"a b":'), /client_id: must be 2 to 100/],
    'a setting there is not': [
      'version: 1\nsettings: { system: { nonsense: 1 } }\n',
      /settings\.system\.nonsense: .*line 2/,
    ],
    'a value a setting cannot have': [
      'version: 1\nsettings:\n  system:\n    password.minimum_length: 1\n',
      /^settings\.system\.password\.minimum_length: .*\(line 4\)$/m,
    ],
    'an address nobody may call': [
      'version: 1\nclaim_hooks:\n  - url: https://127.0.0.1/x\n    tokens: [userinfo]\n    secret: whsec_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n',
      /^claim_hooks\.0\.url: is refused: .*\(line 3\)$/m,
    ],
    'a claim said twice': [
      'version: 1\nclaims:\n  - { claim: a, value: 1, tokens: [userinfo] }\n  - { claim: a, value: 2, tokens: [userinfo] }\n',
      /^claims\.1: is said twice/m,
    ],
  }
  it('refuse what is wrong, at its path and line, before anything is changed', async () => {
    const app = await parts()
    const before = await idsOf(app)
    for (const [what, [text, fault]] of Object.entries(refused))
      expect(await refusal(apply(app, text)), what).to.match(fault)
    expect(await idsOf(app)).to.deep.equal(before)
    expect(
      await refusal(plan(app, 'version: 1\n').then(() => run(app, 'plan', '-f', '/nowhere.yaml'))),
    ).to.match(/cannot be read/)
  })

  it('undo everything when one part is refused at last', async () => {
    const app = await parts()
    const listed = sample.replace(
      'client_id: gh_aaaaaaaaaaaaaaaaaaaaaa',
      'client_id: gh_bbbbbbbbbbbbbbbbbbbbbb',
    )
    expect(await refusal(apply(app, listed))).to.match(
      /^apis\.https:\/\/api\.example\/\.clients\.0\.client_id: is no client/m,
    )
    expect(await app.db('identity_providers').select('slug')).to.deep.equal([])
    expect(await idsOf(app)).to.deep.equal(['gh_command_line_gatehouse'])
  })

  it('let one of two at once through; the other one is told that something changed', async () => {
    const app = await parts()
    const two = await Promise.allSettled([apply(app, sample), apply(app, sample)])
    const outcomes = two.map(({ status }) => status).sort()
    expect(outcomes).to.deep.equal(['fulfilled', 'rejected'])
    const loser = two.find((one) => one.status === 'rejected')
    expect(String(loser?.reason)).to.match(/changed meanwhile/)
    expect((await plan(app, sample)).code).to.equal(0)
  })

  it('refuses two providers that speak for the same people, with the place', async () => {
    const app = await parts()
    await apply(app, sample)
    const provider = (slug: string, connector: string, options = '') =>
      `  ${slug}:\n    connector: ${connector}\n    name: ${slug}\n    client_id: 22222222-3333-4444-5555-666666666666\n    secret: a-client-secret-of-a-provider\n${options}`
    const document = (...entries: string[]) => `version: 1\nidentity_providers:\n${entries.join('')}`
    const issuer = '    options: { issuer: https://accounts.google.com }\n'
    const tenant = (name: string) => `    options: { tenant: ${name} }\n`

    expect(await refusal(plan(app, document(provider('second', 'google'))))).to.equal(
      'configuration_invalid\nidentity_providers.second: its issuer is the one of google already (line 3)',
    )
    expect(await refusal(plan(app, document(provider('second', 'oidc', issuer))))).to.match(
      /identity_providers\.second\.options\.issuer: its issuer is the one of google already \(line 8\)$/,
    )
    const both = [
      provider('staff', 'microsoft', tenant('33333333-2222-3333-4444-555555555555')),
      provider('anybody', 'microsoft', tenant('organizations')),
    ]
    expect(await refusal(plan(app, document(...both)))).to.match(
      /identity_providers\.anybody: .* of staff already/,
    )
    expect((await plan(app, document(provider('second', 'google')), '--prune')).out, 'the other one goes')
      .to.include('- identity_providers.google')
      .and.to.include('+ identity_providers.second')
    expect(await refusal(apply(app, document(provider('second', 'google'))))).to.match(
      /^configuration_invalid/,
    )
    expect(await app.db('identity_providers').pluck('slug')).to.deep.equal(['google'])
    const own = sample.slice(sample.indexOf('identity_providers:'), sample.indexOf('clients:'))
    expect((await plan(app, `version: 1\n${own}`)).code, 'it is not its own rival').to.equal(0)
  })
})
