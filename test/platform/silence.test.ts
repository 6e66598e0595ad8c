import { expect } from 'chai'
import { Client } from 'pg'

import { type WatchedConnection, watchSilence } from '../../src/platform/db/silence.ts'
import { toProblem } from '../../src/platform/http/index.ts'
import { openWire } from '../../faults/rig/wire.ts'
import { freshDatabase } from '../support/database.ts'
import { afterTest } from '../support/parts.ts'

describe('a database whose packets are dropped', () => {
  it('ends a statement that brings nothing, and the connection with it, and no connection that is idle', async () => {
    const { url, drop } = await freshDatabase()
    afterTest(drop)
    const to = new URL(url)
    const wire = await openWire({ host: to.hostname, port: Number(to.port) })
    afterTest(() => wire.close())
    to.host = `127.0.0.1:${wire.port}`
    const watch = watchSilence(() => 0)
    const [busy, idle] = [
      new Client({ connectionString: to.href }),
      new Client({ connectionString: to.href }),
    ]
    for (const client of [busy, idle]) {
      client.on('error', () => undefined) // the statement's rejection is looked at
      await client.connect()
      watch(client as unknown as WatchedConnection) // the driver's types leave it out
    }

    wire.set('silent')
    const refused: unknown = await busy.query('select 1').catch((error: unknown) => error)
    wire.set('open')

    expect(refused).to.include({ code: 'ETIMEDOUT' })
    expect((await idle.query<{ one: number }>('select 1 as one')).rows).to.deep.equal([{ one: 1 }])
    await idle.end()
  })

  it('is told as 503, whoever says it: the driver, or the query builder with a statement in front', () => {
    for (const words of ['Connection terminated unexpectedly', 'timeout expired'])
      for (const said of [words, `ROLLBACK - ${words}`])
        expect(toProblem(new Error(said)), said).to.include({ status: 503 })
    expect(toProblem(new Error('something else'))).to.include({ status: 500 })
  })
})
