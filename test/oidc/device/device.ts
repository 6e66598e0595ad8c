import type { Gatehouse } from '../../../src/app.ts'
import { createClient, type NewClient } from '../../../src/features/clients/index.ts'
import { bySystem } from '../../../src/platform/app.ts'
import { type Browser, type Landing, openBrowser } from '../../support/browser.ts'
import { keepSecret } from '../../support/canary.ts'
import type { Person } from '../../support/people.ts'
import { type Answer, asClient } from '../tokens/requests.ts'

export const deviceGrant = 'urn:ietf:params:oauth:grant-type:device_code'

/** A client as the endpoints of machines know it. */
export interface DeviceClient {
  clientId: string
  secret: string | null
}

/** A television, a printer, a command line: public, and not ours unless it is said. */
export async function deviceClient(app: Gatehouse, given: Partial<NewClient> = {}): Promise<DeviceClient> {
  const { client, secret } = await createClient(app, bySystem, {
    name: 'Living room',
    grants: ['device_code', 'refresh_token'],
    authentication: 'none',
    applicationType: 'native',
    ...given,
  })
  return { clientId: client.id, secret }
}

/** What a device got and shows. */
export interface Shown {
  deviceCode: string
  userCode: string
  /** The address with the code in it. */
  complete: string
  answer: Answer
}

export const ask = (
  origin: string,
  client: DeviceClient,
  form: Record<string, string> = {},
): Promise<Answer> =>
  asClient(origin, '/device_authorization', client, { scope: 'openid profile email', ...form })

export async function askFor(
  origin: string,
  client: DeviceClient,
  form: Record<string, string> = {},
): Promise<Shown> {
  const answer = await ask(origin, client, form)
  const { device_code: deviceCode, user_code: userCode, verification_uri_complete: complete } = answer.body
  if (answer.status !== 200) throw new Error(`no device code: ${JSON.stringify(answer.body)}`)
  keepSecret(String(deviceCode))
  return { deviceCode: String(deviceCode), userCode: String(userCode), complete: String(complete), answer }
}

export async function poll(
  origin: string,
  client: DeviceClient,
  { deviceCode }: Pick<Shown, 'deviceCode'>,
): Promise<Answer> {
  const answer = await asClient(origin, '/token', client, {
    grant_type: deviceGrant,
    device_code: deviceCode,
  })
  const { access_token: access, refresh_token: refresh, id_token: id } = answer.body
  for (const token of [access, refresh, id]) if (typeof token === 'string') keepSecret(token)
  return answer
}

/** Types a code at the page. */
export async function enter(browser: Browser, issuer: string, userCode: string): Promise<Landing> {
  await browser.go(`${issuer}/device`)
  return browser.submit({ user_code: userCode })
}

/** Types a code and answers the pages up to the one that shows the device. */
export async function toConfirmation(
  browser: Browser,
  issuer: string,
  userCode: string,
  person: Person,
): Promise<Landing> {
  const landing = await enter(browser, issuer, userCode)
  return landing.url.endsWith('/login')
    ? browser.submit({ login: person.email, password: person.password })
    : landing
}

/** The whole of what a person does: types the code, signs in, looks at the device, and lets it in. */
export async function letIn(
  issuer: string,
  { userCode }: Pick<Shown, 'userCode'>,
  person: Person,
  browser: Browser = openBrowser(),
): Promise<{ browser: Browser; landing: Landing }> {
  await toConfirmation(browser, issuer, userCode, person)
  return { browser, landing: await browser.submit({ decision: 'approve' }) }
}
