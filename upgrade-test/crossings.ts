import type { Stage } from '../faults/fault.ts'
import { tokensOf } from '../faults/clients/application.ts'
import type { Answer } from '../faults/clients/http.ts'
import { until } from '../faults/rig/processes.ts'
import type { Replica } from '../faults/rig/replica.ts'
import { newPerson } from '../faults/scene.ts'

/** What is begun or made at one replica is good at the other, and what is ended at one is ended at the other. */
export async function cross(stage: Stage, from: Replica, to: Replica): Promise<void> {
  await crossBySession(stage, from, to)
  await crossByEnd(stage, from, to)
  stage.tally.acknowledged++
}

/** A sign-in is begun at one and finished at the other; its session, codes and tokens go to and fro. */
async function crossBySession(stage: Stage, from: Replica, to: Replica): Promise<void> {
  const { scene, must } = stage
  const [here, there] = [scene.clientAt(from.origin), scene.clientAt(to.origin)]
  const way = `from ${from.name} to ${to.name}`
  const browser = await here
    .browser(await newPerson(scene), to.origin)
    .catch((error: unknown) => String(error))
  if (typeof browser === 'string') {
    must(false, `a sign-in ${way}: ${browser}`)
    return
  }
  const code = await here.code(browser)
  must(code !== null, `a session made ${way} is not known at ${from.name}`)
  if (!code) return
  const redeemed = await there.redeem(code)
  good(stage, `a code ${way}`, redeemed)
  const { access, refresh } = tokensOf(redeemed)
  good(stage, `an access token ${way}`, await here.userinfo(access))
  const second = await here.refresh(refresh)
  good(stage, `a refresh token of ${to.name} at ${from.name}`, second)
  good(stage, `a refresh token of ${from.name} at ${to.name}`, await there.refresh(tokensOf(second).refresh))
  must(
    (await there.code(browser.at(to.origin))) !== null,
    `a session of ${from.name} is not known at ${to.name}`,
  )
}

async function crossByEnd({ scene, must, ...stage }: Stage, from: Replica, to: Replica): Promise<void> {
  const [here, there] = [scene.clientAt(from.origin), scene.clientAt(to.origin)]
  const answer = await here.signIn(await newPerson(scene))
  good({ must }, `a sign-in at ${from.name}`, answer)
  const { access, refresh } = tokensOf(answer)
  good({ must }, `an access token of ${from.name} at ${to.name}`, await there.userinfo(access))
  const ended = await there.signOut(access)
  must(ended.status === 204, `a sign-out at ${to.name}: ${ended.status}`)
  const dark = async () => (await here.userinfo(access)).status === 401
  await until('an ended session is ended at the other', dark, 2_000).catch((error: unknown) => {
    must(false, `${from.name}, of what ${to.name} ended: ${String(error)}`)
  })
  must(
    (await here.refresh(refresh)).status === 400,
    `a refresh token that ${to.name} ended is good at ${from.name}`,
  )
  stage.ledger.ended.push({ how: 'signed out at the other', access, refresh, at: performance.now() })
}

function good({ must }: Pick<Stage, 'must'>, what: string, answer: Answer): void {
  must(answer.status === 200, `${what}: ${answer.fault ?? answer.status} ${answer.text.slice(0, 150)}`)
}
