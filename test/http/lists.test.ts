import { expect } from 'chai'

import { openList } from '../../src/platform/http/index.ts'
import { secret } from '../../src/platform/crypto/index.ts'

const keyOf = (text: string) => Buffer.from(text.repeat(32))
const app = (...keys: string[]) => ({ config: { cookieKeys: secret(keys.map(keyOf)) } }) as never

const rows = ['a', 'b', 'c'].map((id) => ({ id, email: `${id}@example.com` }))
const name = ['GET /admin/users', { status: 'active' }, '-email']

const firstPage = (keys = ['k']) =>
  openList(app(...keys), name, { limit: 2 }).page(
    rows,
    ({ id, email }) => ({ key: email, id }),
    ({ id }) => id,
  )

const decode = (after: string, { keys = ['k'], list = name } = {}) =>
  openList(app(...keys), list, { limit: 2, after }).from

describe('a list by pages', () => {
  it('shows a page, and says where the next one begins while there is one', () => {
    const { items, next } = firstPage()
    expect(items).to.deep.equal(['a', 'b'])
    expect(decode(String(next))).to.deep.equal({ key: 'b@example.com', id: 'b' })
    const all = openList(app('k'), name, { limit: 3 })
    const last = all.page(
      rows,
      ({ id }) => ({ key: id, id }),
      ({ id }) => id,
    )
    expect(last).to.deep.equal({ items: ['a', 'b', 'c'], next: null })
  })

  it('asks for one row more than it shows, and for no count', () => {
    expect(openList(app('k'), name, { limit: 2 }).rows).to.equal(3)
  })

  it('AD-08: refuses a position that was changed, made up, or given out for another list or filter', () => {
    const next = String(firstPage().next)
    const [text = '', mark = ''] = next.split('.')
    const forged = Buffer.from(JSON.stringify({ key: "' or 1=1", id: 'x' })).toString('base64url')
    const wrong = ['', 'x', text, `${text}.`, `${forged}.${mark}`, `${text}.${mark.slice(1)}`, `${next}A`]
    for (const after of wrong) expect(() => decode(after), after).to.throw('does not match the contract')
    for (const list of [
      ['GET /admin/sessions', { status: 'active' }, '-email'],
      ['GET /admin/users', { status: 'disabled' }, '-email'],
      ['GET /admin/users', { status: 'active' }, 'email'],
    ])
      expect(() => decode(next, { list }), JSON.stringify(list)).to.throw('does not match the contract')
    expect(() => decode(next, { keys: ['other'] }), 'a default key').to.throw('does not match the contract')
  })

  it('goes on under an older key after a rotation', () => {
    expect(decode(String(firstPage().next), { keys: ['new', 'k'] })).not.to.equal(null)
  })
})
