import { expect } from 'chai'
import { Command } from 'commander'

import { commands, settingDefinitions } from '../../src/features/settings/index.ts'
import { parts, type Parts } from '../support/parts.ts'
import { serviceAccount } from './service-account.ts'

/** Runs one command of the group and gives what it printed. */
async function gatehouse(app: Parts, ...words: string[]): Promise<string> {
  const program = new Command()
  commands(program, async () => app)
  const printed: string[] = []
  const write = process.stdout.write.bind(process.stdout)
  process.stdout.write = (chunk: string | Uint8Array) => {
    printed.push(String(chunk))
    return true
  }
  try {
    await program.parseAsync(words, { from: 'user' })
  } finally {
    process.stdout.write = write
  }
  return printed.join('')
}

describe('gatehouse settings', () => {
  it('sets, tells and resets a value', async () => {
    const app = await parts()

    const answers = [
      await gatehouse(app, 'settings', 'set', 'registration.mode', 'closed'),
      await gatehouse(app, 'settings', 'get', 'registration.mode'),
      await gatehouse(app, 'settings', 'get', 'registration.mode', '--json'),
      await gatehouse(app, 'settings', 'reset', 'registration.mode'),
      await gatehouse(app, 'settings', 'get', 'registration.mode'),
    ]

    expect(answers).to.deep.equal([
      'registration.mode = "closed"\n',
      'closed\n',
      '{"key":"registration.mode","value":"closed"}\n',
      'registration.mode = "open"\n',
      'open\n',
    ])
    expect(await app.db('audit_records').distinct('actor_type', 'actor_id')).to.deep.equal([
      { actor_type: 'system', actor_id: 'command-line' },
    ])
  })

  it('takes JSON for numbers, switches and larger values, for one organization or client', async () => {
    const app = await parts()
    const shop = await serviceAccount(app)
    const brand = { name: 'Acme', logoUrl: null, accent: '#112233', accentDark: '#ddeeff' }

    await gatehouse(app, 'settings', 'set', 'token.access_seconds', '120')
    await gatehouse(app, 'settings', 'set', 'offline_access.default', 'denied', '--client', shop)
    await gatehouse(app, 'settings', 'set', 'brand', JSON.stringify(brand), '--organization', 'acme')

    expect(await gatehouse(app, 'settings', 'get', 'token.access_seconds')).to.equal('120\n')
    expect(await gatehouse(app, 'settings', 'get', 'offline_access.default')).to.equal('allowed\n')
    const ofShop = await gatehouse(app, 'settings', 'get', 'offline_access.default', '--client', shop)
    expect(ofShop).to.equal('denied\n')
    const list: unknown = JSON.parse(await gatehouse(app, 'settings', 'list', '--json'))
    expect(list).to.be.an('array').and.have.lengthOf(Object.keys(settingDefinitions).length)
    const ofAccess = (list as { key: string }[]).find(({ key }) => key === 'offline_access.default')
    expect(ofAccess).to.deep.include({
      key: 'offline_access.default',
      description: 'Whether clients may ask for access that outlives the session (scope offline_access).',
      value: 'allowed',
      default: 'allowed',
      scopes: ['system', 'organization', 'client'],
      exceptions: [{ scope: 'client', id: shop, value: 'denied' }],
    })
    const text = await gatehouse(app, 'settings', 'list')
    expect(text).to.include('token.access_seconds = 120').and.include('organization acme: {')
  })

  it('refuses what does not fit, with the reason', async () => {
    const app = await parts()

    const wrong: [code: string, key: string, value: string][] = [
      ['setting_invalid', 'registration.mode', 'ajar'],
      ['setting_invalid', 'token.access_seconds', '5'],
      ['setting_invalid', 'brand', '{}'],
      ['setting_not_found', 'nonsense', '1'],
    ]
    for (const [code, key, value] of wrong) {
      const problem: unknown = await gatehouse(app, 'settings', 'set', key, value).catch(
        (error: unknown) => error,
      )
      expect(problem).to.have.property('code', code)
    }
    for (const act of ['get', 'set', 'reset']) {
      const value = act === 'set' ? ['denied'] : []
      const line = [act, 'offline_access.default', ...value, '--client', 'gh_nobody']
      const problem: unknown = await gatehouse(app, 'settings', ...line).catch((error: unknown) => error)
      expect(problem, line.join(' ')).to.have.property('code', 'client_not_found')
    }
  })
})
