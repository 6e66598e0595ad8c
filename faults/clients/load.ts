import { setTimeout as sleep } from 'node:timers/promises'

import { newFamily, newPerson, type Scene } from '../scene.ts'
import { count, type Tally } from '../tally.ts'
import { tokensOf } from './application.ts'
import type { Browser } from './browser.ts'
import { type Answer, memberOf } from './http.ts'
import { type Family, type Ledger, noteAct, noteSuccessor } from './ledger.ts'
import type { Watch } from './watch.ts'

/** What a client needs to do something and write down what it was told. */
export interface Parts {
  scene: Scene
  ledger: Ledger
  watch: Watch
  tally: Tally
}

/** Sessions that are kept alive side by side. */
export const families = 4

/** Milliseconds between two acts of one client: enough of them to be under way at any moment, on a machine with two cores. */
const pauses = { refresh: 30, machine: 30, code: 80, role: 120, ending: 300, registration: 400 }

/** Clients of every kind at once, until they are told to stop; each then finishes what it has begun. */
export function startLoad(parts: Parts): { stop(): Promise<void> } {
  let on = true
  const repeat = async (pause: number, act: () => Promise<void>) => {
    while (on) {
      await act()
      await sleep(pause)
    }
  }
  const redeeming = redeemer(parts)
  const assigning = assigner(parts)
  const running = [
    ...parts.ledger.families.map((family) => repeat(pauses.refresh, () => refreshOnce(parts, family))),
    repeat(pauses.machine, () => machineOnce(parts)),
    repeat(pauses.code, redeeming),
    repeat(pauses.role, assigning),
    repeat(pauses.ending, () => endOnce(parts)),
    repeat(pauses.registration, () => registerOnce(parts)),
  ]
  return {
    async stop() {
      on = false
      await Promise.all(running)
    },
  }
}

/** One in so many refreshes is sent twice at the same moment, as two tabs of one application do. */
const twins = 8

/** Exchanges the newest refresh token of a session; the same one again for as long as no answer tells anything. */
export async function refreshOnce(parts: Parts, family: Family): Promise<void> {
  const { scene, watch } = parts
  const presented = family.token
  const send = () => watch.persist('refresh', () => scene.client.refresh(presented))
  const answers = await Promise.all(scene.random.between(1, twins) === 1 ? [send(), send()] : [send()])
  for (const answer of answers) if (answer) noteRefresh(parts, family, presented, answer)
  if (family.token === '') await beginAgain(parts, family)
}

/** Writes down what came of a refresh; a session that was refused has no token any more. */
export function noteRefresh(
  { ledger, tally }: Pick<Parts, 'ledger' | 'tally'>,
  family: Family,
  presented: string,
  answer: Answer,
): void {
  if (answer.status !== 200) {
    count(tally, 'refused', `refresh ${answer.status} ${answer.text.slice(0, 150)}`)
    family.token = ''
    return
  }
  const { refresh } = tokensOf(answer)
  if (noteSuccessor(family, presented, refresh)) {
    tally.acknowledged++
    noteAct(ledger, 'token.refreshed')
  } else if ((family.successors.get(presented)?.size ?? 0) > 1) {
    count(tally, 'twice', 'one refresh token was exchanged for two')
  }
  if (family.token !== '') family.token = refresh
}

async function beginAgain({ scene, watch }: Pick<Parts, 'scene' | 'watch'>, family: Family): Promise<void> {
  const person = await newPerson(scene)
  const answer = await watch.persist('sign-in', () => scene.client.signIn(person))
  family.email = person.email
  family.token = answer ? tokensOf(answer).refresh : ''
}

async function machineOnce({ scene, ledger, watch, tally }: Parts): Promise<void> {
  const answer = await scene.client.machineToken()
  if (watch.see('machine token', answer) !== 'told') {
    await sleep(scene.random.between(100, 500))
    return
  }
  if (answer.status !== 200) {
    count(tally, 'errors', `machine token ${answer.status} ${answer.text.slice(0, 150)}`)
    return
  }
  tally.acknowledged++
  ledger.machineTokens++
}

/**
 * Codes: each is redeemed by two requests at once now and then. A code whose answer was lost may be refused the second
 * time: that is what a code is for (RFC 6749, section 4.1.2), and the person's browser gets another without being asked.
 */
function redeemer({ scene, ledger, watch, tally }: Parts): () => Promise<void> {
  let browser: Browser | null = null
  return async () => {
    if (!browser) {
      browser = await scene.client.browser(await newPerson(scene)).catch(() => null)
      if (!browser) await sleep(500)
      return
    }
    const code = await scene.client.code(browser)
    if (!code) {
      const ready = await scene.client.get('/health/ready')
      if (ready.status === 200) browser = null // the session may have ended with a replayed code
      await sleep(200)
      return
    }
    const send = async () => {
      const answer = await scene.client.redeem(code)
      watch.see('code', answer)
      return answer
    }
    const answers = await Promise.all(scene.random.between(1, twins) === 1 ? [send(), send()] : [send()])
    const redeemed = answers.filter(({ status }) => status === 200).length
    if (redeemed > 0) {
      tally.acknowledged++
      noteAct(ledger, 'token.issued')
    }
    if (redeemed > 1) count(tally, 'twice', 'one code was redeemed twice')
    ledger.codes.set(JSON.stringify(code), redeemed)
  }
}

/** Gives a role and takes it again. */
function assigner({ scene, ledger, watch, tally }: Parts): () => Promise<void> {
  let holder = ''
  let held = false
  return async () => {
    holder ||= (await newPerson(scene)).id
    const token = await scene.client.machineToken()
    if (watch.see('machine token', token) !== 'told') return
    const by = memberOf(token, 'access_token')
    ledger.machineTokens++
    const answer = await (held ? scene.client.takeRole(by, holder) : scene.client.giveRole(by, holder))
    if (watch.see('role', answer) !== 'told') {
      ledger.holders.delete(holder)
      return
    }
    // After an answer that was lost, the act may have been done: then giving answers 200, and taking 404.
    const done = held ? answer.status === 204 || answer.status === 404 : answer.status <= 201
    if (!done) {
      count(tally, 'errors', `role ${answer.status} ${answer.text.slice(0, 150)}`)
      return
    }
    if (answer.status === 201) noteAct(ledger, 'role.assigned')
    if (answer.status === 204) noteAct(ledger, 'role.removed')
    tally.acknowledged++
    held = !held
    ledger.holders.set(holder, held)
  }
}

/** Somebody signs in and out; what they had is kept, as a thief would. */
async function endOnce({ scene, ledger, watch, tally }: Parts): Promise<void> {
  const begun = await newFamily(scene).catch(() => null)
  if (!begun) {
    await sleep(300)
    return
  }
  tally.acknowledged++
  noteAct(ledger, 'session.started')
  const { family, access } = begun
  const answer = await watch.persist('sign-out', () => scene.client.signOut(access), 20_000)
  // 401: an earlier try has ended it, and its answer was lost.
  if (!answer || (answer.status !== 204 && answer.status !== 401)) return
  tally.acknowledged++
  noteAct(ledger, 'session.ended')
  ledger.ended.push({ how: 'signed out', access, refresh: family.token, at: performance.now() })
}

let registered = 0

/** Somebody makes an account. Asked again after a lost answer, the service says that there is one. */
async function registerOnce({ scene, ledger, watch, tally }: Parts): Promise<void> {
  const email = `newcomer-${process.pid}-${++registered}@example.com`
  const answer = await scene.client.register(email, `a lantern over harbour ${registered}`)
  if (watch.see('register', answer) !== 'told') return
  if (answer.status !== 201) {
    count(tally, 'errors', `register ${answer.status} ${answer.text.slice(0, 150)}`)
    return
  }
  tally.acknowledged++
  noteAct(ledger, 'registration.succeeded')
  ledger.registered.push(email)
}
