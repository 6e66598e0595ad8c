import { expect } from 'chai'

import { person } from '../support/people.ts'
import { relyingParty } from '../support/relying-party.ts'
import { stage } from '../support/stage.ts'

/** What was written to the console while `work` ran: the library tells there what it was not configured about. */
async function printedDuring(work: () => Promise<unknown>): Promise<string> {
  const streams = [process.stdout, process.stderr]
  const originals = streams.map((stream) => stream.write.bind(stream))
  let printed = ''
  for (const stream of streams) {
    stream.write = (chunk: string | Uint8Array) => {
      printed += String(chunk)
      return true
    }
  }
  try {
    await work()
  } finally {
    for (const [index, stream] of streams.entries()) stream.write = originals[index] ?? stream.write
  }
  return printed
}

describe('the protocol library', () => {
  it('prints nothing at start, nor while somebody signs in: nothing is left to its defaults', async () => {
    const printed = await printedDuring(async () => {
      const { app } = await stage()
      const ann = await person(app)
      const client = await relyingParty(app, { firstParty: false })
      const { tokens } = await client.signIn(ann, { parameters: { scope: 'openid email offline_access' } })
      await client.refresh(tokens.refresh_token ?? '')
    })
    expect(printed).to.equal('')
  })
})
