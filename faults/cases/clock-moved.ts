import { execFileSync } from 'node:child_process'
import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'

import { newFamily } from '../scene.ts'
import type { Fault, Stage } from '../fault.ts'
import { openReplica } from '../rig/replica.ts'
import { count } from '../tally.ts'
import { type Client, tokensOf } from '../clients/application.ts'
import type { Answer } from '../clients/http.ts'
import type { Family } from '../clients/ledger.ts'

/** Seconds by which the clock of one replica is moved. */
const moves = [-300, 300, -30, 30]

/** Within this many seconds clocks may differ and honest clients must not notice (the grace of a lost answer is a minute). */
const honestWithin = 30

export const fault: Fault = {
  name: 'clock-moved',
  what: 'the clock of one replica is five minutes ahead or behind, or half a minute',
  rounds: { short: 0, long: 8 },
  load: false,
  lacks: () => (libraryOfFakeTime() === null ? 'there is no libfaketime' : null),
  async run(stage) {
    const { scene, tally, ledger, each } = stage
    const { postgres, redis, clientAt } = scene
    await each(async (number) => {
      const seconds = moves[number % moves.length] ?? 0
      const moved = await openReplica(`moved by ${seconds} s`, {
        ...{ postgres, redis },
        variables: {
          ...scene.variables,
          LD_PRELOAD: libraryOfFakeTime() ?? '',
          FAKETIME: `${seconds >= 0 ? '+' : ''}${seconds}s`,
          FAKETIME_DONT_FAKE_MONOTONIC: '1',
          DONT_FAKE_MONOTONIC: '1',
        },
      })
      try {
        await moved.start()
        const [here] = scene.replicas
        const [right, wrong] = [clientAt(here?.origin ?? ''), clientAt(moved.origin)]
        const { family, access } = await newFamily(scene)
        await refreshAtBoth(stage, { right, wrong, family, seconds })
        await right.signOut(access)
        const at = performance.now()
        await sleep(1_000)
        if ((await wrong.userinfo(access)).status === 200)
          count(tally, 'revived', `an access token at the replica whose clock differs by ${seconds} s`)
        ledger.ended.push({ how: 'signed out beside a moved clock', access, refresh: family.token, at })
      } finally {
        await moved.close()
      }
    })
  },
}

interface Both {
  right: Client
  wrong: Client
  family: Family
  seconds: number
}

/** One token at both, both ways: one successor, whoever's clock says what. */
async function refreshAtBoth({ tally }: Stage, { right, wrong, family, seconds }: Both): Promise<void> {
  for (const pair of [
    [wrong, right],
    [right, wrong],
  ]) {
    const answers: Answer[] = []
    for (const client of pair) answers.push(await client.refresh(family.token))
    const given = new Set(answers.filter(({ status }) => status === 200).map((one) => tokensOf(one).refresh))
    if (given.size > 1) count(tally, 'twice', `a refresh token was exchanged for two (${seconds} s)`)
    const refused = answers.find(({ status }) => status !== 200)
    if (refused && Math.abs(seconds) <= honestWithin)
      count(tally, 'refused', `a repeated refresh (${seconds} s): ${refused.text.slice(0, 150)}`)
    family.token = [...given].at(-1) ?? ''
    if (family.token === '') return
    tally.acknowledged++
  }
}

function libraryOfFakeTime(): string | null {
  const root = '/usr/lib'
  for (const folder of existsSync(root) ? readdirSync(root) : []) {
    const library = join(root, folder, 'faketime/libfaketime.so.1')
    if (existsSync(library) && works(library)) return library
  }
  return null
}

function works(library: string): boolean {
  const env = { LD_PRELOAD: library, FAKETIME: '+400d', DONT_FAKE_MONOTONIC: '1' }
  const said = execFileSync(process.execPath, ['-p', 'Date.now()'], { env }).toString()
  return Number(said) > Date.now() + 300 * 86_400_000
}
