import { expect } from 'chai'

import { demandProof } from '../../src/features/lockout/index.ts'
import { changeSetting } from '../../src/features/settings/index.ts'
import { bySystem } from '../../src/platform/app.ts'
import { anonymous } from '../../src/platform/http/index.ts'
import { type NativeApp, nativeApp, problem, refusal, type Reply } from '../authentication/native/app.ts'
import { formsOf, openBrowser } from '../support/browser.ts'
import { person } from '../support/people.ts'
import { type RelyingParty, relyingParty } from '../support/relying-party.ts'
import { type Stage, stage } from '../support/stage.ts'
import { solve } from './solve.ts'
import { behindProxy } from './support.ts'

interface Form {
  path: string
  setting: string
  body(name: string): object
  accepted: number
}

/** The forms of the native API that machines may fill in bulk. */
const forms: Form[] = [
  {
    path: '/auth/register',
    setting: 'bots.registrations_per_minute',
    body: (email) => ({ email, password: 'a long enough phrase 51 zebras' }),
    accepted: 201,
  },
  {
    path: '/auth/password/forgot',
    setting: 'bots.mails_per_minute',
    body: (login) => ({ login }),
    accepted: 202,
  },
  {
    path: '/auth/by-mail/start',
    setting: 'bots.mails_per_minute',
    body: (login) => ({ login }),
    accepted: 202,
  },
  {
    path: '/auth/email/verify/resend',
    setting: 'bots.mails_per_minute',
    body: (login) => ({ login }),
    accepted: 202,
  },
]

const difficulty = 8

interface Attacked extends Stage {
  phone: NativeApp
  /** Sends a form of the native API from an address, to another replica where one is named. */
  send(form: Form, name: string, ip: string, proof?: string, at?: string): Promise<Reply>
}

/** A service where five of each a minute are too many. */
async function attacked(): Promise<Attacked> {
  const built = await stage(behindProxy)
  const { app } = built
  for (const { setting } of forms) await changeSetting(app, bySystem, setting, 5)
  await changeSetting(app, bySystem, 'lockout.proof_difficulty', difficulty)
  await changeSetting(app, bySystem, 'sign_in.by_mail', 'on')
  const phone = await nativeApp(app)
  const send: Attacked['send'] = (form, name, ip, proof, at) => {
    const body = { ...form.body(name), ...(proof !== undefined && { proof }) }
    return phone.send(form.path, body, { 'x-forwarded-for': ip }, at)
  }
  return { ...built, phone, send }
}

/** From five blocks within one minute. */
async function flood({ clock, send }: Attacked, form: Form): Promise<void> {
  clock.advance(60 - ((clock.now().getTime() / 1000) % 60))
  for (let n = 0; n < 5; n++) {
    const reply = await send(form, `bot-${n}@example.com`, `10.1.${n}.1`)
    expect(reply.status, reply.text).to.equal(form.accepted)
  }
}

/** Waits until what was counted is added up, which happens once a second. */
async function untilAsked(ask: () => Promise<Reply>): Promise<string> {
  for (let turn = 0; turn < 40; turn++) {
    const reply = await ask()
    if (reply.status === 401) return challengeIn(reply)
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
  throw new Error('no proof was asked for')
}

function challengeIn(reply: Reply): string {
  expect(refusal(reply)).to.deep.equal(problem(401, 'proof_required'))
  expect(reply.body).to.include({ difficulty, wait_seconds: 15 })
  return String(reply.body.challenge)
}

const [here, there] = ['203.0.113.1', '198.51.100.1']

describe('forms that machines fill in bulk', () => {
  for (const form of forms) {
    it(`are open while it is quiet, want a proof in a flood, and are open again afterwards: ${form.path}`, async () => {
      const built = await attacked()
      const { send, clock } = built
      await flood(built, form)

      await untilAsked(() => send(form, 'probe@example.com', here))
      const challenge = challengeIn(await send(form, 'ann@example.com', here))
      const proof = solve(challenge, difficulty)
      expect((await send(form, 'ann@example.com', here, proof)).status).to.equal(form.accepted)
      challengeIn(await send(form, 'ann@example.com', here, proof)) // it was good once

      clock.advance(601)
      expect((await send(form, 'eve@example.com', there)).status).to.equal(form.accepted)
    })
  }

  it('take a proof for one form, one name, one network, with all of its work, in time (LK-04)', async () => {
    const built = await attacked()
    const { send, clock, app } = built
    const [register, forgot, byMail] = forms as [Form, Form, Form]
    await flood(built, register)
    await flood(built, forgot)
    const ask = (form: Form) => untilAsked(() => send(form, 'ann@example.com', here))
    await ask(register)
    const proof = solve(await ask(forgot), difficulty)

    challengeIn(await send(register, 'ann@example.com', here, proof)) // another form
    challengeIn(await send(byMail, 'ann@example.com', here, proof)) // another form that is counted with it
    challengeIn(await send(forgot, 'bob@example.com', here, proof)) // another name
    challengeIn(await send(forgot, 'ann@example.com', there, proof)) // another network
    const challenge = await ask(forgot)
    const easier = challenge.replace(`.${difficulty}.`, '.1.')
    challengeIn(await send(forgot, 'ann@example.com', here, solve(easier, 1))) // made easier
    challengeIn(await send(forgot, 'ann@example.com', here, challenge)) // neither work nor the wait
    expect(
      (await send(forgot, 'ann@example.com', here, proof)).status,
      'the very same, used rightly',
    ).to.equal(202)

    const late = solve(await ask(forgot), difficulty)
    clock.advance(300)
    challengeIn(await send(forgot, 'ann@example.com', here, late))
    const events = await app.db('outbox_events').where({ type: 'auth.bots.suspected' }).select('subject')
    expect(events.map(({ subject }: { subject: string }) => subject)).to.have.members([
      'registration',
      'mail',
    ])
    expect(await app.db('audit_records').where({ action: 'lockout.alarm_raised' })).to.have.lengthOf(2)
  })

  it('take a proof once over all replicas, also of many at one moment', async () => {
    const built = await attacked()
    const { send } = built
    const { origin } = await built.replica()
    const forgot = forms[1] as Form
    await flood(built, forgot)
    const ask = (at?: string) => untilAsked(() => send(forgot, 'ann@example.com', here, undefined, at))
    await ask(origin) // the other one hears of it
    const proof = solve(await ask(), difficulty)

    const tries = [undefined, origin, undefined, origin].map((at) =>
      send(forgot, 'ann@example.com', here, proof, at),
    )
    const statuses = (await Promise.all(tries)).map(({ status }) => status).sort()
    expect(statuses).to.deep.equal([202, 401, 401, 401])
  })

  it('take a wait of 15 seconds in place of work, one at a time from a network', async () => {
    const built = await attacked()
    const { send, clock } = built
    const forgot = forms[1] as Form
    await flood(built, forgot)
    const challenge = await untilAsked(() => send(forgot, 'ann@example.com', here))
    clock.advance(15)
    expect((await send(forgot, 'ann@example.com', here, challenge)).status).to.equal(202)
    challengeIn(await send(forgot, 'ann@example.com', here, challenge))
  })

  it('want a proof of one network block alone, where only that one is too busy', async () => {
    const built = await attacked()
    const { send, app } = built
    const register = forms[0] as Form
    await changeSetting(app, bySystem, 'bots.registrations_per_minute', 1_000)
    await changeSetting(app, bySystem, 'bots.registrations_per_minute_of_block', 3)
    for (let n = 0; n < 3; n++) await send(register, `bot-${n}@example.com`, `192.0.2.${n}`)
    await untilAsked(() => send(register, 'ann@example.com', '192.0.2.200'))
    expect((await send(register, 'eve@example.com', there)).status).to.equal(201)
    expect(await app.db('outbox_events').where({ type: 'auth.bots.suspected' })).to.have.lengthOf(0)
  })

  it('ask the same of everybody’s name and nobody’s (LG-03)', async () => {
    const built = await attacked()
    const { send, app } = built
    const forgot = forms[1] as Form
    const ann = await person(app)
    await flood(built, forgot)
    await untilAsked(() => send(forgot, ann.email, here))
    const [known, unknown] = [await send(forgot, ann.email, here), await send(forgot, 'no@example.com', here)]
    expect(Object.keys(known.body)).to.deep.equal(Object.keys(unknown.body))
    expect([...known.headers.keys()]).to.deep.equal([...unknown.headers.keys()])
    expect(known.text.length).to.equal(unknown.text.length)
  })

  it('ask PostgreSQL nothing for it while it is quiet', async () => {
    const built = await attacked()
    const { send, app } = built
    const asked: string[] = []
    await send(forms[1] as Form, 'ann@example.com', here)
    const silent = new Proxy(app.db, {
      apply: () => void asked.push('query'),
      get: (_, name) => void asked.push(String(name)),
    })
    const by = anonymous({ requestId: 'test', ip: here, userAgent: '' })
    await demandProof({ ...app, db: silent }, by, { path: 'register', name: 'ann@example.com', proof: null })
    expect(asked).to.deep.equal([])
  })
})

/** Where each form stands in a browser, what is typed into it, and something else that it refuses for another reason. */
const pages = [
  {
    name: 'registering',
    setting: 'bots.registrations_per_minute',
    form: '/register',
    typed: { email: 'ann@example.com', password: 'a long enough phrase 51 zebras' },
    faulty: { email: 'ann@example.com', password: 'short' },
    text: 'Very many accounts are being created here',
    refused: 422,
    accepted: 303,
  },
  ...['/forgot', '/by-mail'].map((form) => ({
    name: `asking for a mail at ${form}`,
    setting: 'bots.mails_per_minute',
    form,
    typed: { login: 'ann@example.com' },
    faulty: { login: ' ' },
    text: 'Very many messages are being asked for',
    refused: 400,
    accepted: 200,
  })),
]

describe('pages of forms that machines fill in bulk', () => {
  for (const { name, setting, form, typed, faulty, text, refused, accepted } of pages) {
    it(`carry the challenge, say what to do, and take the answer: ${name}`, async () => {
      const { app } = await stage()
      await changeSetting(app, bySystem, setting, 1)
      await changeSetting(app, bySystem, 'lockout.proof_difficulty', difficulty)
      await changeSetting(app, bySystem, 'sign_in.by_mail', 'on')
      const submit = await openPage(await relyingParty(app), form)
      const quiet = await submit(faulty)
      expect([quiet.status, quiet.proof]).to.deep.equal([refused, undefined])

      let asked = await submit('password' in faulty ? faulty : typed)
      for (let turn = 0; turn < 40 && asked.status !== 401; turn++) {
        await new Promise((resolve) => setTimeout(resolve, 100))
        asked = await submit('password' in faulty ? faulty : typed)
      }
      expect(asked.status).to.equal(401)
      expect(asked.html)
        .to.include(text)
        .and.to.match(/wait 15 seconds/i)
      expect(asked.html).to.include(`name="proof" value="${asked.proof}" data-difficulty="${difficulty}"`)
      expect(asked.html, 'what was typed').to.include('value="ann@example.com"')

      expect((await submit({ ...typed, proof: solve(asked.proof ?? '', difficulty) })).status).to.equal(
        accepted,
      )
    })
  }

  it('carry the next challenge beside a field that must be set right', async () => {
    const { app } = await stage()
    await changeSetting(app, bySystem, 'bots.registrations_per_minute', 1)
    await changeSetting(app, bySystem, 'lockout.proof_difficulty', difficulty)
    const submit = await openPage(await relyingParty(app), '/register')
    const [{ typed, faulty }] = pages as [(typeof pages)[number]]
    let asked = await submit(faulty)
    for (let turn = 0; turn < 40 && asked.status !== 401; turn++) {
      await new Promise((resolve) => setTimeout(resolve, 100))
      asked = await submit(faulty)
    }

    const wrong = await submit({ ...faulty, proof: solve(asked.proof ?? '', difficulty) })
    expect(wrong.status).to.equal(422)
    expect((await submit({ ...typed, proof: solve(wrong.proof ?? '', difficulty) })).status).to.equal(303)
  })
})

/** Opens a form of a sign-in, and sends it as often as wanted. */
async function openPage(client: RelyingParty, form: string) {
  const browser = openBrowser()
  const landing = await browser.go((await client.begin()).url)
  const url = new URL(landing.url.replace(/\/login$/, form))
  const ours = (html: string) => formsOf(html).find(({ action }) => action === url.pathname)
  const fields = ours((await browser.go(url.href)).html)?.fields
  const cookies = browser.cookies().map(({ name, value }) => `${name}=${value}`)
  return async (typed: Record<string, string>) => {
    const reply = await fetch(url, {
      method: 'POST',
      redirect: 'manual',
      body: new URLSearchParams({ ...fields, ...typed }),
      headers: {
        ...{ origin: url.origin, accept: 'text/html', 'sec-fetch-site': 'same-origin' },
        cookie: cookies.join('; '),
      },
    })
    const html = await reply.text()
    return { status: reply.status, html, proof: ours(html)?.fields.proof }
  }
}
