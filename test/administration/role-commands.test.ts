import { expect } from 'chai'

import type { Gatehouse } from '../../src/app.ts'
import { createUser } from '../../src/features/accounts/index.ts'
import { rolesOf } from '../../src/features/authorization/index.ts'
import { secondsAfter } from '../../src/lib/clock.ts'
import { bySystem } from '../../src/platform/app.ts'
import { transaction } from '../../src/platform/db/index.ts'
import { relyingParty } from '../support/relying-party.ts'
import { sharedStage } from '../support/shared-stage.ts'
import { codeOf, gatehouse, json } from './run-command.ts'

describe('the commands gatehouse role …', () => {
  const app = sharedStage<Gatehouse>(async (opened) => opened.app)
  const helpdesk = ['--description', 'First line', '--permission', 'users:read:any', 'users:recover:any']

  it('make, show, change, give, take and delete a role of one’s own', async () => {
    const email = 'cleo@example.com'
    const { id } = await transaction(app().db, (tx) => createUser(app(), tx, bySystem, { email }))
    const held = () => rolesOf(app().db, { type: 'user', id }, app().clock.now())
    const run = (...words: string[]) => gatehouse(app(), 'role', ...words)

    expect(json(await run('create', 'helpdesk', ...helpdesk, '--json'))).to.deep.include({
      ...{ name: 'helpdesk', built_in: false, permissions: ['users:read:any', 'users:recover:any'] },
    })
    const changed = await run('change', 'helpdesk', '--permission', 'users:read:any', '--json')
    expect(json(changed)).to.deep.include({ description: 'First line', permissions: ['users:read:any'] })
    expect(json(await run('show', 'helpdesk', '--json'))).to.deep.equal(json(changed))
    expect((await run('list')).out)
      .to.match(/^root_admin +built-in/)
      .and.match(/^helpdesk +own/m)

    const until = secondsAfter(app().clock.now(), 3600).toISOString()
    const given = await run('assign', 'helpdesk', email, '--until', until, '--reason', 'covers', '--json')
    expect(json(given)).to.include({ role: 'helpdesk', ends_at: until, reason: 'covers', in_force: true })
    expect(await held()).to.include('helpdesk')
    expect(codeOf(await run('delete', 'helpdesk'))).to.equal('role_held')
    expect((await run('remove', 'helpdesk', email)).error).to.equal(null)
    expect(await held()).not.to.include('helpdesk')
    expect(codeOf(await run('remove', 'helpdesk', email))).to.equal('assignment_not_found')
    expect((await run('assign', 'helpdesk', email)).out).to.equal(`${email} holds helpdesk.\n`)
    expect(json(await run('delete', 'helpdesk', '--take-away', '--json'))).to.include({ deleted: true })
    expect(await held()).to.deep.equal(['user'])
  })

  it('give a role to a service account', async () => {
    const machine = await relyingParty(app(), { grants: ['client_credentials'], redirectUris: [] })
    const who = { type: 'client', id: machine.clientId } as const
    await gatehouse(app(), 'role', 'assign', 'auditor', machine.clientId, '--client')
    expect(await rolesOf(app().db, who, app().clock.now())).to.deep.equal(['auditor'])
  })

  it('say in one sentence what is wrong, and show an example', async () => {
    const run = (...words: string[]) => gatehouse(app(), 'role', ...words)
    expect(codeOf(await run('create', 'UPPER', ...helpdesk))).to.equal('invalid_input')
    expect(
      codeOf(await run('create', 'flying', '--description', 'x', '--permission', 'users:fly:any')),
    ).to.equal('unknown_permission')
    expect(codeOf(await run('change', 'admin', '--description', 'x'))).to.equal('role_built_in')
    expect(codeOf(await run('change', 'nothing', '--description', 'x'))).to.equal('role_not_found')
    expect(codeOf(await run('assign', 'admin', 'nobody@example.com'))).to.equal('user_not_found')
    expect(codeOf(await run('assign', 'admin', 'x', '--until', 'tomorrow'))).to.equal('invalid_input')
    expect((await run('assign', '--help')).out).to.include('Example:\n  gatehouse role assign admin')
  })
})
