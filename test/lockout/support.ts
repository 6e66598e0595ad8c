import { secondsAfter } from '../../src/lib/clock.ts'
import { tellReplicas } from '../../src/platform/bus.ts'
import { formsOf, openBrowser } from '../support/browser.ts'
import { until } from '../support/process.ts'
import type { RelyingParty } from '../support/relying-party.ts'
import type { Stage } from '../support/stage.ts'

/** What is sent to the sign-in form, from where. */
export interface Guess {
  login: string
  password?: string
  /** As the proxy in front would say; the services of these tests trust the one on loopback. */
  ip?: string
  /** The value of the device cookie. */
  device?: string
  proof?: string
  headers?: Record<string, string>
}

export interface Answer {
  status: number
  html: string
  headers: Headers
  /** The value of the device cookie that came with it. */
  device: string | undefined
}

export const behindProxy = { variables: { TRUST_PROXY: '127.0.0.1,::1' } }

/** Opens the sign-in form once; its guesses may be sent in any number and at once. */
export async function openForm(client: RelyingParty): Promise<(guess: Guess) => Promise<Answer>> {
  const browser = openBrowser()
  const landing = await browser.go((await client.begin()).url)
  const [form] = formsOf(landing.html)
  const cookie = browser
    .cookies()
    .map(({ name, value }) => `${name}=${value}`)
    .join('; ')
  const { origin } = new URL(landing.url)
  return async ({ login, password = 'not the password at all', ip, device, proof = '', headers = {} }) => {
    const reply = await fetch(new URL(form?.action ?? '', landing.url), {
      method: 'POST',
      redirect: 'manual',
      body: new URLSearchParams({ ...form?.fields, login, password, proof }),
      headers: {
        ...{ origin, accept: 'text/html', 'sec-fetch-site': 'same-origin' },
        ...(ip !== undefined && { 'x-forwarded-for': ip }),
        cookie: device === undefined ? cookie : `${cookie}; gatehouse_device=${device}`,
        ...headers,
      },
    })
    const kept = reply.headers.getSetCookie().find((line) => line.startsWith('gatehouse_device='))
    return {
      status: reply.status,
      html: await reply.text(),
      headers: reply.headers,
      device: kept?.slice('gatehouse_device='.length).split(';')[0],
    }
  }
}

/** How many of these wrong passwords were looked at. */
export const looked = (answers: readonly Answer[]): number =>
  answers.filter(({ status }) => status === 401).length

/** While very many do what is counted by this. */
export async function raiseFor(app: Stage['app'], trigger: string, act: () => Promise<void>): Promise<void> {
  const row = { trigger, block: Buffer.alloc(0) }
  const [raised_at, raised_until] = [app.clock.now(), secondsAfter(app.clock.now(), 600)]
  await app.db('lockout_bot_alarms').insert({ ...row, raised_at, raised_until })
  await tellReplicas(app.db, 'bots', { trigger })
  const { lockout } = app
  await until(() => Promise.resolve(lockout.isRaised('code')))
  await act()
  await app.db('lockout_bot_alarms').where(row).delete()
  await tellReplicas(app.db, 'bots', { trigger })
  await until(() => Promise.resolve(!lockout.isRaised('code')))
}
