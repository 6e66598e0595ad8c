import type { Answer } from '../clients/http.ts'
import { memberOf } from '../clients/http.ts'
import { noteAct } from '../clients/ledger.ts'
import { noteRefresh } from '../clients/load.ts'
import { meaningOf } from '../clients/watch.ts'
import { newFamily, newPerson } from '../scene.ts'
import type { Fault, Stage } from '../fault.ts'
import { until } from '../rig/processes.ts'
import type { Replica } from '../rig/replica.ts'
import type { Verdict } from '../rig/wire.ts'
import { count } from '../tally.ts'

/** Something that is written; prepared, sent to the replica that dies meanwhile, and sent again to one that lives. */
interface Act {
  /** What is sent; the same again is the client's retry. */
  send(origin: string): Promise<Answer>
  /** Looks at what is there, when the retry was answered. `first`: null, where the replica died before it answered. */
  after(first: Answer | null, retry: Answer): Promise<void>
}

/** The password that a reset sets. */
const fresh = 'another harbour at dusk 9'

const acts: Record<string, (stage: Stage) => Promise<Act>> = {
  async refresh({ scene, ledger, tally }) {
    const { family } = await newFamily(scene)
    const presented = family.token
    return {
      send: (origin) => scene.clientAt(origin).refresh(presented),
      async after(first, retry) {
        for (const answer of [first, retry])
          if (answer) noteRefresh({ ledger, tally }, family, presented, answer)
        ledger.families.push(family)
      },
    }
  },

  async code({ scene, ledger, tally }) {
    const client = scene.clientAt(scene.replicas.find((replica) => replica.up())?.origin ?? '')
    const code = await client.code(await client.browser(await newPerson(scene)))
    if (!code) throw new Error('no code was given')
    return {
      send: (origin) => scene.clientAt(origin).redeem(code),
      async after(first, retry) {
        const redeemed = [first, retry].filter((answer) => answer?.status === 200).length
        if (redeemed > 1) count(tally, 'twice', 'one code was redeemed twice')
        ledger.codes.set(JSON.stringify(code), redeemed)
        if (redeemed > 0) noteAct(ledger, 'token.issued')
      },
    }
  },

  async register({ scene, ledger, tally }) {
    const email = `killed-${process.pid}-${tally.rounds}-${scene.random.between(0, 1e9)}@example.com`
    return {
      send: (origin) => scene.clientAt(origin).register(email, fresh),
      async after(_first, retry) {
        // 409: it was done before the replica died.
        if (retry.status !== 201 && retry.status !== 409)
          count(tally, 'errors', `register ${retry.status} ${retry.text.slice(0, 150)}`)
        ledger.registered.push(email)
        noteAct(ledger, 'registration.succeeded')
      },
    }
  },

  async verify({ scene, ledger, tally }) {
    const person = await newPerson(scene, { verified: false })
    const token = await scene.operator.link('verify-email', person)
    return {
      send: (origin) => scene.clientAt(origin).verify(token, person.password),
      async after(_first, retry) {
        // 403: it was done before the replica died.
        if (retry.status !== 204 && retry.status !== 403)
          count(tally, 'errors', `verify ${retry.status} ${retry.text.slice(0, 150)}`)
        ledger.verified.push(person.email)
        noteAct(ledger, 'email.verified')
      },
    }
  },

  async reset({ scene, ledger, tally }) {
    const person = await newPerson(scene)
    const token = await scene.operator.link('reset-password', person)
    return {
      send: (origin) => scene.clientAt(origin).reset(token, fresh),
      async after(_first, retry) {
        if (retry.status !== 204 && retry.status !== 403)
          count(tally, 'errors', `reset ${retry.status} ${retry.text.slice(0, 150)}`)
        const now = await scene.client.signIn({ ...person, password: fresh })
        if (now.status !== 200)
          count(tally, 'lost', `a new password: ${now.status} ${now.text.slice(0, 150)}`)
        const before = await scene.client.signIn(person)
        if (before.status === 200) count(tally, 'revived', 'the password before the reset')
        noteAct(ledger, 'recovery.completed')
      },
    }
  },

  async role({ scene, ledger, tally }) {
    const holder = await newPerson(scene)
    const by = memberOf(await scene.client.machineToken(), 'access_token')
    return {
      send: (origin) => scene.clientAt(origin).giveRole(by, holder.id),
      async after(_first, retry) {
        if (retry.status > 201) count(tally, 'errors', `role ${retry.status} ${retry.text.slice(0, 150)}`)
        ledger.holders.set(holder.id, true)
        noteAct(ledger, 'role.assigned')
      },
    }
  },
}

/** How many statements each of them sends, as a look at one that nothing happens to has shown. */
async function statementsOf(stage: Stage, name: string, replica: Replica): Promise<number> {
  let seen = 0
  const act = await prepare(stage, name)
  replica.pool.watch({
    judge: () => {
      seen++
      return 'pass'
    },
    die: () => undefined,
  })
  const answer = await act.send(replica.origin)
  replica.pool.watch(null)
  await act.after(null, answer)
  return seen
}

async function prepare(stage: Stage, name: string): Promise<Act> {
  const prepared = acts[name]
  if (!prepared) throw new Error(`there is no act ${name}`)
  return prepared(stage)
}

/** Lets the replica die at one statement of what is sent to it; the answer, and whether it died. */
async function sendToVictim(
  act: Act,
  victim: Replica,
  { at, verdict }: { at: number; verdict: Verdict },
): Promise<{ answer: Answer; died: boolean }> {
  const state = { seen: 0, died: false }
  victim.pool.watch({
    judge: () => (++state.seen === at ? verdict : 'pass'),
    die: () => {
      state.died = true
      void victim.kill()
    },
  })
  const answer = await act.send(victim.origin)
  victim.pool.watch(null)
  await until('the killed replica is gone', () => !state.died || !victim.up())
  return { answer, died: state.died }
}

export const fault: Fault = {
  name: 'replica-killed',
  what: 'a replica is killed (SIGKILL) at one statement of a write, before or after PostgreSQL has done it',
  rounds: { short: 12, long: 1_000, ci: 4 },
  load: false,
  async run(stage) {
    const { scene, tally, each } = stage
    const names = Object.keys(acts)
    const lengths = new Map<string, number>()
    const [first] = scene.replicas
    for (const name of names) if (first) lengths.set(name, await statementsOf(stage, name, first))
    const outcomes = { 'die-before': 0, 'die-after': 0, lived: 0 }
    let starting: Promise<void> = Promise.resolve()
    await each(async (number) => {
      const name = names[number % names.length] ?? ''
      await starting
      const [victim, other] = number % 2 === 0 ? scene.replicas : scene.replicas.toReversed()
      if (!victim || !other) return
      const act = await prepare(stage, name)
      const at = scene.random.between(1, lengths.get(name) ?? 1)
      const verdict = scene.random.pick(['die-before', 'die-after'] as const)
      const { answer, died } = await sendToVictim(act, victim, { at, verdict })
      outcomes[died ? verdict : 'lived']++
      const retry = await act.send(other.origin)
      tally.acknowledged++
      await act.after(meaningOf(answer) === 'told' ? answer : null, retry)
      if (died) starting = victim.start()
    })
    await starting
    tally.notes.push(
      `killed ${outcomes['die-before']} times before the statement, ${outcomes['die-after']} times after it; ` +
        `${outcomes.lived} times the act was over first`,
    )
    await until('both replicas are ready', () => scene.balancer.ready().length === scene.replicas.length)
  },
}
