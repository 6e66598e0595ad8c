import { expect } from 'chai'
import { Command } from 'commander'

import { list as listHooks } from '../../src/features/claims/hooks/repository.ts'
import { openSecret } from '../../src/features/claims/hooks/sealed-secret.ts'
import { addHook, addMapping, commands } from '../../src/features/claims/index.ts'
import { createClient } from '../../src/features/clients/index.ts'
import { bySystem } from '../../src/platform/app.ts'
import { randomBytes, secret } from '../../src/platform/crypto/index.ts'
import { Problem } from '../../src/platform/errors.ts'
import { type Parts, parts } from '../support/parts.ts'

/** Runs `gatehouse claim …` in this process: what it printed, or why it failed. */
export async function gatehouse(
  app: Parts,
  ...words: string[]
): Promise<{ out: string; refused: string | null }> {
  let out = ''
  const write = process.stdout.write.bind(process.stdout)
  const program = new Command().exitOverride()
  commands(program, () => Promise.resolve(app))
  process.stdout.write = (text) => Boolean((out += String(text)))
  try {
    await program.parseAsync(['claim', ...words], { from: 'user' })
    return { out, refused: null }
  } catch (error) {
    if (!(error instanceof Problem)) throw error
    return { out, refused: `${error.code} ${error.options.detail ?? ''}` }
  } finally {
    process.stdout.write = write
  }
}

describe('the command gatehouse claim', () => {
  async function prepare() {
    const app = await parts()
    const make = async (firstParty: boolean) => {
      const grants = ['client_credentials' as const]
      return (await createClient(app, bySystem, { name: 'Sample', grants, firstParty })).client.id
    }
    return { app, ours: await make(true), third: await make(false) }
  }

  it('adds, lists, changes and removes, and records each', async () => {
    const { app, ours, third } = await prepare()
    const words = ['add', 'mail', '--attribute', 'email', '--client', ours, '--into', 'id_token', 'userinfo']
    const added = await gatehouse(app, ...words, '--json')
    expect(added.refused).to.equal(null)
    const shown = { claim: 'mail', client_id: ours, scope: null, tokens: ['id_token', 'userinfo'] }
    const made = JSON.parse(added.out) as { id: string }
    expect(made).to.deep.include({ ...shown, attribute: 'email' })
    expect((await gatehouse(app, ...words)).refused).to.match(/^claim_exists/)
    const plan = await gatehouse(app, 'add', 'plan', '--value', '{"tier":1}', '--into', 'id_token', '--json')
    expect(JSON.parse(plan.out)).to.deep.include({ claim: 'plan', value: { tier: 1 }, client_id: null })
    expect(JSON.parse((await gatehouse(app, 'list', '--json')).out)).to.have.lengthOf(2)
    expect((await gatehouse(app, 'list')).out).to.match(/mail {2}email/)

    const update = (...words: string[]) => gatehouse(app, 'update', made.id, ...words, '--json')
    expect(JSON.parse((await update('--no-client', '--scope', 'profile')).out)).to.deep.include({
      ...{ ...shown, client_id: null, scope: 'profile', attribute: 'email' },
    })
    const another = ['--claim', 'post', '--value', '7', '--no-scope', '--into', 'userinfo', '--client', ours]
    expect(JSON.parse((await update(...another)).out)).to.deep.include({
      ...{ claim: 'post', value: 7, client_id: ours, scope: null, tokens: ['userinfo'] },
    })
    expect((await update('--no-client', '--claim', 'plan')).refused).to.match(/^claim_exists/)
    expect((await update('--client', third)).refused).to.match(/third party needs a scope/)
    expect((await update('--claim', 'role')).refused).to.match(/^claim_reserved/)

    expect(JSON.parse((await gatehouse(app, 'remove', made.id, '--json')).out)).to.deep.equal({
      id: made.id,
      removed: true,
    })
    expect((await gatehouse(app, 'remove', made.id)).refused).to.match(/^claim_not_found/)
    expect((await gatehouse(app, 'remove', 'no-id')).refused).to.match(/^invalid_input id/)
    const records = await app.db('audit_records').select('action').where({ target_type: 'claim' })
    expect(records.map(({ action }: { action: string }) => action)).to.have.members([
      ...['claim.added', 'claim.added', 'claim.changed', 'claim.changed', 'claim.removed'],
    ])
  })

  it('refuses every name that the protocol or this service gives a meaning', async () => {
    const { app } = await prepare()
    const names = [
      ...['iss', 'sub', 'aud', 'exp', 'nbf', 'iat', 'jti', 'nonce', 'azp', 'acr', 'amr', 'auth_time'],
      ...[
        'at_hash',
        'c_hash',
        's_hash',
        'sid',
        'events',
        'act',
        'may_act',
        'via',
        'cnf',
        'scope',
        'client_id',
      ],
      ...['role', 'roles', 'entitlements', 'authorization_details', 'email', 'email_verified', 'name'],
      ...['preferred_username', 'phone_number_verified', '_claim_names', 'SUB', 'Role', 'constructor'],
    ]
    for (const name of names) {
      const { refused } = await gatehouse(app, 'add', name, '--value', '1', '--into', 'id_token')
      expect(refused, name).to.match(/^(claim_reserved|invalid_input)/)
      if (/^[a-z]/.test(name)) expect(refused, name).to.equal(`claim_reserved ${name} is reserved`)
    }
    const { refused } = await gatehouse(app, 'add', 'groups', '--value', '["a"]', '--into', 'id_token')
    expect(refused).to.equal(null)
  })

  it('refuses what says nothing, too much, or something to nobody', async () => {
    const { app, third } = await prepare()
    const add = async (...words: string[]) => (await gatehouse(app, 'add', ...words)).refused
    const into = ['--into', 'id_token']
    expect(await add('plan', ...into)).to.match(/^invalid_input attribute:? name an attribute or a value/)
    expect(await add('plan', '--value', 'null', ...into)).to.match(
      /^invalid_input value:? must say something/,
    )
    expect(await add('plan', '--value', 'x'.repeat(1023), ...into)).to.match(/^invalid_input value:? .*1 KiB/)
    expect(await add('plan', '--value', 'x'.repeat(1022), ...into)).to.equal(null)
    expect(await add('a b', '--value', '1', ...into)).to.match(/^invalid_input claim/)
    expect(await add('x'.repeat(151), '--value', '1', ...into)).to.match(/^invalid_input claim/)
    expect(await add('tier', '--value', '1', '--scope', 'a b', ...into)).to.match(/^invalid_input scope/)
    expect(await add('tier', '--value', '1', '--client', 'gh_nobody', ...into)).to.match(
      /no client gh_nobody/,
    )
    expect(await add('tier', '--value', '1', '--client', third, ...into)).to.match(
      /third party needs a scope/,
    )
    expect(await add('tier', '--value', '1', '--client', third, '--scope', 'profile', ...into)).to.equal(null)
  })

  it('adds twenty for a client and no more, however many ask at once, nor by a change; its claims go with it', async () => {
    const { app, ours } = await prepare()
    const add = (claim: string): Promise<unknown> =>
      addMapping(app, bySystem, { claim, value: 1, client_id: ours, tokens: ['id_token'] })
    const names = Array.from({ length: 22 }, (_, number) => `claim_${number}`)
    const all = await Promise.allSettled(names.map(add))
    const refused = all.flatMap((one) => (one.status === 'rejected' ? [one.reason as Problem] : []))
    expect(refused.map(({ code }) => code)).to.deep.equal(['claim_invalid', 'claim_invalid'])
    expect(refused[0]?.options.detail).to.match(/20 already/)
    const { id } = await addMapping(app, bySystem, { claim: 'one_more', value: 1, tokens: ['id_token'] })
    expect((await gatehouse(app, 'update', id, '--client', ours)).refused).to.match(/20 already/)
    await gatehouse(app, 'remove', id)
    await app.db('clients').where({ id: ours }).delete()
    expect(await app.db('claim_mappings')).to.have.lengthOf(0)
  })
})

describe('the command gatehouse claim hook-…', () => {
  const url = 'https://claims.example/hook'

  it('adds, lists, removes, and shows the secret once', async () => {
    const app = await parts()
    const words = [
      'hook-add',
      url,
      '--into',
      'access_token',
      '--timeout',
      '300',
      '--cache',
      '0',
      '--fail',
      'open',
    ]
    const added = await gatehouse(app, ...words, '--json')
    expect(added.refused).to.equal(null)
    const made = JSON.parse(added.out) as { id: string; secret: string }
    expect(made).to.deep.include({
      url,
      client_id: null,
      timeout_ms: 300,
      cache_seconds: 0,
      on_failure: 'open',
    })
    expect(made.secret).to.match(/^whsec_[A-Za-z0-9+/]{43}=$/)
    expect((await gatehouse(app, ...words)).refused).to.match(/^claim_hook_exists/)
    for (const json of [[], ['--json']]) {
      const { out } = await gatehouse(app, 'hook-list', ...json)
      expect(out).to.include(url).and.not.include(made.secret)
    }
    expect((await gatehouse(app, 'hook-remove', made.id)).refused).to.equal(null)
    expect((await gatehouse(app, 'hook-remove', made.id)).refused).to.match(/^claim_not_found/)
    expect((await gatehouse(app, 'hook-remove', 'no-id')).refused).to.match(/^invalid_input id/)
    const records = await app.db('audit_records').where({ target_type: 'claim' })
    expect(records.map(({ action }: { action: string }) => action)).to.have.members([
      ...['claim.hook_added', 'claim.hook_removed'],
    ])
    expect(JSON.stringify(records)).to.not.include(made.secret)
  })

  it('refuses times that would hold tokens up, and fails closed unless told otherwise', async () => {
    const app = await parts()
    const add = (...words: string[]) => gatehouse(app, 'hook-add', url, '--into', 'id_token', ...words)
    for (const wrong of ['49', '2001', 'x', '1.5'])
      expect((await add('--timeout', wrong)).refused, wrong).to.match(/^invalid_input timeout_ms/)
    for (const wrong of ['-1', '3601'])
      expect((await add(`--cache=${wrong}`)).refused, wrong).to.match(/^invalid_input cache_seconds/)
    expect(JSON.parse((await add('--json')).out)).to.include({ on_failure: 'closed', timeout_ms: 500 })
  })

  it('seals secrets anew under the first key, once, and the older one is needed no more', async () => {
    const [old, fresh] = [
      { id: 'old', bytes: randomBytes(32) },
      { id: 'new', bytes: randomBytes(32) },
    ]
    const keyed = (app: Parts, ...keys: (typeof old)[]): Parts => ({
      ...app,
      config: { ...app.config, keyEncryptionKeys: secret(keys) },
    })
    const app = keyed(await parts(), old)
    const { secret: shown, hook } = await addHook(app, bySystem, { url, tokens: ['id_token'] })
    const rewrap = async (parts: Parts) =>
      JSON.parse((await gatehouse(parts, 'hook-rewrap', '--json')).out) as Record<string, unknown>

    expect(await rewrap(keyed(app, fresh))).to.deep.include({ rewrapped: 0, unopened: [hook.id] })
    expect(await rewrap(keyed(app, fresh, old))).to.deep.include({ rewrapped: 1, alreadyCurrent: 0 })
    expect(await rewrap(keyed(app, fresh, old))).to.deep.include({ rewrapped: 0, alreadyCurrent: 1 })

    const [stored] = await listHooks(app.db)
    if (!stored) throw new Error('the hook is gone')
    expect(openSecret(keyed(app, fresh).config, hook.id, stored.secret)).to.equal(shown)
    expect(openSecret(keyed(app, fresh).config, 'another', stored.secret)).to.equal(null)
  })
})
