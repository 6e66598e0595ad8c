import { createServer, type Server, type Socket } from 'node:net'
import { expect } from 'chai'

import { secret } from '../../src/platform/crypto/index.ts'
import { type Limits, limits, openLimits } from '../../src/platform/limits/index.ts'
import { openCache } from '../../src/platform/redis.ts'
import { afterTest, type Parts, parts } from '../support/parts.ts'

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

async function openOn({ db, log }: Parts, url: string): Promise<Limits> {
  const cache = await openCache(secret(url), log)
  afterTest(() => {
    cache.disconnect()
  })
  return openLimits(db, cache)
}

describe('a rate limit whose Redis is away', () => {
  for (const silent of [false, true]) {
    it(`still holds, for all processes together, when it ${silent ? 'does not answer' : 'refuses connections'} (LK-07)`, async () => {
      const app = await parts()
      const url = await address(silent)
      const replicas = [await openOn(app, url), await openOn(app, url)] as const

      const outcomes: string[] = []
      for (let turn = 0; turn < limits.register.points + 4; turn++) {
        const limiter = replicas[turn % 2 === 0 ? 0 : 1]
        const outcome = limiter.take('register', '192.0.2.1').then(
          () => 'passed',
          () => 'refused',
        )
        outcomes.push(await outcome)
      }

      expect(outcomes.filter((outcome) => outcome === 'passed')).to.have.lengthOf(limits.register.points)
      expect(outcomes.slice(-4)).to.deep.equal(['refused', 'refused', 'refused', 'refused'])
    })
  }
})
