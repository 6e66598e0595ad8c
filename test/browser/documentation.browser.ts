import { expect } from 'chai'
import type { Page } from 'playwright-core'

import { openPage } from './support/chromium.ts'
import { glanceAt } from './support/inspect-page.ts'
import { button } from './support/people.ts'

/** From the first page of the documentation to a place in a document that was searched for. */
async function find(page: Page, origin: string): Promise<void> {
  await page.goto(`${origin}/docs`)
  await page.getByRole('heading', { level: 1, name: 'Documentation' }).waitFor()
  await page.getByLabel('Search the documentation').fill('invalid_grant')
  await button(page, 'Search').click()
  const result = page.getByRole('link', { name: 'invalid_grant' })
  await result.first().waitFor()
  expect(await page.getByLabel('Search the documentation').inputValue()).to.equal('invalid_grant')
  await result.first().click()
  await page.getByRole('heading', { name: 'invalid_grant' }).waitFor()
  expect(new URL(page.url()).hash).not.to.equal('')
}

describe('the documentation, in chromium', () => {
  it('is searched without scripts, and says so when there is nothing', async () => {
    const { page, origin } = await openPage({ javaScript: false })
    await find(page, origin)
    await page.goto(`${origin}/docs/search?q=zebracrossing`)
    expect(await page.getByRole('status').innerText()).to.include('zebracrossing')
  })

  it('is searched with them, and each kind of page holds up to axe, on a phone too', async function () {
    this.timeout(120_000)
    const { page, origin } = await openPage()
    await find(page, origin)
    for (const place of ['', '/search?q=refresh', '/integrate', '/decisions', '/api', '/api/admin-keys']) {
      const reply = await page.goto(`${origin}/docs${place}`)
      expect([reply?.status(), place]).to.deep.equal([200, place])
      await glanceAt(page, `docs${place.replaceAll(/\W+/g, '-')}`)
    }
  })
})
