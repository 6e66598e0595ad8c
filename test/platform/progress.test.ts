import { expect } from 'chai'
import { PassThrough } from 'node:stream'

import { openProgress } from '../../src/platform/progress.ts'

/** What a stream was told, as a terminal or not. */
async function drawn(isTTY: boolean): Promise<string> {
  const stream = Object.assign(new PassThrough(), { isTTY })
  const progress = await openProgress('verifying', 4, stream)
  progress.advance(3)
  progress.advance(1)
  progress.stop()
  return String(stream.read() ?? '')
}

describe('the progress of a long command', () => {
  it('is drawn on a terminal', async () => {
    expect(await drawn(true))
      .to.include('verifying')
      .and.to.include('100%')
      .and.to.include('4/4')
  })

  it('leaves a pipe or a file alone', async () => {
    expect(await drawn(false)).to.equal('')
  })
})
