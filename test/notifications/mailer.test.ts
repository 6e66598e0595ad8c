import { createServer } from 'node:net'
import type { AddressInfo } from 'node:net'
import { expect } from 'chai'

import { openMailer } from '../../src/features/notifications/index.ts'
import { secret } from '../../src/platform/crypto/index.ts'
import { movableClock } from '../support/clock.ts'
import { afterTest } from '../support/parts.ts'

const mail = { id: '1', to: 'ann@example.com', subject: 'Hello', text: 'Hello', html: '<p>Hello</p>' }

/** A server that takes calls and never says a word. */
async function silentServer() {
  const calls: unknown[] = []
  const server = createServer((socket) => {
    calls.push(socket)
    afterTest(() => void socket.destroy())
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  afterTest(() => void server.close())
  return { calls, url: `smtp://127.0.0.1:${(server.address() as AddressInfo).port}` } // it listens on a port
}

describe('a mail server that says nothing', () => {
  it('is given up in time, and left alone for a while', async () => {
    const { calls, url } = await silentServer()
    const clock = movableClock()
    const config = { issuer: 'https://id.example.com', mail: { url: secret(url), from: 'id@example.com' } }
    const timeouts = { dnsTimeout: 200, connectionTimeout: 200, greetingTimeout: 200, socketTimeout: 200 }
    const mailer = openMailer(config, clock, timeouts)
    afterTest(() => {
      mailer.close()
    })

    const first = await mailer.send(mail)
    const others = await Promise.all([mailer.send(mail), mailer.send(mail)])

    expect(first).to.include({ result: 'failed', serverAway: true })
    expect(others.map(({ result }) => result)).to.deep.equal(['failed', 'failed'])
    expect(calls).to.have.lengthOf(1)
    clock.advance(16)
    await mailer.send(mail)
    expect(calls).to.have.lengthOf(2)
  })
})
