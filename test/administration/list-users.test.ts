import { expect } from 'chai'

import { setUserStatus } from '../../src/features/accounts/index.ts'
import { bySystem } from '../../src/platform/app.ts'
import { person } from '../support/people.ts'
import { sharedStage } from '../support/shared-stage.ts'
import { type Operator, operator, problem, told } from './support.ts'

interface Item {
  id: string
  email: string
  roles: string[]
  status: string
}

interface PageOf {
  items: Item[]
  next: string | null
}

const mark = 'lister'

describe('the list of people', () => {
  const shared = sharedStage(async ({ app, issuer }) => {
    const admin = await operator(app, 'admin')
    const made = []
    for (const name of ['Zoe', 'Bob', 'Cy_d', 'Dan', 'Eve'])
      made.push(await person(app, { email: `${name.toLowerCase()}-${mark}@example.com`, name }))
    await setUserStatus(app, bySystem, made[3]?.id ?? '', 'disabled', 'left')
    await setUserStatus(app, bySystem, made[4]?.id ?? '', 'deleted', 'asked for it')
    const root = await person(app, { role: 'root_admin', email: `root-${mark}@example.com` })
    return { app, issuer, admin, made, root }
  })

  async function list(query: string, by: Operator = shared().admin): Promise<PageOf> {
    const reply = await by.call('GET', `/admin/users?${query}`)
    expect(reply.status, query).to.equal(200)
    return (await reply.json()) as PageOf
  }

  const named = ({ items }: PageOf): string[] =>
    items.flatMap(({ email }) => (email.includes(mark) ? [email.split('-')[0] ?? ''] : []))

  it('shows everybody but the deleted, the newest first, a page at a time', async () => {
    const seen: string[] = []
    let after = ''
    for (let pages = 0; pages < 20; pages++) {
      const found = await list(`limit=2${after}`)
      expect(found.items.length).to.be.at.most(2)
      seen.push(...found.items.map(({ id }) => id))
      if (found.next === null) break
      after = `&after=${found.next}`
    }
    const all = (await list('limit=200')).items.map(({ id }) => id)
    expect(seen).to.deep.equal(all)
    expect(new Set(seen).size).to.equal(seen.length)
    expect(seen).not.to.include(shared().made[4]?.id)
    expect(seen.indexOf(shared().root.id)).to.be.below(seen.indexOf(shared().made[0]?.id ?? ''))
  })

  it('goes by address or by age, up and down', async () => {
    expect(named(await list('sort=email'))).to.deep.equal(['bob', 'cy_d', 'dan', 'root', 'zoe'])
    expect(named(await list('sort=-email'))).to.deep.equal(['zoe', 'root', 'dan', 'cy_d', 'bob'])
    expect(named(await list('sort=created_at'))).to.deep.equal(['zoe', 'bob', 'cy_d', 'dan', 'root'])
    const first = await list('sort=email&limit=1&q=b')
    expect(named(first)).to.deep.equal(['bob'])
  })

  it('is filtered by state, role, address in any spelling, and by how a name begins', async () => {
    expect(named(await list('status=disabled'))).to.deep.equal(['dan'])
    expect(named(await list('role=root_admin'))).to.deep.equal(['root'])
    expect(named(await list(`email=ZOE-${mark}@EXAMPLE.com`))).to.deep.equal(['zoe'])
    expect(named(await list('email=nobody'))).to.deep.equal([])
    expect(named(await list('q=Zo'))).to.deep.equal(['zoe'])
    expect(named(await list('q=cy_d'))).to.deep.equal(['cy_d'])
    expect(named(await list('q=%25')), 'a wildcard stands for itself').to.deep.equal([])
    const soon = new Date(Date.now() + 3_600_000).toISOString()
    expect((await list(`created_since=${soon}`)).items).to.deep.equal([])
  })

  it('finds people by any part of what they are called, every word of it', async () => {
    const searched = async (text: string) =>
      named(await list(`sort=email&search=${encodeURIComponent(text)}`))
    expect(await searched(`OB-${mark}`)).to.deep.equal(['bob'])
    expect(await searched(`${mark} zoe`)).to.deep.equal(['zoe'])
    expect(await searched('y_d-l')).to.deep.equal(['cy_d'])
    expect(await searched('zo')).to.deep.equal(['zoe'])
    expect(await searched('%%%')).to.deep.equal([])
    expect(await searched(`bob-${mark}@example.com`)).to.deep.equal(['bob'])
    const first = await list(`search=${mark}&limit=2&sort=name`)
    expect(named(await list(`search=${mark}&limit=2&sort=name&after=${first.next}`))).to.have.lengthOf(2)
  })

  it('is filtered by what is proven, by second factors, and goes by the last sign-in', async () => {
    const { admin, app } = shared()
    const unverified = await person(app, { email: `un-${mark}@example.com` })
    await app.db('users').where({ id: unverified.id }).update({ email_verified_at: null })
    expect(named(await list('verified=false'))).to.deep.equal(['un'])
    expect((await list('second_factor=true')).items).to.deep.equal([])
    expect(named(await list('second_factor=false'))).to.include('un')
    const used = (await list('sort=-last_sign_in_at')).items
    expect(used.map(({ id }) => id))
      .to.include(admin.id)
      .and.not.include(unverified.id)
    const soon = new Date(Date.now() + 3_600_000).toISOString()
    expect((await list(`last_sign_in_since=${soon}`)).items).to.deep.equal([])
    await app.db('users').where({ id: unverified.id }).update({ status: 'deleted' })
  })

  it('shows roles as they are in force now', async () => {
    const [root] = (await list('role=root_admin&q=root')).items
    expect(root).to.deep.include({ roles: ['root_admin', 'user'], role: 'root_admin', status: 'active' })
  })

  it('AD-08: refuses a position of another list, and filters it does not know', async () => {
    const { next } = await list('limit=1')
    const { admin } = shared()
    for (const query of [
      `after=${next}x`,
      `after=${next}&status=disabled`,
      `after=x`,
      'sort=password',
      'evil=1',
    ]) {
      const reply = await admin.call('GET', `/admin/users?${query}`)
      expect(reply.status, query).to.equal(400)
      expect(await told(reply)).to.include({ type: problem('invalid_input') })
    }
    expect((await admin.call('GET', `/admin/sessions?after=${next}`)).status).to.equal(400)
  })

  it('never holds a hash, and is not for people without the permission', async () => {
    const { app } = shared()
    const ann = await operator(app)
    for (const path of ['/admin/users', `/admin/users/${ann.id}`, '/admin/sessions'])
      expect((await ann.call('GET', path)).status, path).to.equal(403)
    const text = await (await shared().admin.call('GET', `/admin/users/${ann.id}`)).text()
    expect(text).to.include(ann.email).and.not.include('argon2')
  })
})
