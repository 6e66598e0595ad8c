import { mkdirSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { dirname } from 'node:path'
import { expect } from 'chai'

import { enter } from '../oidc/device/device.ts'
import { command } from '../support/command.ts'
import { afterTest } from '../support/parts.ts'
import { person } from '../support/people.ts'
import { run, temporaryFolder, until } from '../support/process.ts'
import { stage } from '../support/stage.ts'
import { file, signIn } from './signed-in.ts'

describe('commands at a running service, by its API', function () {
  this.timeout(60_000)

  it('work there in the name of who is signed in, within what they may do, until they log out', async () => {
    const opened = await stage()
    const { app, issuer } = opened
    const admin = await person(app, { role: 'admin' })
    const { home, browser, gatehouse, json } = await signIn(opened, admin)

    const { id } = await json<{ id: string }>(
      'user',
      'create',
      '--email',
      'new@example.com',
      '--password',
      'correct horse 7 battery',
      '--role',
      'support',
    )
    const shown = await json('user', 'show', 'new@example.com')
    expect(shown).to.include({ id, email: 'new@example.com', status: 'active' })
    expect(shown.roles).to.include('support')
    const listed = await json<{ id: string }[]>('user', 'list', '--role', 'support')
    expect(listed.map((one) => one.id)).to.deep.equal([id])
    expect(await json('user', 'disable', 'new@example.com', '--reason', 'left')).to.include({
      status: 'disabled',
    })
    const records = await app
      .db('audit_records')
      .where({ target_id: id })
      .select('action', 'actor_id', 'reason')
    expect(new Set(records.map(({ actor_id: actor }: { actor_id: string }) => actor))).to.deep.equal(
      new Set([admin.id]),
    )
    expect(
      records.map(({ action, reason }: { action: string; reason: string }) => `${action} ${reason}`),
    ).to.include('user.disabled left')

    await json('api', 'create', 'https://tides.example/', '--name', 'Tides', '--scope', 'read=Look')
    await json('api', 'update', 'https://tides.example/', '--name', 'Ebb')
    expect((await json<{ name: string }[]>('api', 'list')).map(({ name }) => name)).to.deep.equal(['Ebb'])
    expect((await gatehouse('api', 'show', 'https://tides.example/')).stdout).to.match(/Ebb[^]*read {2}Look/)
    await json('api', 'delete', 'https://tides.example/')
    expect((await gatehouse('role', 'list')).stdout).to.match(/^root_admin +built-in/)
    const { sessions } = await json<{ sessions: unknown[] }>('session', 'list', '--user', admin.id)
    expect(sessions).to.have.lengthOf(1)

    const beyond = await gatehouse('role', 'assign', 'root_admin', admin.id)
    expect([beyond.code, beyond.stdout]).to.deep.equal([1, ''])
    expect(beyond.stderr.trim().split('\n').length, beyond.stderr).to.be.below(3)
    expect(beyond.stderr).not.to.match(/ at .*\.ts/)
    const typo = await gatehouse('user', 'list', '--status', 'happy')
    expect([typo.code, typo.stderr.includes('status')]).to.deep.equal([1, true])
    expect((await gatehouse('user', 'show', 'nobody@example.com')).stderr).to.equal(
      'There is no such user.\n',
    )

    const local = await gatehouse('user', 'list', '--local')
    expect(
      [local.code, local.stderr.includes('KEY_ENCRYPTION_KEY is missing')],
      'the database, which is not there',
    ).to.deep.equal([1, true])
    const other = await gatehouse('user', 'list', '--server', 'http://localhost:9')
    expect([other.code, other.stderr]).to.deep.equal([
      1,
      'You are not signed in.\nSign in with: gatehouse login http://localhost:9\n',
    ])

    const program = run(['login', '--fresh', issuer], { HOME: home })
    const code = () => /(?:[A-Z]{3}-){2}[A-Z]{3}/.exec(program.stdout())?.[0]
    await until(() => code() !== undefined, program)
    const landing = await enter(browser, issuer, code() ?? '')
    expect(landing.url, 'although this browser is signed in').to.match(/\/login$/)
    program.kill('SIGKILL')

    expect((await command(['logout'], { HOME: home })).code).to.equal(0)
    expect((await gatehouse('user', 'list')).stderr).to.include('KEY_ENCRYPTION_KEY is missing')
    expect((await gatehouse('user', 'list', '--server', issuer)).stderr).to.include('You are not signed in.')
  })

  it('say how to sign in anew where the server wants a recent sign-in (RFC 9470, section 3)', async () => {
    const server = createServer((_request, response) => {
      const challenge = 'Bearer error="insufficient_user_authentication", max_age="900"'
      response.writeHead(401, { 'www-authenticate': challenge }).end()
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    afterTest(() => void server.close())
    const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
    const home = temporaryFolder()
    mkdirSync(dirname(file(home)), { recursive: true })
    const expiresAt = new Date(Date.now() + 600_000).toISOString()
    const tokens = { subject: 'ann', access: 'not-a-token', refresh: null, expiresAt }
    writeFileSync(file(home), JSON.stringify({ current: issuer, servers: { [issuer]: tokens } }))

    const refused = await command(['role', 'delete', 'helpdesk', '--server', issuer], { HOME: home })
    expect([refused.code, refused.stderr]).to.deep.equal([
      1,
      `This wants a sign-in that is recent, or surer.\nSign in anew with: gatehouse login --fresh ${issuer}\n`,
    ])
  })
})
