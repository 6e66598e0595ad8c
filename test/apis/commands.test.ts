import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'chai'
import { Command } from 'commander'

import { commands } from '../../src/features/apis/index.ts'
import { createClient } from '../../src/features/clients/index.ts'
import { bySystem } from '../../src/platform/app.ts'
import { Problem } from '../../src/platform/errors.ts'
import { payment } from '../support/apis.ts'
import { type Parts, parts } from '../support/parts.ts'
import { temporaryFolder } from '../support/process.ts'

/** Runs `gatehouse api …` in this process; what it writes as JSON, or the text. */
async function gatehouse(app: Parts, ...words: string[]): Promise<string> {
  let out = ''
  const write = process.stdout.write.bind(process.stdout)
  const program = new Command().exitOverride()
  commands(program, () => Promise.resolve(app))
  process.stdout.write = (text) => Boolean((out += String(text)))
  try {
    await program.parseAsync(['api', ...words], { from: 'user' })
  } finally {
    process.stdout.write = write
  }
  return out
}

const json = async (...given: Parameters<typeof gatehouse>): Promise<Record<string, unknown>> =>
  JSON.parse(await gatehouse(...given, '--json')) as Record<string, unknown>

const refused = (work: Promise<unknown>): Promise<string> =>
  work.then(
    () => 'none',
    (error: unknown) => (error instanceof Problem ? error.code : String(error)),
  )

const identifier = 'https://tides.example/'

describe('the command gatehouse api', () => {
  it('registers an API, changes what is named, lists, shows and removes it', async () => {
    const app = await parts()
    const { client } = await createClient(app, bySystem, {
      name: 'Shop',
      redirectUris: ['https://rp.example/cb'],
    })
    const file = join(temporaryFolder(), 'details.json')
    writeFileSync(file, JSON.stringify([payment('tide_payment')]))
    const made = await json(
      ...([app, 'create', identifier, '--name', 'Tides'] as const),
      ...[
        '--scope',
        'read=See the tides',
        'write=Change the tides',
        '--format',
        'opaque',
        '--lifetime',
        '600',
      ],
      ...['--client', `${client.id}=read`, '--details', file, '--open-to', 'listed'],
    )
    expect(made).to.include({ identifier, name: 'Tides', token_format: 'opaque', access_token_seconds: 600 })
    expect(made.clients).to.deep.equal([{ client_id: client.id, scopes: ['read'] }])
    expect(made.scopes).to.deep.include({ name: 'read', description: { en: 'See the tides' } })

    const changed = await json(app, 'update', identifier, '--algorithm', 'RS256', '--format', 'jwt')
    expect(changed).to.include({
      signing_algorithm: 'RS256',
      token_format: 'jwt',
      name: 'Tides',
      revision: 2,
    })
    expect(await json(app, 'show', identifier)).to.deep.equal(changed)
    expect(await gatehouse(app, 'list')).to.include(identifier)
    expect(await gatehouse(app, 'show', identifier))
      .to.include(client.id)
      .and.include('See the tides')
    expect(await json(app, 'delete', identifier)).to.include({ identifier, deleted: true })
    expect(await refused(gatehouse(app, 'show', identifier))).to.equal('api_not_found')
  })

  it('says what is wrong', async () => {
    const app = await parts()
    const create = ['create', identifier, '--name', 'Tides']
    expect(await refused(gatehouse(app, 'create', 'tides', '--name', 'Tides'))).to.equal('api_invalid')
    expect(await refused(gatehouse(app, ...create, '--scope', 'read'))).to.equal('api_invalid')
    expect(await refused(gatehouse(app, ...create, '--client', 'gh_nobody'))).to.equal('api_invalid')
    expect(await refused(gatehouse(app, ...create, '--details', '/nowhere'))).to.equal('api_invalid')
    expect(await refused(gatehouse(app, 'update', identifier, '--name', 'x'))).to.equal('api_not_found')
  })
})
