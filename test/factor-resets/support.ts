import { type Browser, type Landing, openBrowser } from '../support/browser.ts'
import type { Person } from '../support/people.ts'
import { type Begun, relyingParty, type RelyingParty } from '../support/relying-party.ts'
import type { Stage } from '../support/stage.ts'

export const hours = (count: number): number => count * 3600

/** Somebody whose password was right, at the page that says what they may do about lost factors. */
export interface AtLoss {
  browser: Browser
  begun: Begun
  client: RelyingParty
  page: Landing
  /** Sends the form there: asks for the removal, or carries it out. */
  act(act: 'ask' | 'remove'): Promise<Landing>
}

/** Signs in by password up to the second factor, which is said to be lost. */
export async function atLoss(
  { app }: Pick<Stage, 'app'>,
  who: Pick<Person, 'email' | 'password'>,
  given: { client?: RelyingParty; browser?: Browser } = {},
): Promise<AtLoss> {
  const { client = await relyingParty(app), browser = openBrowser() } = given
  const begun = await client.begin({ prompt: 'login' })
  await browser.go(begun.url)
  const landing = await browser.submit({ login: who.email, password: who.password })
  if (!landing.url.endsWith('/second-factor'))
    throw new Error(`no second factor was asked for at ${landing.url}: ${landing.html.slice(0, 500)}`)
  const page = await browser.go(landing.url.replace(/second-factor$/, 'lost-factor'))
  const until = (url: string) => url.startsWith(client.redirectUri)
  const act: AtLoss['act'] = (what) => {
    const form = browser.forms().findIndex(({ action }) => action.endsWith('/lost-factor'))
    return browser.submit({ act: what }, { form, until })
  }
  return { browser, begun, client, page, act }
}

/** What is kept of somebody's requests, the newest last. */
export const resetsOf = ({ app }: Pick<Stage, 'app'>, { id }: Pick<Person, 'id'>) =>
  app
    .db('factor_resets')
    .select<{ id: string; ready_at: Date; cancelled_because: string | null; completed_at: Date | null }[]>(
      'id',
      'ready_at',
      'cancelled_because',
      'completed_at',
    )
    .where({ user_id: id })
    .orderBy('requested_at')

/** The actions that were recorded about somebody, of these kinds. */
export const recorded = async (
  { app }: Pick<Stage, 'app'>,
  { id }: Pick<Person, 'id'>,
  like = 'factor%reset%',
): Promise<{ action: string; reason: string | null }[]> =>
  app
    .db('audit_records')
    .select<{ action: string; reason: string | null }[]>('action', 'reason')
    .where({ target_id: id })
    .whereLike('action', like)
    .orderBy('recorded_at')
