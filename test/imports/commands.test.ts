import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'chai'
import { Command } from 'commander'

import { commands as administrationCommands } from '../../src/features/administration/index.ts'
import { commands } from '../../src/features/imports/index.ts'
import { changeSetting } from '../../src/features/settings/index.ts'
import { bySystem } from '../../src/platform/app.ts'
import { person } from '../support/people.ts'
import { sharedStage } from '../support/shared-stage.ts'
import { lines } from './support.ts'

describe('people on the command line', () => {
  const folder = mkdtempSync(join(tmpdir(), 'gatehouse-imports-'))
  after(() => {
    rmSync(folder, { recursive: true })
  })
  const shared = sharedStage(async ({ app }) => {
    await changeSetting(app, bySystem, 'users.custom_fields', { floor: { type: 'number' } })
    return { app, ann: await person(app, { email: 'ann@command.example' }) }
  })

  /** Runs `gatehouse user …` in this process; what it wrote. */
  async function user(...words: string[]): Promise<Record<string, unknown>> {
    let out = ''
    const write = process.stdout.write.bind(process.stdout)
    const program = new Command().exitOverride()
    administrationCommands(program, () => Promise.resolve(shared().app))
    commands(program, () => Promise.resolve(shared().app))
    process.stdout.write = (text) => Boolean((out += String(text)))
    try {
      await program.parseAsync(['user', ...words, '--json'], { from: 'user' })
    } finally {
      process.stdout.write = write
    }
    return JSON.parse(out) as Record<string, unknown>
  }

  const refused = async (...words: string[]): Promise<unknown> =>
    user(...words).then(
      () => null,
      (error: unknown) => (error instanceof Error ? error.message : error),
    )

  it('are brought in from a file, looked at first, with what was not done', async () => {
    const file = join(folder, 'people.ndjson')
    writeFileSync(
      file,
      lines(
        { email: 'ann@command.example' },
        { email: 'bob@command.example', roles: ['admin'] },
        { name: 'x' },
      ),
    )
    const looked = await user('import', file, '--on-conflict', 'skip', '--dry-run')
    expect(looked).to.include({ state: 'done', rows: 3, created: 1, skipped: 1, failed: 1, dry_run: true })
    expect(await user('import', file, '--on-conflict', 'skip')).to.include({
      created: 1,
      skipped: 1,
      failed: 1,
    })
    const report = await user('import-report', String(looked.id), '--outcome', 'failed')
    expect(report).to.have.deep.members([
      {
        line: 3,
        outcome: 'failed',
        user_id: null,
        problems: [{ field: 'email', detail: 'or a username is needed' }],
      },
    ])
    expect(await user('show', 'bob@command.example')).to.deep.include({
      role: 'admin',
      email: 'bob@command.example',
    })
    expect(await refused('import', join(folder, 'nothing.csv'))).to.match(/^There is no file/)
  })

  it('are written out to a file that only its owner reads', async () => {
    const file = join(folder, 'out.csv')
    const program = new Command().exitOverride()
    commands(program, () => Promise.resolve(shared().app))
    await program.parseAsync(['user', 'export', '--output', file], { from: 'user' })
    expect(readFileSync(file, 'utf8')).to.include('ann@command.example').and.not.include('argon2')
    expect(statSync(file).mode & 0o777).to.equal(0o600)
  })

  it('are changed, deleted with days to think about it, restored, and mailed a link', async () => {
    const who = 'ann@command.example'
    const changed = await user('update', who, '--name', 'Ann B.', '--set', 'custom.floor=4', 'nickname=A')
    expect(changed).to.deep.include({ name: 'Ann B.', custom: { floor: 4 } })
    expect(changed.profile).to.include({ nickname: 'A' })
    expect(await refused('update', who, '--set', 'custom.floor=four')).to.equal(
      'The request does not match the contract.',
    )
    expect(await refused('update', who)).to.match(/nothing that would change/)
    expect(await user('delete', who, '--grace-days', '3')).to.include({ status: 'disabled' })
    expect(await user('restore', who)).to.include({ status: 'active' })
    expect(await user('reset-password', who)).to.include({ mailed: true })
    expect(await user('sessions', who)).to.deep.equal({ sessions: [] })
    expect(await user('consents', who)).to.deep.equal({ consents: [] })
    const found = await user('list', '--search', 'ommand.exampl', '--sort', 'email')
    expect(found).to.have.lengthOf(2)
  })
})
