import { decodeJwt } from 'jose'

import type { Endpoint, Lie, Seen, UpstreamName, UpstreamPerson } from './contract.ts'
import { type Keys, makeKeys } from './keys.ts'

/** What one provider knows at the moment. */
export interface State {
  name: UpstreamName
  /** Its base URL, without a slash at the end. */
  base: string
  client: { id: string; secret: string }
  keys: Keys
  person: UpstreamPerson
  known: Map<string, UpstreamPerson>
  lying: { lie: Lie; at: Endpoint | undefined } | undefined
  seen: Seen[]
  /** The `sid` last put in an ID token, by `sub`. */
  sids: Map<string, string>
}

const client = { id: 'gatehouse-at-upstream', secret: 'a secret that the upstream provider gave out' }

export async function makeState(name: UpstreamName, origin: string): Promise<State> {
  const ann: UpstreamPerson = {
    sub: '1001',
    email: 'ann@example.com',
    email_verified: true,
    name: 'Ann Example',
    given_name: 'Ann',
    family_name: 'Example',
  }
  return {
    name,
    base: `${origin}/${name}`,
    client,
    keys: await makeKeys(),
    person: ann,
    known: new Map([[ann.sub, ann]]),
    lying: undefined,
    seen: [],
    sids: new Map(),
  }
}

/** Whether the provider tells this lie now; without an endpoint, whether it does anywhere. */
export const tells = ({ lying }: State, lie: Lie, at?: Endpoint): boolean =>
  lying?.lie === lie && (at === undefined || lying.at === undefined || lying.at === at)

/** Every ID token that leaves is read for its session, so that a test can end it. */
export function rememberSession(state: State, idToken: string): void {
  const { sub, sid } = decodeJwt(idToken)
  if (sub !== undefined && typeof sid === 'string') state.sids.set(sub, sid)
}
