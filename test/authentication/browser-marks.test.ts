import { expect } from 'chai'

import { makerOf, markMaker, markOnward, onwardUrl } from '../../src/features/authentication/browser-marks.ts'
import { secret } from '../../src/platform/crypto/index.ts'
import { page } from '../../src/platform/http/index.ts'
import { movableClock } from '../support/clock.ts'
import { sampleSite } from '../support/sample-site.ts'

const uid = 'V1StGXR8_Z5jdHi6B-myT'
const ann = '01900000-0000-7000-8000-000000000000'

const keyOf = (text: string) => Buffer.from(text.repeat(32))

async function marking(issuer: string) {
  const clock = movableClock()
  const app = (...keys: string[]) =>
    ({ config: { issuer, cookieKeys: secret(keys.map(keyOf)) }, clock }) as never
  let keys = ['k']
  const seen: unknown[] = []
  const origin = await sampleSite({
    variables: { ISSUER: issuer },
    pages: [
      page({
        method: 'get',
        path: '/mark',
        summary: 'Mark',
        handle: async ({ ctx }) => {
          markMaker(app(...keys), ctx, ann)
          markOnward(app(...keys), ctx, uid)
          return { redirect: '/look' }
        },
      }),
      page({
        method: 'get',
        path: '/look',
        summary: 'Look',
        handle: async ({ ctx }) => {
          seen.push([makerOf(app(...keys), ctx), onwardUrl(app(...keys), ctx)])
          return { redirect: '/mark' }
        },
      }),
    ],
  })
  const get = (path: string, cookies: string[] = []) =>
    fetch(origin + path, { redirect: 'manual', headers: { cookie: cookies.join('; ') } })
  const look = async (cookies: string[]) => {
    await get('/look', cookies)
    return seen.at(-1)
  }
  const set = (await get('/mark')).headers.getSetCookie()
  const rotate = (...next: string[]) => void (keys = next)
  return { clock, set, sent: set.map((line) => line.split(';', 1)[0] ?? ''), look, rotate }
}

describe('what a browser remembers while its person reads their mail', () => {
  it('SE-01: is bound to our host under https, out of reach of scripts, and opaque', async () => {
    const { set } = await marking('https://id.example.test')
    for (const line of set) {
      expect(line).to.match(/^__Host-gatehouse_(maker|onward)=[\w.-]+; path=\/; .*secure/i)
      expect(line)
        .to.match(/; httponly/i)
        .and.match(/; samesite=lax/i)
        .and.not.match(/domain/i)
      expect(line).not.to.include(ann)
    }
    expect(set).to.have.lengthOf(2)
  })

  it('is believed for its time, also after the key was rotated, and not under a key of somebody else', async () => {
    const { clock, sent, look, rotate } = await marking('http://localhost:3000')
    expect(await look(sent)).to.deep.equal([ann, `/interaction/${uid}/login`])
    rotate('new', 'k')
    expect(await look(sent)).to.deep.equal([ann, `/interaction/${uid}/login`])
    rotate('other')
    expect(await look(sent)).to.deep.equal([null, `/interaction/${uid}/login`])
    rotate('k')
    clock.advance(24 * 3600 + 1)
    expect(await look(sent)).to.deep.equal([null, `/interaction/${uid}/login`])
  })

  it('SE-06: is nothing when it is malformed, and leads nowhere else', async () => {
    const { look } = await marking('http://localhost:3000')
    for (const value of [
      '',
      '.',
      '//evil.test',
      '../../evil',
      'https:evil.test',
      'x'.repeat(3000),
      '%ff',
      '"',
    ])
      expect(await look([`gatehouse_maker=${value}`, `gatehouse_onward=${value}`]), value).to.deep.equal([
        null,
        null,
      ])
  })
})
