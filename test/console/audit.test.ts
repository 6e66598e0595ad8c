import { expect } from 'chai'

import { sharedStage } from '../support/shared-stage.ts'
import { operator } from './support.ts'

describe('the audit log at the console', () => {
  const shared = sharedStage(async (opened) => ({
    ...opened,
    auditor: await operator(opened, { role: 'auditor' }),
  }))

  it('is looked into by the id of a request, and written out as it is filtered', async () => {
    const { app, auditor } = shared()
    const [row] = await app
      .db('audit_records')
      .where({ action: 'sign_in.succeeded', actor_id: auditor.id })
      .select<{ id: string; request_id: string }[]>('id', 'request_id')
    const asked = `request_id=${row?.request_id ?? ''}&class=sign-in`
    const shown = await auditor.go(`/console/audit?${asked}`)
    expect(shown.html)
      .to.include('sign_in.succeeded')
      .and.to.include(`value="${row?.request_id ?? ''}"`)
    const [, link = ''] = /href="(\/console\/audit\/export[^"]*)"/.exec(shown.html) ?? []
    const file = await auditor.go(link.replaceAll('&amp;', '&'))
    expect(file.headers.get('content-disposition')).to.equal('attachment; filename="audit.ndjson"')
    const written = file.html.trimEnd().split('\n')
    expect(written.map((line) => (JSON.parse(line) as { id: string }).id)).to.include(row?.id)
    expect(written.every((line) => line.includes(row?.request_id ?? '-'))).to.equal(true)
    const support = await operator(shared(), { role: 'support' })
    expect((await support.go('/console/audit/export')).status).to.equal(403)
  })
})
