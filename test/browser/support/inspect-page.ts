import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import axe, { type AxeResults, type RunOptions } from 'axe-core'
import type { Page } from 'playwright-core'

const schemes = ['light', 'dark'] as const
const widths = [360, 1280] as const

/** Where screenshots go; none are made without it. */
const directory = process.env.SCREENSHOTS

/**
 * Looks at the page that is open now in both colour schemes and on a phone and a desktop: throws when axe finds a violation
 * or the page is wider than the screen, and makes screenshots when SCREENSHOTS names a folder.
 */
export async function inspectPage(page: Page, name: string): Promise<void> {
  for (const colorScheme of schemes) {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' })
    for (const width of widths) {
      await page.setViewportSize({ width, height: 800 })
      await demandFits(page, name, width)
      if (directory !== undefined) await shoot(page, `${name}-${width}-${colorScheme}.png`, directory)
    }
    await demandAccessible(page, `${name}, ${colorScheme}`)
  }
}

/**
 * The same for one of many alike pages, at half the price: all of axe on a phone in the light, and in the dark, on a desktop,
 * what colours alone can break; not in the dark where one of its kind was looked at.
 */
export async function glanceAt(page: Page, name: string, { dark = true } = {}): Promise<void> {
  const looks: { colorScheme: 'light' | 'dark'; width: number; rules: RunOptions }[] = [
    { colorScheme: 'light', width: 360, rules: {} },
    { colorScheme: 'dark', width: 1280, rules: { runOnly: ['color-contrast'] } },
  ]
  for (const { colorScheme, width, rules } of looks.slice(0, dark ? 2 : 1)) {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' })
    await page.setViewportSize({ width, height: 800 })
    await demandFits(page, name, width)
    if (directory !== undefined) await shoot(page, `${name}-${width}-${colorScheme}.png`, directory)
    await demandAccessible(page, `${name}, ${colorScheme}`, rules)
  }
}

async function shoot(page: Page, file: string, into: string): Promise<void> {
  mkdirSync(into, { recursive: true })
  await page.screenshot({ path: join(into, file), fullPage: true })
}

async function demandFits(page: Page, name: string, width: number): Promise<void> {
  const needed = await page.evaluate('document.documentElement.scrollWidth') // text: there are no types of browsers here
  if (typeof needed !== 'number' || needed > width)
    throw new Error(`${name} is ${String(needed)} wide on ${width}`)
}

/** WCAG 2.2 A and AA, and what axe calls best practice. */
async function demandAccessible(page: Page, name: string, rules: RunOptions = {}): Promise<void> {
  await page.evaluate(axe.source) // not a script element, which the page's policy would rightly refuse
  const results = await page.evaluate<AxeResults>(`axe.run(document, ${JSON.stringify(rules)})`) // text, as above
  const told = results.violations.map(({ id, help, nodes }) => {
    const where = nodes.map(({ html, failureSummary = '' }) => `  ${html}\n  ${failureSummary}`)
    return `${id}: ${help}\n${where.join('\n')}`
  })
  if (told.length > 0) throw new Error(`axe on ${name}:\n${told.join('\n')}`)
}
