import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'chai'

import { letIn } from '../oidc/device/device.ts'
import type { Browser } from '../support/browser.ts'
import { keepSecret } from '../support/canary.ts'
import { answered, command, type Ended } from '../support/command.ts'
import type { Person } from '../support/people.ts'
import { run, temporaryFolder, until } from '../support/process.ts'
import type { Stage } from '../support/stage.ts'

export interface SignedIn {
  home: string
  browser: Browser
  /** `gatehouse …` with this home, and no database that it could open. */
  gatehouse(...words: string[]): Promise<Ended>
  json<Answer = Record<string, unknown>>(...words: string[]): Promise<Answer>
}

/** Where a home keeps its sign-ins. */
export const file = (home: string): string => join(home, '.config', 'gatehouse', 'sign-ins.json')

/** `gatehouse login …`, let in by this person. */
export async function signIn(
  { issuer }: Stage,
  who: Person,
  options: Partial<SignedIn> & { words?: string[] } = {},
): Promise<SignedIn> {
  const { home = temporaryFolder(), words = [issuer] } = options
  const program = run(['login', ...words], { HOME: home })
  const code = () => /(?:[A-Z]{3}-){2}[A-Z]{3}/.exec(program.stdout())?.[0]
  await until(() => code() !== undefined, program)
  const { browser } = await letIn(issuer, { userCode: code() ?? '' }, who, options.browser)
  expect(await program.ended, program.stderr()).to.equal(0)
  const { servers } = JSON.parse(readFileSync(file(home), 'utf8')) as {
    servers: Record<string, { access: string; refresh: string }>
  }
  keepSecret(servers[issuer]?.access ?? '', servers[issuer]?.refresh ?? '')
  const variables = { HOME: home, DATABASE_URL: 'postgres://nobody@127.0.0.1:9/none' }
  return {
    home,
    browser,
    gatehouse: (...given) => command(given, variables),
    json: (...given) => answered(given, variables),
  }
}
