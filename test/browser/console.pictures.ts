/**
 * Pictures of every screen of the console, its tabs and the pages of its acts, filled with what a busy service has; not a test:
 *
 *     SCREENSHOTS=/tmp/console npx mocha --no-package --spec test/browser/console.pictures.ts
 *
 * ONLY=imports,claims takes only the addresses that have one of these words in them.
 */
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import type { Page } from 'playwright-core'

import { openSequencer } from '../../src/features/audit/index.ts'
import { runImport } from '../../src/features/imports/index.ts'
import { enqueue } from '../../src/features/outbox/index.ts'
import { fill } from '../../src/features/samples/fill.ts'
import { countEvents } from '../../src/features/statistics/index.ts'
import { openWork } from '../../src/worker.ts'
import { operator, type Operator } from '../administration/support.ts'
import { google } from '../federation/support.ts'
import { lines, type Told, send } from '../imports/support.ts'
import { pushTo, receiver as streaming, calling, stream } from '../signals/support.ts'
import { afterTest } from '../support/parts.ts'
import { type Person, person } from '../support/people.ts'
import { type Stage, stage } from '../support/stage.ts'
import { announce, deliveriesTo, hook, receiver, toThisMachine, until } from '../webhooks/support.ts'
import { openPage } from './support/chromium.ts'

const directory = process.env.SCREENSHOTS ?? 'gallery'
const only = process.env.ONLY?.split(',') ?? ['']

interface Busy extends Stage {
  root: Person
  imports: string[]
}

async function prepare(stage: Stage): Promise<Busy> {
  const { app } = stage
  const root = await person(app, {
    role: 'root_admin',
    name: 'Rosa Root',
    email: 'rosa.root@harbour.example',
  })
  const by = await operator(app, 'root_admin')
  await fill(app, { seed: 3, count: 60 }, await app.passwords.hash('nobody signs in with this'))
  const imports = await bringPeople(stage, by)
  await declare(by)
  await tell(stage, imports[3] ?? '')
  return { ...stage, root, imports }
}

/** Imports that are over, that wait, that run and that were given up. */
async function bringPeople({ app, issuer }: Stage, by: Operator): Promise<string[]> {
  const bring = async (query = '', from = 0): Promise<string> => {
    const rows = Array.from({ length: 12 }, (_, n) => ({
      email: n === 5 ? 'nobody' : `person-${from + n}@a-rather-long-domain-name.example`,
      name: `Person ${n}`,
    }))
    const { id } = (await (await send(by, issuer, lines(...rows), { query })).json()) as Told
    return id
  }
  const [over, again, running] = [await bring(), await bring('?on_conflict=skip'), await bring('', 20)]
  for (const id of [over, again]) await runImport(app, id)
  const stopped = await bring('', 40)
  await app.db.raw("alter table users add constraint no_more check (email not like 'person-47@%') not valid")
  for (let tries = 0; tries < 5; tries++) await runImport(app, stopped).catch(() => undefined)
  await app.db.raw('alter table users drop constraint no_more')
  await app.db('user_imports').where({ id: running }).update({ state: 'running' })
  return [over, again, stopped, running]
}

async function declare(by: Operator): Promise<void> {
  const made: [string, object][] = [
    ['/admin/claims', { claim: 'https://harbour.example/claims/plan', value: 'gold', tokens: ['id_token'] }],
    [
      '/admin/claims',
      { claim: 'department', attribute: 'custom.department', tokens: ['access_token', 'userinfo'] },
    ],
    [
      '/admin/claims',
      { claim: 'level', value: { tier: 2, since: [2020, 2021] }, scope: 'profile', tokens: ['userinfo'] },
    ],
    [
      '/admin/claim-hooks',
      {
        url: 'https://hooks.harbour.example/claims/for/everybody',
        tokens: ['access_token'],
        on_failure: 'open',
      },
    ],
    ['/admin/providers', google],
    [
      '/admin/providers',
      { ...google, slug: 'github', connector: 'github', name: 'GitHub of the whole harbour' },
    ],
    ['/admin/invitations', { email: 'newcomer.with.a.long.name@harbour.example', roles: ['support'] }],
    ['/admin/roles', { name: 'greeter', description: 'Greets people', permissions: ['users:read:any'] }],
  ]
  for (const [path, body] of made) {
    const reply = await by.call('POST', path, body)
    if (!reply.ok) process.stdout.write(`${path}: ${await reply.text()}\n`)
  }
}

/** Webhooks of which one works and one does not, a stream nobody takes, and a job that was given up. */
async function tell({ app, issuer }: Stage, running: string): Promise<void> {
  const [good, bad] = [await receiver(), await receiver()]
  bad.answer = () => 500
  const [{ webhook }, other] = [await hook(app, good.url), await hook(app, bad.url)]
  const client = await streaming(app)
  const payroll = { ...pushTo('http://127.0.0.1:9/nobody'), description: 'Payroll' }
  await stream(await calling(issuer, client), payroll)
  for (const subject of ['gh_one', 'gh_two', 'gh_three']) await announce(app, subject)
  const sequencer = openSequencer(app)
  afterTest(() => sequencer.close())
  const work = await openWork(app)
  afterTest(() => work.close())
  await until(async () => (await deliveriesTo(app, webhook.id)).filter(isDelivered).length > 2)
  await until(async () => (await deliveriesTo(app, other.webhook.id)).some(({ attempts }) => attempts > 0))
  const { id } = (await deliveriesTo(app, other.webhook.id))[0] ?? { id: '' }
  await app.db('deliveries').where({ id }).update({ state: 'refused', ended_at: app.clock.now() })
  await app.db('user_imports').where({ id: running }).update({ state: 'running', finished_at: null })
  await enqueue(app.db, 'signals.sweep', {})
  await app.db
    .raw(`update graphile_worker._private_jobs set attempts = max_attempts, last_error = 'the database did not answer'
    where id = (select max(id) from graphile_worker._private_jobs)`)
  await until(async () => {
    await countEvents(app)
    return (await app.db('statistics_days').count<{ count: string }[]>('* as count'))[0]?.count !== '0'
  })
}

const isDelivered = ({ state }: { state: string }): boolean => state === 'delivered'

const looks = [
  { width: 360, colorScheme: 'light' },
  { width: 360, colorScheme: 'dark' },
  { width: 1280, colorScheme: 'light' },
  { width: 1280, colorScheme: 'dark' },
] as const

const complaints: string[] = []

async function photograph(page: Page, name: string): Promise<void> {
  for (const { width, colorScheme } of looks) {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' })
    await page.setViewportSize({ width, height: 800 })
    const needed = await page.evaluate<number>('document.documentElement.scrollWidth')
    if (needed > width) complaints.push(`${name} is ${needed} wide on ${width}`)
    const hidden = await page.evaluate<string[]>(
      `[...document.querySelectorAll('.scroll')].filter((one) => one.scrollWidth > one.clientWidth).map((one) => one.scrollWidth + ' in ' + one.clientWidth)`,
    )
    if (hidden.length > 0) complaints.push(`${name}, ${width}: scrolls ${hidden.join('; ')}`)
    await page.screenshot({ path: join(directory, `${name}-${width}-${colorScheme}.png`), fullPage: true })
  }
}

/** What only stands there after something was sent, opened or looked for in vain. */
async function photographAnswers(page: Page, origin: string): Promise<void> {
  const send = () => page.locator('.act button[type=submit]').click()
  await page.goto(`${origin}/console/clients/new/express`)
  await page.locator('#client_name').fill('Harbour Notes')
  await page.locator('#redirect_uris').fill('not an address')
  await send()
  await page.locator('#redirect_uris[aria-invalid=true]').waitFor()
  await photograph(page, 'after-client-refused')
  await page.locator('#redirect_uris').fill('http://localhost:3999/callback')
  await send()
  await page.locator('pre').first().waitFor()
  await photograph(page, 'after-client-registered')
  await page.goto(`${origin}/console/webhooks/new`)
  await page.locator('#url').fill('http://127.0.0.1:9/somewhere')
  await page.locator('[name=event_types][type=checkbox]').first().check()
  await send()
  await page.locator('.result, .results').first().waitFor()
  await photograph(page, 'after-webhook-added')
  await page.goto(`${origin}/console/audit?class=governance`)
  await page.locator('#results summary').first().click()
  await photograph(page, 'after-audit-opened')
  await page.goto(`${origin}/console/people?search=nobody-is-called-this`)
  await photograph(page, 'after-people-not-found')
}

/** Addresses of one kind: only the first of each is looked at. */
const kindOf = (path: string): string =>
  path
    .split('?')[0]
    ?.replaceAll(/[0-9a-f]{8}-[\w-]{27}/g, 'id')
    .replace(/\/sessions\/[^/]+/, '/sessions/id')
    .replace(/\/(people\/id\/sessions|sessions)\/id\/end/, '/sessions/id/end')
    .replaceAll(/gh_[\w-]+/g, 'client')
    .replaceAll(/\/\d+/g, '/n')
    .replace(/\/settings\/[\w.]+$/, '/settings/key')
    .replace(/\/keys\/[\w-]{20,}/, '/keys/kid')
    .replace(/\/new\/[a-z]\w+$/, '/new/stack')
    .replace(/\/access\/[^/]+/, '/access/permission') ?? ''

describe('pictures of the console', function () {
  this.timeout(1_200_000)
  it('are taken', async () => {
    mkdirSync(directory, { recursive: true })
    const { issuer: origin, root, imports } = await prepare(await stage({ variables: toThisMachine }))
    const { page } = await openPage({ at: { origin }, language: process.env.LOCALE ?? 'en-US' })
    await page.goto(`${origin}/console`)
    await page.locator('[name=login]').fill(root.email)
    await page.locator('[name=password]').fill(root.password)
    await page.locator('button[type=submit]').first().click()
    await page.locator('.tiles').waitFor()
    await photographAnswers(page, origin)
    const seen = new Set<string>()
    const waiting = ['/console', ...imports.map((id) => `/console/imports/${id}`)]
    for (let path = waiting.shift(); path !== undefined; path = waiting.shift()) {
      const isImport = imports.some((id) => path.endsWith(`/imports/${id}`))
      const kind = isImport ? path : kindOf(path)
      if (seen.has(kind) || /export|sign-out|verify/.test(path)) continue
      seen.add(kind)
      const reply = await page.goto(origin + path)
      if (reply?.status() !== 200) {
        complaints.push(`${path} answers ${String(reply?.status())}`)
        continue
      }
      const isWanted = only.some((word) => kind.includes(word))
      const name = kind.slice(1).replaceAll(/[^a-z0-9]+/g, '-')
      if (isWanted) await photograph(page, name)
      waiting.push(
        ...(await page.evaluate<string[]>(
          `[...document.querySelectorAll('.rail a, #sheet a')].map((link) => link.getAttribute('href')).filter((href) => href.startsWith('/console'))`,
        )),
      )
    }
    process.stdout.write(complaints.map((line) => `${line}\n`).join(''))
  })
})
