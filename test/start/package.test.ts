import { execFileSync } from 'node:child_process'
import { mkdirSync, readdirSync, renameSync, symlinkSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { expect } from 'chai'

import { passwordIn, readiness, runToEnd, serve, temporaryFolder } from '../support/process.ts'
import { registered, signIn } from './support.ts'

/** The package as npm would install it, without asking a registry: its dependencies are the ones that stand here. */
function installed(): string {
  const folder = temporaryFolder()
  const said = execFileSync('npm', ['pack', '--json', '--pack-destination', folder], { encoding: 'utf8' })
  const [packed] = JSON.parse(said.slice(said.indexOf('['))) as [
    { filename: string; files: { path: string }[] },
  ]
  const sources = packed.files.filter(({ path }) => path.endsWith('.ts'))
  expect(sources, 'TypeScript, which Node does not run there').to.deep.equal([])

  const modules = join(folder, 'node_modules')
  mkdirSync(modules)
  execFileSync('tar', ['xzf', join(folder, packed.filename), '-C', folder])
  renameSync(join(folder, 'package'), join(modules, 'gatehouse'))
  for (const name of readdirSync('node_modules'))
    symlinkSync(resolve('node_modules', name), join(modules, name))
  return join(modules, 'gatehouse')
}

describe('the package that npm pack makes', function () {
  this.timeout(120_000)

  it('starts where there is no clone, signs in, obeys commands, and shares its data with a clone', async () => {
    const [folder, dataDir] = [installed(), temporaryFolder()]
    const server = await serve({ DATA_DIR: dataDir }, { folder })
    expect(await readiness(server.origin)).to.equal(200)
    expect(server.stdout()).to.include('Lost? npx gatehouse bootstrap-admin --reset')
    const home = await fetch(`http://localhost:${server.variables.PORT ?? ''}/`)
    expect(home.status, 'pages have their templates').to.equal(200)
    await signIn(await registered(server), 'root@localhost.test', passwordIn(server.stdout()) ?? '')
    const listed = await runToEnd(['user', 'list', '--json'], server.variables, { folder })
    expect(listed.stdout).to.include('root@localhost.test')
    expect(await server.stop()).to.equal(0)

    const clone = await runToEnd(['user', 'list', '--json'], server.variables)
    expect(clone.stdout).to.equal(listed.stdout)
  })
})
