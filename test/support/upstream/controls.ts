import { randomUUID } from 'node:crypto'

import type { Command, Controls, Reply, UpstreamName } from './contract.ts'
import { type Desk, epochSeconds } from './desk.ts'
import { logoutTokenOf, nativeIdToken } from './id-tokens.ts'
import type { State } from './state.ts'

interface Providers {
  stateOf(name: UpstreamName): State
  facebook(): Desk | undefined
}

/** Does what the test says. */
export function obey(providers: Providers): void {
  const controls = controlsOf(providers)
  process.on('message', (command: Command) => {
    void carryOut(controls, command).then((reply) => process.send?.(reply))
  })
}

async function carryOut(controls: Controls, { id, name, args }: Command): Promise<Reply> {
  const control = controls[name] as (...args: unknown[]) => Promise<unknown> // the other end is typed by Controls too
  try {
    return { id, value: await control(...args) }
  } catch (error) {
    return { id, error: String(error) }
  }
}

const controlsOf = ({ stateOf, facebook }: Providers): Controls => ({
  async person(provider, person) {
    const state = stateOf(provider)
    state.person = person
    state.known.set(person.sub, person)
  },
  async lie(provider, lie, at) {
    stateOf(provider).lying = { lie, at }
  },
  async honest(provider) {
    stateOf(provider).lying = undefined
  },
  seen: async (provider) => stateOf(provider).seen,
  idToken: (provider, person, claims) => nativeIdToken(stateOf(provider), provider, person, claims),
  async accessToken(provider, person, app) {
    const client_id = app ?? stateOf(provider).client.id
    const grant = { person, sid: randomUUID(), authTime: epochSeconds(), request: { client_id } }
    const token = facebook()?.issue(grant, 'EAA')
    if (token === undefined) throw new Error(`${provider} has no desk`)
    return token
  },
  logoutToken: (provider, claims) => logoutTokenOf(stateOf(provider), claims),
  sidOf: async (provider, sub) => stateOf(provider).sids.get(sub),
})
