import type { Gatehouse } from '../../../src/app.ts'
import type { KeptMail } from '../../../src/features/notifications/index.ts'
import { changeSetting } from '../../../src/features/settings/index.ts'
import { bySystem } from '../../../src/platform/app.ts'
import { type Browser, formsOf, type Landing, openBrowser } from '../../support/browser.ts'
import { linkIn, mailTo } from '../../support/mailbox.ts'
import { type Person, person } from '../../support/people.ts'
import { type Begun, relyingParty, type RelyingParty } from '../../support/relying-party.ts'
import { sharedStage } from '../../support/shared-stage.ts'
import { type Stage, stage, type StageOptions } from '../../support/stage.ts'

export interface Offered extends Stage {
  client: RelyingParty
}

const offering = async (built: Stage): Promise<Offered> => {
  await changeSetting(built.app, bySystem, 'sign_in.by_mail', 'on')
  return { ...built, client: await relyingParty(built.app) }
}

/** A service where people may sign in by mail, for all tests of a `describe`: no more than thirty may ask of it. */
export const sharedOffer = (): (() => Offered) => sharedStage(offering, { worker: true })

/** The same for one test, which may move its clock. */
export const offered = async (options: StageOptions = { worker: true }): Promise<Offered> =>
  offering(await stage(options))

/** Somebody at the page on which a sign-in waits for what was mailed. */
export interface Waiting {
  browser: Browser
  begun: Begun
  page: Landing
  until: (url: string) => boolean
}

/** Begins a sign-in at the client and asks for a letter in it. */
export async function asks(
  { client }: Pick<Offered, 'client'>,
  login: string,
  browser = openBrowser(),
): Promise<Waiting> {
  const begun = await client.begin()
  const landing = await browser.go(begun.url)
  await browser.go(landing.url.replace(/login$/, 'by-mail'))
  const page = await browser.submit({ login })
  return { browser, begun, page, until: (url) => url.startsWith(client.redirectUri) }
}

/** The letter that came of it. */
export const letterTo = (
  app: Gatehouse,
  { email }: Pick<Person, 'email'>,
  after?: KeptMail,
): Promise<KeptMail> => mailTo(app, email, 'sign-in-link', after && { after })

export function codeIn({ text }: KeptMail): string {
  const [code] = /\b\d{4} \d{4}\b/.exec(text) ?? []
  if (code === undefined) throw new Error(`no code stands in: ${text}`)
  return code
}

/** Digits that are not the code. */
export const wrongFor = (mail: KeptMail, n = 1): string =>
  String((Number(codeIn(mail).replace(' ', '')) + n) % 10 ** 8).padStart(8, '0')

/** Types a code on the page last seen. */
export const types = ({ browser, until }: Waiting, code: string): Promise<Landing> =>
  browser.submit({ code }, { until })

/** Opens the link in the browser that asked and presses the button; where that ends. */
export async function opens({ browser, until }: Waiting, mail: KeptMail): Promise<Landing> {
  const opened = await browser.go(linkIn(mail))
  return formsOf(opened.html).length > 0 && opened.status === 200 ? browser.submit({}, { until }) : opened
}

/** What the client learns of who signed in. */
export const claimsOf = async (
  { client }: Pick<Offered, 'client'>,
  { begun }: Waiting,
  landing: Landing,
): Promise<Record<string, unknown>> => ({ ...(await client.finish(begun, landing.url)).claims() })

/** Sends a form as this browser would, any number at once. */
export const sends =
  ({ browser, page }: Waiting) =>
  async (url: string, fields: Record<string, string>, at?: string): Promise<Response> => {
    const { pathname, href } = new URL(url, page.url)
    const cookie = browser
      .cookies()
      .filter(({ path }) => path === '/' || pathname.startsWith(path))
      .map(({ name, value }) => `${name}=${value}`)
      .join('; ')
    const csrf = formsOf(page.html)[0]?.fields.csrf ?? ''
    return fetch(at === undefined ? href : `${at}${pathname}`, {
      method: 'POST',
      redirect: 'manual',
      headers: { accept: 'text/html', 'content-type': 'application/x-www-form-urlencoded', cookie },
      body: new URLSearchParams({ csrf, ...fields }),
    })
  }

/** Below which all pages of this sign-in are. */
export const interactionOf = ({ page }: Waiting): string =>
  /^.*\/interaction\/[^/]+/.exec(page.url)?.[0] ?? ''

/** Whether a sign-in by mail was recorded, and how often. */
export async function signInsOf({ db }: Gatehouse, userId: string): Promise<unknown[]> {
  const rows = await db('audit_records')
    .where({ action: 'sign_in.succeeded', target_id: userId })
    .select<{ details: unknown }[]>('details')
  return rows.map(({ details }) => details)
}

/** Somebody whose address nobody has proven. */
export async function unproven(
  app: Gatehouse,
  status: 'active' | 'pending',
  given: Partial<Person> = {},
): Promise<Person> {
  const ann = await person(app, given)
  await app.db('users').where({ id: ann.id }).update({ email_verified_at: null, status })
  return ann
}
