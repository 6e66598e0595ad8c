import { expect } from 'chai'

import { openGate } from '../../src/features/credentials/gate.ts'

/** Work that ends when told. */
function held(): { work: () => Promise<void>; end: () => void; begun: () => boolean } {
  let begun = false
  let ended = false
  let end = (): void => {
    ended = true
  }
  const work = (): Promise<void> =>
    new Promise((resolve) => {
      begun = true
      end = resolve
      if (ended) resolve()
    })
  return {
    work,
    end: () => {
      end()
    },
    begun: () => begun,
  }
}

const codeOf = (attempt: Promise<unknown>): Promise<unknown> =>
  attempt.then(
    () => 'done',
    (error: unknown) => (error as { code?: string }).code,
  )

const turn = (): Promise<unknown> => new Promise(setImmediate)

describe('the gate before expensive work', () => {
  it('runs as many as it has slots and the next ones in order of arrival', async () => {
    const gate = openGate({ slots: 2, queue: 10, deadlineMs: 60_000 })
    const works = Array.from({ length: 4 }, held)
    const [first, second, third, fourth] = works
    const all = works.map(({ work }) => gate.pass(work))
    await turn()
    expect(works.map(({ begun }) => begun())).to.deep.equal([true, true, false, false])

    second?.end()
    await turn()
    expect([third?.begun(), fourth?.begun()]).to.deep.equal([true, false])

    for (const { end } of works) end()
    await Promise.all(all)
    expect(first?.begun() && fourth?.begun()).to.equal(true)
  })

  it('sends away at once whoever finds the queue full, and says when to come back', async () => {
    const gate = openGate({ slots: 1, queue: 1, deadlineMs: 60_000 })
    const running = held()
    const waiting = held()
    const both = [gate.pass(running.work), gate.pass(waiting.work)]

    const refusal: unknown = await gate.pass(held().work).catch((error: unknown) => error)

    expect(refusal).to.include({ code: 'busy', status: 503 })
    expect(refusal).to.have.nested.property('options.retryAfterSeconds').that.is.greaterThan(0)
    running.end()
    waiting.end()
    await Promise.all(both)
  })

  it('sends away whoever has waited too long, and gives the slot to the next', async () => {
    const gate = openGate({ slots: 1, queue: 5, deadlineMs: 20 })
    const running = held()
    const late = held()
    const kept = gate.pass(running.work)

    expect(await codeOf(gate.pass(late.work))).to.equal('busy')

    const next = gate.pass(async () => 'ran')
    running.end()
    await kept
    expect(await next).to.equal('ran')
    expect(late.begun()).to.equal(false)
  })

  it('frees the slot of work that failed', async () => {
    const gate = openGate({ slots: 1, queue: 0, deadlineMs: 1000 })
    await gate.pass(() => Promise.reject(new Error('no'))).catch(() => undefined)
    expect(await gate.pass(async () => 'ran')).to.equal('ran')
  })

  it('never runs more than its slots, whoever comes and goes', async () => {
    const gate = openGate({ slots: 3, queue: 1000, deadlineMs: 60_000 })
    let running = 0
    let most = 0
    const work = async (): Promise<void> => {
      most = Math.max(most, ++running)
      await turn()
      running--
    }
    await Promise.all(Array.from({ length: 200 }, () => gate.pass(work)))
    expect(most).to.equal(3)
  })
})
