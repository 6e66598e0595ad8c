import type { Traveller } from '../federation/upstream-providers.ts'
import type { Authenticator } from '../support/authenticator.ts'
import type { Browser, Landing } from '../support/browser.ts'

type At = Pick<Traveller, 'browser' | 'until'>

const formFor = (browser: Browser, ending: string): number =>
  browser.forms().findIndex(({ action }) => action.endsWith(ending))

/** The interaction of the page last seen. */
const interactionOf = (browser: Browser): string => {
  const action = browser.forms().find((form) => form.action.includes('/interaction/'))?.action ?? ''
  return /\/interaction\/[^/]+/.exec(action)?.[0] ?? ''
}

/** Types a code on the page that asks for one. */
export const typesCode = (
  { browser, until }: At,
  code: string,
  more: Record<string, string> = {},
): Promise<Landing> => browser.submit({ code, ...more }, { until, form: formFor(browser, '/second-factor') })

/** Signs with a passkey, on the page of the step that it is on: as the first factor, or as the second. */
export async function showsPasskey(
  { browser, until, ours }: Pick<Traveller, 'browser' | 'until' | 'ours'>,
  device: Authenticator,
): Promise<Landing> {
  const first = browser.forms().some(({ action }) => action.endsWith('/passkey'))
  const where = first ? '/passkey' : '/second-factor/key'
  const form = formFor(browser, where)
  const path = interactionOf(browser)
  const cookie = browser
    .cookies()
    .filter((one) => `${path}${where}`.startsWith(one.path))
    .map(({ name, value }) => `${name}=${value}`)
    .join('; ')
  const asked = await fetch(`${ours}${path}${where}/options`, {
    method: 'POST',
    headers: { cookie, origin: ours, 'sec-fetch-site': 'same-origin' },
    body: new URLSearchParams({ csrf: browser.forms()[form]?.fields.csrf ?? '' }),
  })
  if (asked.status !== 200) throw new Error(`no options: ${asked.status}`)
  const signed = device.get(await asked.json())
  return browser.submit({ credential: JSON.stringify(signed) }, { form, until })
}
