import { existsSync } from 'node:fs'
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core'

import { type Service, startService } from './start-service.ts'

/** One of each for the whole run: both take seconds to start. */
let service: Promise<Service> | undefined
let browser: Promise<Browser> | undefined

/** Without a display, without a network but ours, as root too. */
const args = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
]

/** Without a window and what belongs to one it is half as much work. */
const installed = (): string =>
  ['/usr/bin/chromium-headless-shell', '/usr/bin/chromium'].find((path) => existsSync(path)) ?? 'chromium'

const launch = (): Promise<Browser> =>
  chromium.launch({ executablePath: process.env.CHROMIUM_PATH ?? installed(), args })

const contexts: BrowserContext[] = []
const faults: string[] = []

export interface Opened {
  page: Page
  origin: string
}

export interface OpenOptions {
  javaScript?: boolean
  language?: string
  /** Another service than the one that all share. */
  at?: Pick<Service, 'origin'>
}

/** A page in a browser that was never here before. A script that breaks, or what the page's policy forbids, fails the test. */
export async function openPage(options: OpenOptions = {}): Promise<Opened> {
  const { javaScript = true, language = 'en-GB', at } = options
  browser ??= launch()
  const [{ origin }, chrome] = await Promise.all([at ?? (service ??= startService()), browser])
  const context = await chrome.newContext({ javaScriptEnabled: javaScript, locale: language })
  contexts.push(context)
  context.setDefaultTimeout(15_000)
  const page = await context.newPage()
  page.on('pageerror', (error) => faults.push(`a script failed: ${error.message}`))
  page.on('console', (message) => {
    if (message.text().includes('Content Security Policy')) faults.push(message.text())
  })
  return { page, origin }
}

afterEach(async () => {
  for (const context of contexts.splice(0)) await context.close()
  const found = faults.splice(0)
  if (found.length > 0) throw new Error(found.join('\n'))
})

after(async () => {
  await (await browser)?.close()
  await (await service)?.stop()
})
