import { expect } from 'chai'

import { clientErrors, createClient, openClients, rotateSecret } from '../../src/features/clients/index.ts'
import { openSettings } from '../../src/features/settings/index.ts'
import { bySystem } from '../../src/platform/app.ts'
import { Problem } from '../../src/platform/errors.ts'
import { afterTest, type Parts, parts } from '../support/parts.ts'

async function start() {
  const app = await parts()
  const directory = openClients({ ...app, settings: openSettings(app) })
  afterTest(() => directory.close())
  const { client, secret } = await createClient(app, bySystem, {
    name: 'Shop',
    redirectUris: ['https://rp.example/cb'],
  })
  const accepts = async (...secrets: (string | null)[]) => {
    await settle()
    const record = await directory.get(client.id)
    return secrets.map((one) => record !== null && directory.secretMatches(record, one ?? ''))
  }
  return { app, id: client.id, first: secret, accepts, directory }
}

/** Longer than a message takes to every process; less than the second that is promised. */
const settle = () => new Promise((resolve) => setTimeout(resolve, 100))

const rotate = (app: Parts, id: string, overlapSeconds: number) =>
  rotateSecret(app, bySystem, id, { overlapSeconds })

describe('rotating a client secret', () => {
  it('lets old and new work until the overlap ends, then the new one alone', async () => {
    const { app, id, first, accepts } = await start()
    const second = await rotate(app, id, 3600)
    expect(await accepts(first, second.secret)).to.deep.equal([true, true])
    app.clock.advance(3599)
    expect(await accepts(first, second.secret)).to.deep.equal([true, true])
    app.clock.advance(2)
    expect(await accepts(first, second.secret)).to.deep.equal([false, true])
  })

  it('ends the old one at once without overlap', async () => {
    const { app, id, first, accepts } = await start()
    const second = await rotate(app, id, 0)
    expect(await accepts(first, second.secret)).to.deep.equal([false, true])
  })

  it('never leaves more than two alive', async () => {
    const { app, id, first, accepts } = await start()
    const second = await rotate(app, id, 3600)
    const third = await rotate(app, id, 3600)
    expect(await accepts(first, second.secret, third.secret)).to.deep.equal([false, true, true])
  })

  it('leaves exactly one current secret when twenty rotate at the same moment', async () => {
    const { app, id, accepts } = await start()
    const made = await Promise.all(Array.from({ length: 20 }, () => rotate(app, id, 3600)))
    const alive = await accepts(...made.map(({ secret }) => secret))
    expect(alive.filter(Boolean)).to.have.lengthOf(2)
    expect(await app.db('client_secrets').where({ client_id: id }).whereNull('expires_at')).to.have.lengthOf(
      1,
    )
  })

  it('refuses a client that has none, an unknown one and an overlap without end', async () => {
    const { app, id } = await start()
    const { client } = await createClient(app, bySystem, {
      name: 'App',
      redirectUris: ['https://rp.example/cb'],
      authentication: 'none',
    })
    const codes = await Promise.all(
      [
        rotate(app, client.id, 0),
        rotate(app, 'gh_unknown', 0),
        rotate(app, id, 40 * 86_400),
        rotate(app, id, -1),
      ].map((work) =>
        work.then(
          () => 'done',
          (error: unknown) => (error instanceof Problem ? error.code : String(error)),
        ),
      ),
    )
    expect(codes).to.deep.equal([
      clientErrors.client_has_no_secret().code,
      clientErrors.client_not_found().code,
      'invalid_client_metadata',
      'invalid_client_metadata',
    ])
  })
})
