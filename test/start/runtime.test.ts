import { expect } from 'chai'
import { execFileSync, spawnSync } from 'node:child_process'
import { cpSync, existsSync, mkdirSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'

import { readiness, runToEnd, serve, temporaryFolder, until } from '../support/process.ts'
import { freePort } from '../support/free-port.ts'

const root = join(import.meta.dirname, '../..')

/** A Node of the system that is older than the one Gatehouse runs on, such as a newcomer has. */
function olderNode(): string | null {
  for (const folder of (process.env.PATH ?? '').split(':').concat('/usr/bin', '/usr/local/bin')) {
    const path = join(folder, 'node')
    if (!existsSync(path)) continue
    const version = Number(/^v(\d+)/.exec(spawnSync(path, ['--version'], { encoding: 'utf8' }).stdout)?.[1])
    if (version >= 20 && version < 24) return path
  }
  return null
}

describe('the runtime', function () {
  this.timeout(90_000)
  const older = olderNode()
  before(function () {
    if (older === null) this.skip() // no such Node on this machine
  })

  it('is the bundled one also when an older Node is called by name, and stops with it', async () => {
    const server = await serve({ DATA_DIR: temporaryFolder() }, { node: older ?? '' })

    expect(await readiness(server.origin)).to.equal(200)
    expect(await server.stop()).to.equal(0)
    expect(await readiness(server.origin)).to.equal(0)
  })

  it('does not stay behind when the older one is killed', async () => {
    const server = await serve({ DATA_DIR: temporaryFolder() }, { node: older ?? '' })

    server.kill('SIGKILL')

    await until(async () => (await readiness(server.origin)) === 0)
  })

  it('is asked for in one sentence where it was not installed', async () => {
    const folder = temporaryFolder()
    cpSync(join(root, 'bin'), join(folder, 'bin'), { recursive: true })
    cpSync(join(root, 'package.json'), join(folder, 'package.json'))

    const { code, stdout, stderr } = await runToEnd(['start'], {}, { node: older ?? '', folder })

    expect({ code, stdout }).to.deep.equal({ code: 1, stdout: '' })
    expect(stderr).to.match(
      /^Gatehouse needs Node 24 or newer and this is v2\d\.[\d.]+: run "npm ci" in its folder, [^\n]+\.\n$/,
    )
  })

  it('is asked for too when what was installed does not run on this machine', async () => {
    const folder = temporaryFolder()
    cpSync(join(root, 'bin'), join(folder, 'bin'), { recursive: true })
    cpSync(join(root, 'package.json'), join(folder, 'package.json'))
    mkdirSync(join(folder, 'node_modules/.bin'), { recursive: true })
    symlinkSync(join(root, 'README.md'), join(folder, 'node_modules/.bin/node')) // nothing that can be run

    const { code, stderr } = await runToEnd(['start'], {}, { node: older ?? '', folder })

    expect(code).to.equal(1)
    expect(stderr).to.match(/install Node 24[^\n]*\.\n$/)
  })

  it('is found by npm start', async () => {
    const port = String(await freePort())
    const path = `${join(older ?? '', '..')}:/usr/bin:/bin`
    const variables = { PATH: path, HOME: process.env.HOME ?? '', DATA_DIR: temporaryFolder(), PORT: port }
    const version = execFileSync('npm', ['exec', '--offline', '--', 'node', '--version'], {
      cwd: root,
      env: variables,
      encoding: 'utf8',
    })
    expect(version).to.match(/^v24\./)
  })
})
