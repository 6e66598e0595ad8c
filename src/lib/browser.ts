import Bowser from 'bowser'

/** What a User-Agent header claims; a hint for people, never a proof. */
export interface BrowserName {
  browser: string | null
  system: string | null
}

/** Browser and system as they call themselves, without versions: those change weekly and tell a person nothing. */
export function browserOf(userAgent: string): BrowserName {
  if (userAgent === '') return { browser: null, system: null }
  const { browser, os } = Bowser.parse(userAgent)
  return { browser: browser.name || null, system: os.name || null }
}

/** For a list that shows one text: `Firefox, Windows`; empty where nothing is known. */
export const browserText = ({ browser, system }: BrowserName): string =>
  [browser, system].filter((part) => part !== null).join(', ')
