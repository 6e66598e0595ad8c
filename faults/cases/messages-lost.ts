import { setTimeout as sleep } from 'node:timers/promises'

import { newFamily } from '../scene.ts'
import type { Fault } from '../fault.ts'
import { count } from '../tally.ts'

/** Milliseconds in which every replica refuses what was ended (docs/decisions/0004-revocation.md). */
const darkWithin = 1_000

export const fault: Fault = {
  name: 'messages-lost',
  what: 'messages between replicas are lost: the channel is silent, or breaks',
  rounds: { short: 1, long: 40 },
  async run({ scene, tally, ledger, watch, each, recovered }) {
    await each(async (number) => {
      const how = number % 2 === 0 ? 'silent' : 'cut'
      const [one, other] = scene.replicas
      if (!one || !other) return
      for (const { direct } of scene.replicas) direct.set(how)
      const { family, access } = await newFamily(scene)
      const [there, here] = [scene.clientAt(one.origin), scene.clientAt(other.origin)]
      watch.see('userinfo', await here.userinfo(access))
      const ended = await watch.persist('sign-out', () => there.signOut(access))
      const at = performance.now()
      ledger.ended.push({ how: 'signed out while messages were lost', access, refresh: family.token, at })
      if (ended?.status === 204) tally.acknowledged++
      await sleep(darkWithin - (performance.now() - at))
      const seen = await here.userinfo(access)
      if (seen.status === 200)
        count(tally, 'revived', 'an access token a second after its end, at the other replica')
      for (const { direct } of scene.replicas) direct.set('open')
      await recovered(performance.now())
    })
  },
}
