import { expect } from 'chai'
import { Command } from 'commander'

import type { Gatehouse } from '../../src/app.ts'
import { addManagedCommands as commands } from '../support/client-commands.ts'
import { person } from '../support/people.ts'
import { relyingParty } from '../support/relying-party.ts'
import { stage } from '../support/stage.ts'
import { behindProxy, openForm } from './support.ts'

/** Runs `gatehouse lockout …` in this process and gives what it printed. */
async function gatehouse(app: Gatehouse, ...words: string[]): Promise<string> {
  const program = new Command()
  commands(program, async () => app)
  let printed = ''
  const write = process.stdout.write.bind(process.stdout)
  process.stdout.write = (chunk) => Boolean((printed += String(chunk)))
  try {
    await program.parseAsync(['lockout', ...words], { from: 'user' })
  } finally {
    process.stdout.write = write
  }
  return printed
}

describe('gatehouse lockout', () => {
  it('shows what stands against a name, and lifts all of it from the account', async () => {
    const { app } = await stage(behindProxy)
    const ann = await person(app)
    const guess = await openForm(await relyingParty(app))
    await Promise.all(Array.from({ length: 20 }, (_, n) => guess({ login: ann.email, ip: `10.1.${n}.1` })))
    const right = { login: ann.email, password: ann.password, ip: '192.0.2.1' }
    expect((await guess(right)).status).to.equal(429)

    const shown = await gatehouse(app, 'show', '--login', ann.username)
    expect(shown).to.match(/^account-strangers +10 in a row {2}refused until 2\d{3}-/m)
    const rows = JSON.parse(await gatehouse(app, 'show', '--login', ann.email, '--json')) as {
      kind: string
    }[]
    expect(rows.find(({ kind }) => kind === 'account-strangers')).to.include({ failures: 10, stopped: false })

    expect(await gatehouse(app, 'lift', '--login', ann.username)).to.equal('Lifted.\n')
    expect((await guess(right)).status).to.equal(303)
    const [record] = await app
      .db('audit_records')
      .where({ action: 'lockout.lifted' })
      .select<{ target_id: string; actor_id: string }[]>('target_id', 'actor_id')
    expect(record).to.deep.equal({ target_id: ann.id, actor_id: 'command-line' })
  })

  it('says that nothing stands against a name, also one that nobody has', async () => {
    const { app } = await stage()
    expect(await gatehouse(app, 'show', '--login', 'nobody@example.com')).to.equal(
      'Nothing stands against this name.\n',
    )
    expect(JSON.parse(await gatehouse(app, 'lift', '--login', 'nobody@example.com', '--json'))).to.deep.equal(
      {
        lifted: 0,
      },
    )
  })
})
