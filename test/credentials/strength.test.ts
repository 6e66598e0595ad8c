import { expect } from 'chai'
import { pino } from 'pino'

import { openStrength, type Strength } from '../../src/features/credentials/strength/open.ts'
import { afterTest } from '../support/parts.ts'

function open(options: { thread?: URL; measureMs?: number; loadMs?: number } = {}): Strength {
  const strength = openStrength(pino({ level: 'silent' }), options)
  afterTest(() => strength.close())
  return strength
}

const fragile = { thread: new URL('./fragile.worker.ts', import.meta.url), measureMs: 300 }

describe('the strength of a password', () => {
  it('is told for what people choose, and common ones are known with what is put around them', async () => {
    const strength = open()
    const measure = (password: string) => strength.measure(password, ['martin'])

    expect((await measure('correct horse battery staple')).score).to.equal(4)
    expect((await measure('qwertyuiop12')).score).to.be.lessThan(3)
    expect((await measure('martinmartin1')).score).to.be.lessThan(3)
    expect(await measure('administrator')).to.have.property('common', true)
    expect(await measure('Unbelievable1!')).to.have.property('common', true)
    expect(await measure('unbelievable horses of summer')).to.have.property('common', false)
  })

  it('does not take longer than its deadline for the worst a person can send', async () => {
    const strength = open()
    await strength.prepare()
    const began = performance.now()
    await strength.measure('4@8({[</369&#!1'.repeat(18).slice(0, 256), [])
    expect(performance.now() - began).to.be.lessThan(5_000) // a second of a core, and four where others have it
  })

  it('is refused while the thread loads, which goes on, so that a busy machine gets there', async () => {
    const strength = open({ thread: new URL('./late.worker.ts', import.meta.url), loadMs: 50 })
    const ask = () => strength.measure('fine', []).catch((error: unknown) => error)
    expect(await ask()).to.include({ code: 'busy', status: 503 })
    let answer = await ask()
    for (let more = 0; more < 200 && answer instanceof Error; more++) answer = await ask()
    expect(answer).to.deep.equal({ common: false, score: 4 })
  })

  it('is unknown when the thread hangs, and another thread answers the next', async () => {
    const strength = open(fragile)
    expect(await strength.measure('hang', [])).to.deep.equal({ common: false, score: null })
    expect(await strength.measure('common', [])).to.deep.equal({ common: true, score: 4 })
  })

  it('is unknown when the thread dies, and another thread answers the next', async () => {
    const strength = open(fragile)
    expect(await strength.measure('die', [])).to.deep.equal({ common: false, score: null })
    expect(await strength.measure('fine', [])).to.deep.equal({ common: false, score: 4 })
  })

  it('is refused when not even common passwords could be looked up', async () => {
    const strength = open(fragile)
    const refusal: unknown = await strength.measure('die at once', []).catch((error: unknown) => error)
    expect(refusal).to.include({ code: 'busy', status: 503 })
    expect(await strength.measure('fine', [])).to.deep.equal({ common: false, score: 4 })
  })

  it('is told to each who asks at the same moment, one of whom kills the thread', async () => {
    const strength = open(fragile)
    const asked = ['fine', 'die', 'common', 'hang', 'fine'].map((password) => strength.measure(password, []))
    expect((await Promise.all(asked)).map(({ score }) => score)).to.deep.equal([4, null, 4, null, 4])
  })
})
