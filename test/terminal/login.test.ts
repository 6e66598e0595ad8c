import { existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'chai'

import { disableClient, enableClient } from '../../src/features/clients/index.ts'
import { endSessionsOfUser } from '../../src/features/sessions/index.ts'
import { bySystem } from '../../src/platform/app.ts'
import { transaction } from '../../src/platform/db/index.ts'
import { letIn, toConfirmation } from '../oidc/device/device.ts'
import { eventually, opens, post } from '../oidc/tokens/requests.ts'
import { openBrowser } from '../support/browser.ts'
import { keepSecret } from '../support/canary.ts'
import { freePort } from '../support/free-port.ts'
import { type Person, person } from '../support/people.ts'
import { type Program, run, runToEnd, temporaryFolder, until, type Variables } from '../support/process.ts'
import { sharedStage } from '../support/shared-stage.ts'

const file = (home: string): string => join(home, '.config', 'gatehouse', 'sign-ins.json')

interface Kept {
  current: string
  servers: Record<string, { access: string; refresh: string; expiresAt: string }>
}

const kept = (home: string): Kept => JSON.parse(readFileSync(file(home), 'utf8')) as Kept

describe('the command line, signed in at a service', () => {
  const fixture = sharedStage()

  /** `gatehouse login`, up to where it waits. */
  async function begin(...words: string[]): Promise<{ program: Program; home: string; userCode: string }> {
    const home = temporaryFolder()
    const program = run(['login', '--server', fixture().issuer, ...words], { HOME: home })
    const code = () => /(?:[A-Z]{3}-){2}[A-Z]{3}/.exec(program.stdout())?.[0]
    await until(() => code() !== undefined, program)
    return { program, home, userCode: code() ?? '' }
  }

  async function signedIn(ann: Person): Promise<{ program: Program; home: string; variables: Variables }> {
    const { issuer } = fixture()
    const { program, home, userCode } = await begin()
    await letIn(issuer, { userCode }, ann)
    expect(await program.ended, program.stderr()).to.equal(0)
    const { access, refresh } = kept(home).servers[issuer] ?? {}
    keepSecret(access, refresh)
    return { program, home, variables: { HOME: home } }
  }

  it('shows where to enter what, waits, keeps its tokens for its owner alone, and says who it is', async () => {
    const { app, issuer } = fixture()
    const ann = await person(app)
    const { program, home, variables } = await signedIn(ann)

    expect(program.stdout()).to.include(`Open    ${issuer}/device\n`)
    expect(program.stdout()).to.match(new RegExp(`or open ${issuer}/device\\?user_code=`))
    expect(program.stdout()).to.include(`Signed in as ${ann.email} at ${issuer}.`)
    expect(program.stderr()).to.equal('')
    expect(statSync(file(home)).mode & 0o777).to.equal(0o600)
    expect(statSync(join(home, '.config', 'gatehouse')).mode & 0o777).to.equal(0o700)

    const who = await runToEnd(['whoami'], variables)
    expect([who.code, who.stdout]).to.deep.equal([0, `${ann.email} at ${issuer}\n`])
    const json = await runToEnd(['whoami', '--json'], variables)
    expect(JSON.parse(json.stdout)).to.include({ server: issuer, sub: ann.id, email: ann.email })
  })

  it('refreshes what has run out; signs out by revoking at the service and forgetting here', async () => {
    const { app, issuer } = fixture()
    const { home, variables } = await signedIn(await person(app))
    const before = kept(home)
    const old = { ...before.servers[issuer], expiresAt: new Date(0).toISOString() }
    writeFileSync(file(home), JSON.stringify({ ...before, servers: { [issuer]: old } }))
    expect((await runToEnd(['whoami'], variables)).code).to.equal(0)
    const { access = '', refresh = '', expiresAt } = kept(home).servers[issuer] ?? {}
    keepSecret(access, refresh)
    expect(refresh).to.be.a('string').and.not.equal(old.refresh)
    expect(new Date(expiresAt ?? 0)).to.be.greaterThan(new Date())
    expect(await opens(issuer, access)).to.equal(true)

    const out = await runToEnd(['logout'], variables)

    expect([out.code, out.stdout, out.stderr]).to.deep.equal([0, `Signed out at ${issuer}.\n`, ''])
    expect(existsSync(file(home))).to.equal(false)
    await eventually(async () => !(await opens(issuer, access)))
    const next = await post(`${issuer}/token`, {
      grant_type: 'refresh_token',
      refresh_token: refresh,
      client_id: 'gh_command_line_gatehouse',
    })
    expect([next.status, next.body.error]).to.deep.equal([400, 'invalid_grant'])
    const again = await runToEnd(['logout', '--server', issuer, '--json'], variables)
    expect([again.code, JSON.parse(again.stdout)]).to.deep.equal([0, { server: issuer, signed_out: false }])
    const who = await runToEnd(['whoami', '--server', issuer], variables)
    expect([who.code, who.stdout]).to.deep.equal([1, ''])
    expect(who.stderr).to.equal(`You are not signed in.\nSign in with: gatehouse login ${issuer}\n`)
  })

  it('hears that its sign-in was ended elsewhere, and forgets it', async () => {
    const { app } = fixture()
    const ann = await person(app)
    const { home, variables } = await signedIn(ann)
    await transaction(app.db, (tx) => endSessionsOfUser(app, tx, bySystem, ann.id, 'ended_by_owner'))
    await eventually(async () => (await runToEnd(['whoami'], variables)).code === 1)
    expect(existsSync(file(home))).to.equal(false)
  })

  it('says so when the person says no, and keeps nothing', async () => {
    const { app, issuer } = fixture()
    const { program, home, userCode } = await begin('--json')
    const [line = ''] = program.stdout().split('\n')
    expect(JSON.parse(line)).to.include({ user_code: userCode, verification_uri: `${issuer}/device` })
    const browser = openBrowser()
    await toConfirmation(browser, issuer, userCode, await person(app))
    await browser.submit({ decision: 'decline' })
    expect(await program.ended).to.equal(1)
    expect(program.stderr()).to.match(/^The sign-in was declined\./)
    expect(existsSync(file(home))).to.equal(false)
  })

  it('says so when its code ran out', async () => {
    const { clock } = fixture()
    const { program } = await begin()
    clock.advance(601)
    expect(await program.ended).to.equal(1)
    expect(program.stderr()).to.match(/^The code has run out\./)
  })

  it('says so when nobody answers, when it is no such server, and when tokens would travel in clear', async () => {
    const { issuer } = fixture()
    const variables = { HOME: temporaryFolder() }
    const login = (server: string) => runToEnd(['login', '--server', server], variables)
    const nobody = `http://localhost:${await freePort()}`
    const away = await login(nobody)
    expect([away.code, away.stdout]).to.deep.equal([1, ''])
    expect(away.stderr).to.equal(
      `The server does not answer.\nNothing answers at ${nobody}: see whether it runs, and whether the address is right (--server).\n`,
    )
    const other = await login(issuer.replace('localhost', '127.0.0.1'))
    expect([other.code, other.stderr.split('\n')[0]]).to.deep.equal([
      1,
      'This server cannot sign in a command line.',
    ])
    const clear = await login('http://id.example.com')
    expect([clear.code, clear.stderr]).to.deep.equal([
      1,
      'This is no address of a server.\nTokens are not sent in clear to another machine: use https://id.example.com\n',
    ])
    expect((await login('ftp://x')).code).to.equal(1)
  })

  it('says so when the operator has disabled it', async () => {
    const { app, issuer } = fixture()
    await disableClient(app, bySystem, 'gh_command_line_gatehouse')
    try {
      await eventually(async () => {
        const asked = await post(`${issuer}/device_authorization`, { client_id: 'gh_command_line_gatehouse' })
        return asked.status === 401
      })
      const { code, stderr } = await runToEnd(['login', '--server', issuer], { HOME: temporaryFolder() })
      expect(code).to.equal(1)
      expect(stderr).to.include('its operator has disabled the client gh_command_line_gatehouse')
    } finally {
      await enableClient(app, bySystem, 'gh_command_line_gatehouse')
    }
  })

  it('does not go by a file that it cannot read', async () => {
    const home = temporaryFolder()
    mkdirSync(join(home, '.config', 'gatehouse'), { recursive: true })
    writeFileSync(file(home), '{"servers": 1}')
    const { code, stderr } = await runToEnd(['whoami'], { HOME: home })
    expect(code).to.equal(1)
    expect(stderr).to.include(`Look at ${file(home)}, or delete it`)
  })

  it('explains itself with examples', async () => {
    for (const command of ['login', 'whoami', 'logout']) {
      const { code, stdout } = await runToEnd([command, '--help'], { HOME: temporaryFolder() })
      expect(code, command).to.equal(0)
      expect(stdout).to.include('--server <url>').and.include('--json').and.include('Examples:')
    }
  })
})
