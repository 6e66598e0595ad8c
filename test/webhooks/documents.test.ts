import { spawn } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'chai'

import { eventTypes } from '../../src/features/outbox/index.ts'
import { createWebhook } from '../../src/features/webhooks/index.ts'
import { bySystem } from '../../src/platform/app.ts'
import { keepSecret } from '../support/canary.ts'
import { freePort } from '../support/free-port.ts'
import { afterTest } from '../support/parts.ts'
import { temporaryFolder } from '../support/process.ts'
import { stage } from '../support/stage.ts'
import { announce, toThisMachine, until } from './support.ts'

describe('webhooks as they are documented', () => {
  it('docs/events.md lists every type of event, once, and no other', () => {
    const rows = [...readFileSync('docs/events.md', 'utf8').matchAll(/^\| `(auth\.[\w.]+)` +\|(.+)\|$/gm)]
    expect(rows.map(([, type]) => type)).to.have.members([...eventTypes])
    for (const [, type, cells = ''] of rows) {
      const [when = '', subject = ''] = cells.split('|').map((cell) => cell.trim())
      expect([when, subject], type).to.not.include('')
    }
  })

  it('the receiver of docs/integrate.md, as it stands there, takes what is genuine and refuses what is not', async () => {
    const section = readFileSync('docs/integrate.md', 'utf8').split('\n## Webhooks\n')[1] ?? ''
    const file = join(temporaryFolder(), 'receiver.mjs')
    writeFileSync(file, /```js\n([^]*?)```/.exec(section)?.[1] ?? '')
    const { app } = await stage({ variables: toThisMachine, worker: true })
    const port = await freePort()
    const url = `http://127.0.0.1:${port}/events`
    const types = ['auth.client.created']
    const { secret } = await createWebhook(app, bySystem, { url, event_types: types, state: 'paused' })
    keepSecret(secret)
    const child = spawn(process.execPath, [file], { env: { WEBHOOK_SECRET: secret, PORT: String(port) } })
    afterTest(() => void child.kill('SIGKILL'))
    let said = ''
    child.stdout.on('data', (chunk: Buffer) => (said += chunk.toString()))
    const send = (headers: Record<string, string>) => fetch(url, { method: 'POST', headers, body: '{}' })
    await until(() =>
      send({}).then(
        ({ status }) => status === 401,
        () => false,
      ),
    )
    const now = String(Math.floor(Date.now() / 1000))
    const forged = { 'webhook-id': 'a', 'webhook-timestamp': now, 'webhook-signature': 'v1,AAAA v1a,BBBB' }
    expect((await send(forged)).status).to.equal(401)

    await app.db('webhooks').update({ state: 'enabled' })
    await app.db.raw(`select pg_notify('gatehouse', '{"topic":"webhooks","message":{}}')`)
    await announce(app, 'client-7')
    await until(() => said.includes('auth.client.created client-7'))
    await until(
      async () => (await app.db('deliveries').first<{ state: string }>('state')).state === 'delivered',
    )
  })
})
