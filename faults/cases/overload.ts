import { setTimeout as sleep } from 'node:timers/promises'

import type { Answer } from '../clients/http.ts'
import { meaningOf } from '../clients/watch.ts'
import type { Fault, Stage } from '../fault.ts'
import { count } from '../tally.ts'
import { newPerson } from '../scene.ts'

/** Of the peak, what is left when ten times as much is asked. */
const goodputBar = 0.6
const times = 10

/** Milliseconds that each measurement takes, and those at its beginning that do not count. */
const measureMs = { short: 3_000, long: 10_000, warm: 700 }

/** Connections with which one replica reaches its peak. */
const atPeak = { tokens: 16, passwords: 8 }

/** Requests outstanding at most: beyond that the machine that sends is what is measured. */
const mostOutstanding = 2_000

interface Measured {
  /** Answers that were what was asked for, in a second. */
  goodput: number
  /** Requests sent, in a second. */
  offered: number
}

export const fault: Fault = {
  name: 'overload',
  what: 'ten times as much is asked of one replica as it can do, of tokens and of passwords',
  rounds: { short: 0, long: 3 },
  load: false,
  async run(stage) {
    const { scene, each } = stage
    const [replica] = scene.replicas
    if (!replica) return
    const client = scene.clientAt(replica.origin)
    const people = await Promise.all(Array.from({ length: 20 }, () => newPerson(scene)))
    const kinds = {
      tokens: () => client.machineToken(),
      passwords: () => client.signIn(scene.random.pick(people)),
    }
    await each(async () => {
      for (const [name, send] of Object.entries(kinds)) {
        const peak = await closedLoop(stage, atPeak[name === 'tokens' ? 'tokens' : 'passwords'], send)
        const flooded = await openLoop(stage, peak.goodput * times, send)
        await sleep(1_500) // what was let in is finished
        report(stage, name, peak, flooded)
      }
    })
  },
}

function report({ tally, must }: Stage, name: string, peak: Measured, flooded: Measured): void {
  const share = flooded.goodput / peak.goodput
  const rounded = [peak.goodput, flooded.offered, flooded.goodput].map(Math.round)
  tally.notes.push(
    `${name}: peak ${rounded[0]}/s; offered ${rounded[1]}/s, answered ${rounded[2]}/s: ${share.toFixed(2)} of the peak`,
  )
  must(share >= goodputBar, `${name}: ${share.toFixed(2)} of the peak instead of ${goodputBar}`)
}

/** Counts what comes in the time that counts. */
function openCount({ tally, scene }: Stage) {
  const milliseconds = scene.form === 'long' ? measureMs.long : measureMs.short
  const from = performance.now() + measureMs.warm
  const end = from + milliseconds
  let [good, sent] = [0, 0]
  const inTime = () => performance.now() >= from && performance.now() < end
  return {
    running: () => performance.now() < end,
    sent() {
      if (inTime()) sent++
    },
    came(answer: Answer) {
      const meaning = meaningOf(answer)
      if (meaning === 'later') tally.shed++
      if (meaning === 'wrong')
        count(tally, 'errors', `${answer.fault ?? answer.status} ${answer.text.slice(0, 150)}`)
      if (answer.status !== 200) return
      tally.acknowledged++
      if (inTime()) good++
    },
    measured: (): Measured => ({
      goodput: (good / milliseconds) * 1000,
      offered: (sent / milliseconds) * 1000,
    }),
  }
}

/** So many clients, each of which sends again when it was answered: the peak. */
async function closedLoop(stage: Stage, clients: number, send: () => Promise<Answer>): Promise<Measured> {
  const counting = openCount(stage)
  const loop = async () => {
    while (counting.running()) {
      counting.sent()
      counting.came(await send())
    }
  }
  await Promise.all(Array.from({ length: clients }, loop))
  return counting.measured()
}

/** So many requests a second, whatever becomes of those before: people do not wait for each other. */
async function openLoop(stage: Stage, perSecond: number, send: () => Promise<Answer>): Promise<Measured> {
  const counting = openCount(stage)
  const outstanding = new Set<Promise<void>>()
  const startedAt = performance.now()
  let begun = 0
  while (counting.running()) {
    const due = ((performance.now() - startedAt) / 1000) * perSecond
    for (; begun < due && outstanding.size < mostOutstanding; begun++) {
      counting.sent()
      const one = send().then(counting.came)
      outstanding.add(one)
      void one.then(() => outstanding.delete(one))
    }
    begun = Math.max(begun, due - perSecond / 10) // what could not be sent in time is not made up for
    await sleep(5)
  }
  await Promise.all(outstanding)
  return counting.measured()
}
