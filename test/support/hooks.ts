import { expect } from 'chai'

import { givenAway, watched } from './canary.ts'

/** Run by mocha around the whole suite. */
export const mochaHooks = {
  afterAll(this: Mocha.Context): void {
    this.timeout(120_000) // it reads every line
    expect(givenAway(), 'log lines that hold a secret').to.deep.equal([])
    if (process.env.TEST_CANARY === 'show') process.stdout.write(`canary: ${JSON.stringify(watched())}\n`)
  },
}
