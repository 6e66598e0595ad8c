import { expect } from 'chai'

import { runImport } from '../../src/features/imports/index.ts'
import { sharedStage } from '../support/shared-stage.ts'
import { heading, type Operator, operator } from './support.ts'

/** Sends the form of the page last seen as a browser does when it holds a file. */
async function upload({ browser }: Operator, to: string, file: string, fields: Record<string, string>) {
  const form = new FormData()
  for (const [name, value] of Object.entries({ ...browser.forms()[1]?.fields, ...fields }))
    form.set(name, value)
  form.set('file', new Blob([file]), 'people.csv')
  const cookie = browser.cookies().map(({ name, value }) => `${name}=${value}`)
  const headers = { cookie: cookie.join('; '), origin: new URL(to).origin }
  return fetch(to, { method: 'POST', body: form, headers, redirect: 'manual' })
}

describe('imports at the console', () => {
  const shared = sharedStage(async (opened) => ({
    ...opened,
    root: await operator(opened, { role: 'root_admin' }),
  }))

  it('take a file, show what became of each row, can be cancelled, and write everybody out', async () => {
    const { app, issuer, root } = shared()
    const to = `${issuer}/console/imports/new`
    await root.go('/console/imports/new')
    const fields = { format: 'csv', on_conflict: 'fail', dry_run: '' }
    expect((await upload(root, to, 'email\na@import.example\n', { ...fields, csrf: '' })).status).to.equal(
      403,
    )
    const wrong = await upload(root, to, 'nonsense\n1\n', fields)
    expect(wrong.status).to.equal(400)
    expect(await wrong.text()).to.include('The file has a column that is not known here.')

    const begin = async () => {
      await root.go('/console/imports/new')
      const sent = await upload(root, to, 'email\na@import.example\nnobody\n', fields)
      expect(sent.status, await sent.text()).to.equal(303)
      return /\/console\/imports\/([\w-]{36})/.exec(sent.headers.get('location') ?? '')?.[1] ?? ''
    }
    const id = await begin()
    expect((await root.go(`/console/imports/${id}`)).html).to.include('Look again')
    await runImport(app, id)
    const done = await root.go(`/console/imports/${id}?outcome=failed`)
    expect(heading(done)).to.equal('Import')
    expect(done.html).to.include('2/2').and.to.include('email: ').and.not.to.include('Look again')

    const other = await begin()
    for (const said of ['The import is cancelled.', 'This import has ended already.']) {
      await root.go(`/console/imports/${other}/cancel`)
      expect((await root.browser.submit({}, { form: 1 })).html).to.include(said)
    }
    await runImport(app, other)
    expect((await root.go(`/console/imports/${other}`)).html)
      .to.include('0/2')
      .and.to.include('Cancelled')

    const file = await root.go('/console/imports/export/csv')
    expect(file.headers.get('content-disposition')).to.equal('attachment; filename="people.csv"')
    expect(file.html).to.include('a@import.example')
    expect(
      await app.db('audit_records').where({ actor_id: root.id, action: 'users.exported' }),
    ).to.have.lengthOf(1)
  })

  it('go on when they were given up, in as far as whoever lets them may', async () => {
    const { app, issuer, root } = shared()
    await root.go('/console/imports/new')
    const fields = { format: 'csv', on_conflict: 'fail', dry_run: '' }
    const sent = await upload(root, `${issuer}/console/imports/new`, 'email\nlate@import.example\n', fields)
    const path = /\/console\/imports\/([\w-]{36})/.exec(sent.headers.get('location') ?? '')
    const [url = '', id = ''] = path ?? []
    expect((await root.go(url)).html).not.to.include('/resume"')
    await app.db.raw(
      "alter table users add constraint no_more check (email <> 'late@import.example') not valid",
    )
    for (let tries = 0; tries < 5; tries++) await runImport(app, id).catch(() => undefined)
    await app.db.raw('alter table users drop constraint no_more')
    expect((await root.go(url)).html)
      .to.include('Given up')
      .and.to.include('database 23514')
      .and.to.include(`href="${url}/resume"`)
    const admin = await operator(shared(), { role: 'admin' })
    await admin.go(`${url}/resume`)
    expect((await admin.browser.submit({}, { form: 1 })).status, 'for a root administrator').to.equal(403)

    for (const said of ['The import goes on.', 'Only an import that was given up can go on']) {
      await root.go(`${url}/resume`)
      expect((await root.browser.submit({}, { form: 1 })).html).to.include(said)
    }
    await runImport(app, id)
    expect((await root.go(url)).html)
      .to.include('1/1')
      .and.not.to.include('/resume"')
  })

  it('are not shown to whoever may not bring people in, and take no file from them', async () => {
    const { issuer } = shared()
    const support = await operator(shared(), { role: 'support' })
    expect((await support.go('/console/imports')).status).to.equal(403)
    expect((await support.go('/console/imports/export/csv')).status).to.equal(403)
    expect((await upload(support, `${issuer}/console/imports/new`, 'email\n', {})).status).to.equal(403)
  })
})
