import { spawn } from 'node:child_process'
import { symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'chai'

import { registeredApi, scopesNamed } from '../support/apis.ts'
import { asClient } from '../oidc/tokens/requests.ts'
import { openBrowser } from '../support/browser.ts'
import { freePort } from '../support/free-port.ts'
import { afterTest } from '../support/parts.ts'
import { person } from '../support/people.ts'
import { temporaryFolder, until } from '../support/process.ts'
import { relyingParty, signInAt } from '../support/relying-party.ts'
import { sharedStage } from '../support/shared-stage.ts'
import { blocksOf } from './blocks.ts'

/** A block of a document in a file of its own, with other words, beside the libraries that are here. */
function fileOf(section: string, start: string, name: string, words: Record<string, string>): string {
  const [path = ''] = section.split(',')
  const text = blocksOf(path).find((one) => one.section === section && one.text.startsWith(start))?.text ?? ''
  const folder = temporaryFolder()
  symlinkSync(join(import.meta.dirname, '../../node_modules'), join(folder, 'node_modules'))
  const file = join(folder, name)
  writeFileSync(
    file,
    Object.entries(words).reduce((all, [word, theirs]) => all.replaceAll(word, theirs), text),
  )
  return file
}

describe('the code of the documentation', () => {
  const on = sharedStage()

  it('of README.md signs a person in, as it stands there', async () => {
    const { app, issuer } = on()
    const origin = `http://localhost:${await freePort()}`
    const file = fileOf('README.md, A relying party in 20 lines', '// app.mjs', 'app.mjs', {
      'http://localhost:4000': origin,
      'listen(4000)': `listen(${new URL(origin).port})`,
    })
    const client = await relyingParty(app, { redirectUris: [`${origin}/callback`] })
    const env = { ISSUER: issuer, CLIENT_ID: client.clientId, CLIENT_SECRET: client.secret ?? '' }
    const child = spawn(process.execPath, [file], { env, stdio: 'ignore' })
    afterTest(() => void child.kill('SIGKILL'))
    await until(() =>
      fetch(origin, { redirect: 'manual' }).then(
        ({ status }) => status === 303,
        () => false,
      ),
    )
    const [ann, browser] = [await person(app), openBrowser()]

    const landing = await signInAt(browser, origin, `${origin}/callback`, ann)

    expect(await (await fetch(landing.url)).text()).to.equal(`Hello ${ann.email}, ${ann.id} to us.\n`)
  })

  it('of docs/integrate.md tells tokens that are for an API from those that are not', async () => {
    const { app, issuer } = on()
    const resource = 'https://tides.example.com/'
    const file = fileOf('docs/integrate.md, Protect your own API', 'import { createRemoteJWKSet', 'api.ts', {
      'https://id.example.com': issuer,
    })
    const { callerOf } = (await import(file)) as {
      callerOf(authorization: string): Promise<{ subject: string; may(scope: string): boolean }>
    }
    const client = await relyingParty(app, { redirectUris: [], grants: ['client_credentials'] })
    await registeredApi(app, { identifier: resource, scopes: scopesNamed('tides:read', 'tides:write') })
    const tokenFor = async (more: Record<string, string>) =>
      String(
        (await asClient(issuer, '/token', client, { grant_type: 'client_credentials', ...more })).body
          .access_token,
      )

    const caller = await callerOf(`Bearer ${await tokenFor({ resource, scope: 'tides:read' })}`)

    expect([caller.subject, caller.may('tides:read'), caller.may('tides:write')]).to.deep.equal([
      client.clientId,
      true,
      false,
    ])
    const refused = await callerOf(`Bearer ${await tokenFor({})}`).then(() => null, String)
    expect(refused).to.include('unexpected "aud" claim value')
  })
})
