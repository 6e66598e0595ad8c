import type { Page } from 'playwright-core'

/** More stops than a page has before what is looked for. */
const mostStops = 60

/** Tabs until the thing with this accessible name has the focus; whoever has no mouse must get there too. */
export async function tabTo(page: Page, name: string): Promise<void> {
  const reached: string[] = []
  for (let stop = 0; stop < mostStops; stop++) {
    const now = await page
      .locator(':focus')
      .first()
      .ariaSnapshot({ timeout: 1_000 })
      .catch(() => '')
    if (now.includes(`"${name}"`) || now === `- text: ${name}`) return // the latter is how a summary is told
    reached.push(now)
    await page.keyboard.press('Tab')
  }
  throw new Error(`Tab did not reach "${name}": ${reached.join(', ')}`)
}
