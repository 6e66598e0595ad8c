/**
 * `node test/support/gallery.ts <outdir> [id…]`: pictures of every page and letter, light and dark, narrow and wide, as a browser shows
 * them under the real content security policy. Fails when axe finds a barrier, the browser reports an error or a blocked
 * resource, a page is wider than the screen, or something to press is smaller than a finger.
 */
import { mkdirSync, readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import type { AxeResults } from 'axe-core'
import { type Browser, chromium, type Page as Tab } from 'playwright-core'

import { type Brand, brandStylesheet, openViews } from '../../src/platform/views/index.ts'
import { languageLinks, letterSamples, samples } from './sample-pages.ts'

const policy = [
  "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' https: data:; font-src 'self'",
  "frame-ancestors 'none'; base-uri 'none'; object-src 'none'",
].join('; ')

/** As features/notifications shows them in the local mailbox. */
const letterPolicy =
  "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'; sandbox allow-scripts"

const letterId = ({ letter }: { letter: string }): string => `letter-${letter}`

const brand: Brand = { name: 'Gatehouse', logoUrl: null, accent: '#1f5f4a', accentDark: '#8fd8b6' }

const widths = [360, 1280]
const schemes = ['light', 'dark'] as const

/** The least size of a target, in CSS pixels (WCAG 2.2, success criterion 2.5.5). */
const fingertip = 44

/** What axe does not look at: room for small screens and for fingers. Runs in the page, hence a string. */
const look = `(() => {
  const found = [], prose = document.querySelector('table.ground') // links of a letter stand in its sentences
  const { scrollWidth, clientWidth } = document.documentElement
  if (scrollWidth > clientWidth) found.push('is ' + scrollWidth + ' wide on a screen of ' + clientWidth)
  for (const target of document.querySelectorAll(prose ? 'a.button' : 'a, button, summary, input:not([type=hidden])')) {
    const { width, height } = target.getBoundingClientRect()
    const size = Math.min(width, height)
    if (size > 0 && size < ${fingertip} - 0.5) found.push(target.outerHTML + ' is ' + width + ' by ' + height)
  }
  return found
})()`

const [directory = 'gallery', ...wanted] = process.argv.slice(2)
const complaints: string[] = []

mkdirSync(directory, { recursive: true })
const views = await openViews('views')
const origin = await serve()
const browser = await chromium.launch({
  executablePath: process.env['CHROMIUM'] ?? '/usr/bin/chromium',
  args: [
    ...['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run'],
    ...['--disable-background-networking', '--disable-component-update', '--disable-sync'],
  ],
})
for (const width of widths) for (const scheme of schemes) await photograph(browser, width, scheme)
await browser.close()
process.stdout.write(
  complaints.map((complaint) => `${complaint}\n`).join('') || 'Nothing to complain about.\n',
)
process.exitCode = complaints.length > 0 ? 1 : 0

/** The pages at `/<language>/<sample id>`; what is sent to them is answered with nothing, so that a page stays as it is. */
async function serve(): Promise<string> {
  const server = createServer((request, response) => {
    if (request.method === 'POST') {
      response.writeHead(204).end()
      return
    }
    answer(new URL(request.url ?? '/', 'http://gallery')).then(
      ({ type, body, policy: own = policy }) =>
        response.writeHead(200, { 'content-type': type, 'content-security-policy': own }).end(body),
      (error: unknown) => response.writeHead(500).end(String(error)),
    )
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  server.unref() // the process ends when the browser has
  // A server that listens on a port has an address of this form.
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

async function answer(url: URL): Promise<{ type: string; body: string | Buffer; policy?: string }> {
  const asset = views.assets.get(url.pathname)
  if (asset) return asset
  if (url.pathname === '/assets/brand.css') return { type: 'text/css', body: brandStylesheet(brand) }
  const [, language = '', id] = url.pathname.split('/')
  const letter = letterSamples.find((each) => letterId(each) === id)
  if (letter) {
    const { html } = await views.letter(letter.letter, { language, brand, locals: letter.locals })
    return { type: 'text/html; charset=utf-8', body: html, policy: letterPolicy }
  }
  const sample = samples.find((each) => each.id === id)
  if (!sample) throw new Error(`There is no sample ${url.pathname}`)
  const locals = { languageLinks, ...sample.locals }
  return {
    type: 'text/html; charset=utf-8',
    body: await views.render(sample.page, { language, brand, locals }),
  }
}

async function photograph(in_: Browser, width: number, colorScheme: (typeof schemes)[number]): Promise<void> {
  const context = await in_.newContext({ viewport: { width, height: 800 }, colorScheme })
  const tab = await context.newPage()
  let shown = ''
  const complain = (text: string) => complaints.push(`${shown}: ${text}`)
  tab.on('pageerror', (error) => complain(error.message))
  tab.on('console', (message) => {
    if (message.type() === 'error') complain(message.text())
  })
  for (const { language, id } of shots()) {
    shown = `${id}.${language}.${colorScheme}.${width}`
    await tab.goto(`${origin}/${language}/${id}`)
    await tab.screenshot({ path: join(directory, `${shown}.png`), fullPage: true })
    for (const complaint of [...(await tab.evaluate<string[]>(look)), ...(await axe(tab))])
      complain(complaint)
    if (id !== 'login-wrong' && id !== 'consent') continue
    shown = `${id}-busy.${language}.${colorScheme}.${width}`
    for (const complaint of await makeBusy(tab)) complain(complaint)
    await tab.screenshot({ path: join(directory, `${shown}.png`), fullPage: true })
    for (const complaint of await recover(tab)) complain(complaint)
  }
  await context.close()
}

function shots(): { language: string; id: string }[] {
  const ids = [...samples.map(({ id }) => id), ...letterSamples.map(letterId)]
  const chosen = ids.filter((id) => wanted.length === 0 || wanted.includes(id))
  return chosen.flatMap((id) => views.languages.map((language) => ({ language, id })))
}

async function axe(tab: Tab): Promise<string[]> {
  await tab.evaluate(readFileSync('node_modules/axe-core/axe.min.js', 'utf8'))
  const { violations } = await tab.evaluate<AxeResults>('axe.run()')
  return violations.map(
    ({ id, help, nodes }) => `axe ${id}: ${help}: ${nodes.map(({ html }) => html).join(' | ')}`,
  )
}

/** Sends the page's form, and looks at what is sent. */
async function makeBusy(tab: Tab): Promise<string[]> {
  const reveal = tab.locator('.reveal')
  if (await reveal.count()) {
    await tab.fill('#password', 'correct horse battery staple')
    await reveal.click()
    if ((await tab.getAttribute('#password', 'type')) !== 'text') return ['the password is not shown']
  }
  const sending = tab.waitForRequest((request) => request.method() === 'POST')
  // eslint-disable-next-line @typescript-eslint/no-deprecated -- the navigation is waited for below; a click would wait for it too
  await tab.locator('button[type=submit]').first().click({ noWaitAfter: true })
  const body = (await sending).postData() ?? ''
  await tab.waitForTimeout(60)
  const states = await tab.locator('form[data-busy=yes] button[type=submit]:disabled').count()
  return [
    ...(states === 0 ? ['nothing is busy'] : []),
    ...((await tab.locator('#password[type=text]').count()) ? ['the password stays shown'] : []),
    ...(body.includes('password=') || body.includes('decision=approve') ? [] : [`sends ${body}`]),
  ]
}

/** What a browser tells a page that it shows again. */
async function recover(tab: Tab): Promise<string[]> {
  await tab.evaluate("window.dispatchEvent(new PageTransitionEvent('pageshow', { persisted: true }))")
  const stuck = await tab.locator('button:disabled, [aria-busy]').count()
  return stuck > 0 ? ['stays busy when it is shown again'] : []
}
