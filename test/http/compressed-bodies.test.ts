import { deflateSync, gzipSync } from 'node:zlib'
import { expect } from 'chai'

import { sharedStage } from '../support/shared-stage.ts'

const kinds = {
  '/auth/login': 'application/json',
  '/interaction/some-sign-in/login': 'application/x-www-form-urlencoded',
  '/token': 'application/x-www-form-urlencoded',
}

describe('a body that says it is compressed', () => {
  const shared = sharedStage()

  const send = async (path: keyof typeof kinds, encoding: string, body: string | Buffer<ArrayBuffer>) => {
    const headers = { 'content-type': kinds[path], 'content-encoding': encoding }
    const reply = await fetch(shared().issuer + path, { method: 'POST', headers, body })
    await reply.body?.cancel()
    return reply.status
  }

  for (const path of Object.keys(kinds) as (keyof typeof kinds)[]) {
    it(`is the fault of who sent it where it is not, or much larger than it looks (${path})`, async () => {
      for (const encoding of ['gzip', 'deflate', 'br'])
        expect(await send(path, encoding, '{"a":"b"}'), encoding).to.be.within(400, 415)
      const half = deflateSync(Buffer.from('{"a":"b"}')).subarray(0, -6)
      expect(await send(path, 'deflate', Buffer.from(half))).to.be.within(400, 415)
      expect(await send(path, 'gzip', Buffer.from(gzipSync(Buffer.alloc(20_000_000))))).to.be.within(400, 415)
    })
  }
})
