import { signInAt } from '../support/relying-party.ts'
import { type Browser, type Landing, openBrowser } from '../support/browser.ts'
import { type Person, person } from '../support/people.ts'
import type { Stage } from '../support/stage.ts'

/** Somebody in a browser, at the console. */
export interface Operator extends Person {
  browser: Browser
  go(path: string): Promise<Landing>
}

/** Opens the console as somebody with this role, and signs in. */
export async function operator(
  { app, issuer }: Pick<Stage, 'app' | 'issuer'>,
  { role, as, path = '/console' }: { role?: string; as?: Person; path?: string } = {},
): Promise<Operator> {
  const whom = as ?? (await person(app, role === undefined ? {} : { role }))
  const browser = openBrowser()
  await signInAt(browser, issuer + path, `${issuer}${path}`, whom)
  const go = (to: string) => browser.go(issuer + to)
  await go(path)
  return { ...whom, browser, go }
}

/** Whether a browser ended at the form of a sign-in. */
export const atLogin = ({ url }: Landing): boolean => /\/interaction\/[^/]+\/login$/.test(url)

export const heading = ({ html }: Landing): string =>
  (/<h1>(.*?)<\/h1>/.exec(html)?.[1] ?? '').replaceAll(/<[^>]*>/g, '')
