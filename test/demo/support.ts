import { expect } from 'chai'

import { type Browser, type Landing, openBrowser } from '../support/browser.ts'
import type { Person } from '../support/people.ts'

/** Which form of the page with the tokens is which. */
export const forms = { call: 0, refresh: 1, signOut: 2 }

/** Opens a sample application's sign-in and gives the password where it is asked for. */
export async function arriveAt(
  issuer: string,
  app: 'demo' | 'partner',
  ann: Person,
  browser: Browser = openBrowser(),
): Promise<{ browser: Browser; landing: Landing }> {
  const landing = await browser.go(`${issuer}/demo/sign-in/${app}`)
  if (!landing.url.endsWith('/login')) return { browser, landing }
  return { browser, landing: await browser.submit({ login: ann.username, password: ann.password }) }
}

/** The same for our own application, which asks nothing else. */
export async function signedIn(issuer: string, ann: Person): Promise<{ browser: Browser; landing: Landing }> {
  const arrived = await arriveAt(issuer, 'demo', ann)
  expect(arrived.landing.url).to.equal(`${issuer}/demo`)
  return arrived
}

/** The claim as the page shows it, as text. @throws Error when it shows none of that name. */
export function shownClaim(html: string, token: 'id-token' | 'access-token', name: string): string {
  const section = new RegExp(`aria-labelledby="${token}-title">([\\s\\S]*?)</section>`).exec(html)?.[1] ?? ''
  const pairs = [...section.matchAll(/<dt>([\s\S]*?)<\/dt>\s*<dd>([\s\S]*?)<\/dd>/g)]
  const found = pairs.find(([, term = '']) => plainText(term).split(' ')[0] === name)
  if (!found) throw new Error(`the page shows no claim ${name} in ${token}: ${plainText(html).slice(0, 500)}`)
  return plainText(found[2] ?? '')
}

/** A page's text without its tags and the marks that keep the direction of writing apart. */
export const plainText = (html: string): string =>
  html
    .replace(/<[^>]*>/g, '')
    .replace(/[\u2066-\u2069]/g, '')
    .replaceAll('&#34;', '"')
    .trim()
