import { createServer, type Server, type Socket } from 'node:net'
import { expect } from 'chai'

import { withinLimits } from '../../src/features/lockout/index.ts'
import { refuseThrottled } from '../../src/features/lockout/within-limits.ts'
import { anonymous } from '../../src/platform/http/index.ts'
import { person } from '../support/people.ts'
import { afterTest } from '../support/parts.ts'
import { stage } from '../support/stage.ts'

/** Something at the address of a Redis that accepts and never answers, or is not there at all. */
async function address(silent: boolean): Promise<string> {
  const sockets = new Set<Socket>()
  const server: Server = createServer((socket) => void sockets.add(socket))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const place = server.address()
  const port = typeof place === 'object' && place ? place.port : 0
  const close = () => {
    for (const socket of sockets) socket.destroy()
    server.close()
  }
  if (silent) afterTest(close)
  else close()
  return `redis://127.0.0.1:${port}`
}

const by = anonymous({ requestId: 'test', ip: '192.0.2.1', userAgent: '' })

describe('a lockout whose Redis is away', () => {
  for (const silent of [false, true]) {
    it(`LK-07: holds when it ${silent ? 'does not answer' : 'refuses connections'}, for all processes together`, async () => {
      const { app, replica } = await stage({ variables: { REDIS_URL: await address(silent) } })
      const apps = [app, (await replica()).app]
      const ann = await person(app)
      let looks = 0
      const attempt = { login: ann.email, user: null, deviceId: null, proof: null, clientId: 'x' }
      const look = () => {
        looks++
        return Promise.resolve(false)
      }
      const all = Array.from({ length: 20 }, async (_, turn) => {
        const machine = apps[turn % 2] ?? app
        await refuseThrottled(machine, by, ann.email)
        return withinLimits(machine, by, attempt, look)
      })
      await Promise.allSettled(all)
      expect(looks).to.equal(5)
    })
  }

  const redis = process.env.TEST_REDIS_URL
  it('repeats a refusal from Redis while it is there, so that a flood asks Postgres nothing', async function () {
    if (redis === undefined) this.skip()
    const { app } = await stage()
    const attempt = { login: 'somebody@example.com', user: null, deviceId: null, proof: null, clientId: 'x' }
    const tryOnce = () =>
      withinLimits(app, by, attempt, () => Promise.resolve(false)).catch((error: unknown) => error)
    for (let turn = 0; turn < 5; turn++) await tryOnce()
    await refuseThrottled(app, by, attempt.login) // nobody was refused yet
    await tryOnce()
    await app.db('lockout_buckets').delete()
    const refusal = await refuseThrottled(app, by, attempt.login).catch((error: unknown) => error)
    expect(refusal).to.include({ code: 'too_many_attempts', status: 429 })
  })
})
