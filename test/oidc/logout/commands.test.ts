import { expect } from 'chai'
import { Command } from 'commander'

import { queueDeliveries } from '../../../src/features/deliveries/index.ts'
import { commands as logoutCommands } from '../../../src/features/logout/index.ts'
import { Problem } from '../../../src/platform/errors.ts'
import { transaction } from '../../../src/platform/db/index.ts'
import { addManagedCommands as clientCommands } from '../../support/client-commands.ts'
import { type Parts, parts } from '../../support/parts.ts'

interface Said {
  out: string
  error: unknown
}

/** Runs `gatehouse …` in this process and listens to what it writes. */
async function gatehouse(app: Parts, ...words: string[]): Promise<Said> {
  const said: Said = { out: '', error: null }
  const program = new Command().exitOverride()
  for (const add of [clientCommands, logoutCommands]) add(program, () => Promise.resolve(app))
  for (const group of program.commands)
    for (const command of group.commands)
      command.exitOverride().configureOutput({ writeErr: () => undefined })
  const write = process.stdout.write.bind(process.stdout)
  process.stdout.write = (text) => Boolean((said.out += String(text)))
  try {
    await program.parseAsync(words, { from: 'user' })
  } catch (error) {
    said.error = error
  } finally {
    process.stdout.write = write
  }
  return said
}

interface Listed {
  deliveries: {
    id: string
    client: string
    state: string
    attempts: number
    next_attempt_at: string | null
  }[]
}

const json = ({ out, error }: Said): Record<string, unknown> => {
  if (error instanceof Error) throw error
  return JSON.parse(out) as Record<string, unknown>
}

const queue = (app: Parts, client: string, key: string) =>
  transaction(app.db, (tx) =>
    queueDeliveries(tx, app.clock.now(), [
      {
        kind: 'logout',
        destination: client,
        key,
        userId: null,
        data: { sid: key, sub: 'x' },
        causedAt: app.clock.now(),
      },
    ]),
  )

describe('logout on the command line', () => {
  const base = ['client', 'create', '--name', 'Shop', '--redirect-uri', 'https://rp.example/cb', '--json']

  it('client create registers where a client hears of a sign-out, and show says it', async () => {
    const app = await parts({ OUTBOUND_ALLOW: 'rp.example' })
    const made = json(
      await gatehouse(
        app,
        ...base,
        ...['--backchannel-logout-uri', 'https://rp.example/logout', '--backchannel-logout-session-required'],
        ...['--frontchannel-logout-uri', 'https://rp.example/out'],
      ),
    )
    expect(json(await gatehouse(app, 'client', 'show', String(made.client_id), '--json'))).to.include({
      backchannel_logout_uri: 'https://rp.example/logout',
      backchannel_logout_session_required: true,
      frontchannel_logout_uri: 'https://rp.example/out',
      frontchannel_logout_session_required: false,
    })
  })

  it('client create refuses an address inside of our network, by the name of its option', async () => {
    const app = await parts()
    const { error } = await gatehouse(app, ...base, '--backchannel-logout-uri', 'https://10.0.0.1/logout')
    expect(error).to.be.instanceOf(Problem)
    if (error instanceof Problem)
      expect(error.options.detail).to.equal(
        '--backchannel-logout-uri cannot be called: an address with a special use',
      )
  })

  it('logout-delivery lists what waits and what is dead, by client and state, newest first', async () => {
    const app = await parts()
    await queue(app, 'gh_one', 'a')
    app.clock.advance(1)
    await queue(app, 'gh_two', 'b')
    await queue(app, 'gh_two', 'b') // the same again is one
    await app.db('deliveries').where({ key: 'a' }).update({ state: 'expired', attempts: 60 })
    const listed = async (...words: string[]) =>
      (json(await gatehouse(app, 'logout-delivery', 'list', '--json', ...words)) as unknown as Listed)
        .deliveries
    expect((await listed()).map(({ client, state }) => [client, state])).to.deep.equal([
      ['gh_two', 'waiting'],
      ['gh_one', 'expired'],
    ])
    expect((await listed('--state', 'expired')).map(({ client }) => client)).to.deep.equal(['gh_one'])
    expect(
      (await listed('--client', 'gh_two')).map(({ next_attempt_at: next }) => typeof next),
    ).to.deep.equal(['string'])
    expect(await listed('--limit', '1')).to.have.lengthOf(1)
    const text = await gatehouse(app, 'logout-delivery', 'list')
    expect(text.out).to.match(/gh_two {2}waiting {2}not tried yet/)
    for (const wrong of [
      ['--state', 'x'],
      ['--limit', '0'],
      ['--limit', 'x'],
    ])
      expect(
        (await gatehouse(app, 'logout-delivery', 'list', ...wrong)).error,
        wrong.join(' '),
      ).to.be.instanceOf(Error)
  })

  it('logout-delivery retry revives dead letters, and says it to the audit log', async () => {
    const app = await parts()
    for (const key of ['a', 'b', 'c']) await queue(app, key === 'c' ? 'gh_other' : 'gh_one', key)
    await app
      .db('deliveries')
      .whereIn('key', ['a', 'c'])
      .update({ state: 'refused', refusals: 3, ended_at: new Date() })
    await app.db('deliveries').where({ key: 'b' }).update({ state: 'delivered' })
    const retry = async (...words: string[]) => gatehouse(app, 'logout-delivery', 'retry', ...words, '--json')
    expect(json(await retry('--client', 'gh_one'))).to.deep.equal({ retried: 1 })
    expect(await app.db('deliveries').select('key', 'state', 'refusals').orderBy('key')).to.deep.equal([
      { key: 'a', state: 'waiting', refusals: 0 },
      { key: 'b', state: 'delivered', refusals: 0 },
      { key: 'c', state: 'refused', refusals: 3 },
    ])
    expect(json(await retry('--all'))).to.deep.equal({ retried: 2 })
    const recorded = await app.db('audit_records').select('action')
    expect(JSON.stringify(recorded)).to.include('delivery.retried')
    const [delivered] = await app.db('deliveries').select<{ id: string }[]>('id').where({ key: 'b' })
    const again = await retry(delivered?.id ?? '')
    expect(again.error).to.be.instanceOf(Problem).with.property('code', 'delivery_not_found')
    expect((await retry()).error).to.be.instanceOf(Error)
    expect((await retry('not-an-id')).error).to.be.instanceOf(Error)
  })
})
