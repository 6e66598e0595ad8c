import { signInAt } from '../support/relying-party.ts'
import { type Browser, type Landing, openBrowser } from '../support/browser.ts'
import { type Person, person } from '../support/people.ts'
import type { Stage } from '../support/stage.ts'

/** Somebody in a browser, at the pages of their account. */
export interface Visitor extends Person {
  browser: Browser
  go(path: string): Promise<Landing>
}

/** Opens a page of the account and signs in where that is asked for. */
export async function visitor(
  { app, issuer }: Pick<Stage, 'app' | 'issuer'>,
  { as, browser = openBrowser(), path = '/account' }: { as?: Person; browser?: Browser; path?: string } = {},
): Promise<Visitor> {
  const whom = as ?? (await person(app))
  await signInAt(browser, issuer + path, `${issuer}${path}`, whom)
  const go = (to: string) => browser.go(issuer + to)
  await go(path)
  return { ...whom, browser, go }
}

/** Whether a browser ended at the form of a sign-in. */
export const atLogin = ({ url }: Landing): boolean => /\/interaction\/[^/]+\/login$/.test(url)

export const heading = ({ html }: Landing): string =>
  (/<h1>(.*?)<\/h1>/.exec(html)?.[1] ?? '').replaceAll(/<[^>]*>/g, '')
