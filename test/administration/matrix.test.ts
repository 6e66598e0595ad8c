import { expect } from 'chai'
import { decodeJwt } from 'jose'
import * as openid from 'openid-client'

import type { Gatehouse } from '../../src/app.ts'
import {
  assignRole,
  permissionsOf,
  recentSignInSeconds,
  type Role,
  roles,
} from '../../src/features/authorization/index.ts'
import { endSessionsOfUser } from '../../src/features/sessions/index.ts'
import { changeSetting } from '../../src/features/settings/index.ts'
import { setUserStatus } from '../../src/features/accounts/index.ts'
import { routes } from '../../src/http.ts'
import { bySystem } from '../../src/platform/app.ts'
import { newId } from '../../src/platform/crypto/index.ts'
import { transaction } from '../../src/platform/db/index.ts'
import type { Route } from '../../src/platform/http/index.ts'
import { registeredApi } from '../support/apis.ts'
import { relyingParty } from '../support/relying-party.ts'
import { sharedStage } from '../support/shared-stage.ts'
import { operator } from './support.ts'

/** Who calls, and what they may do; null: whoever it was is known no more, and gets 401. */
interface Caller {
  name: string
  token: string | null
  permissions: ReadonlySet<string> | null
}

/** Requests at once: no more than the service has connections for. */
const atOnce = 12

const named = ({ method, path }: { method: string; path: string }): string =>
  `${method.toUpperCase()} ${path}`

const permissionOf = ({ access }: Route): string => (typeof access === 'object' ? access.permission : 'none')

/** What a caller gets at an operation: a refusal, or null for whatever else comes of it. */
function wantedOf({ permissions }: Caller, route: Route): 401 | 403 | null {
  if (permissions === null) return 401
  return permissions.has(permissionOf(route)) ? null : 403
}

const administrative = (app: Gatehouse): Route[] =>
  routes(app).filter(({ path }) => path === '/admin' || path.startsWith('/admin/'))

/** A request that is refused for what it says as soon as nobody refuses it for who sends it: nothing is done. */
async function statusOf(
  issuer: string,
  { method, path, body }: Pick<Route, 'method' | 'path' | 'body'>,
  token: string | null,
  more: Record<string, string> = {},
): Promise<number> {
  const headers = {
    ...(token !== null && { authorization: `Bearer ${token}` }),
    ...(body && { 'content-type': 'application/json' }),
    ...more,
  }
  const reply = await fetch(issuer + path.replace(/:\w+/g, () => newId(new Date())), {
    method: method.toUpperCase(),
    headers,
    ...(body && { body: '{"no_such_field":true}' }),
  })
  await reply.body?.cancel() // exports and streams may be long
  return reply.status
}

/** Whether a route answers at the path of another: `/admin/things/:id` does at `/admin/things/special`. */
const isMatch = ({ path: pattern }: Route, path: string): boolean =>
  new RegExp(`^${pattern.replace(/:\w+/g, '[^/]+')}$`).test(path)

async function inBatches<Item>(items: readonly Item[], work: (item: Item) => Promise<void>): Promise<void> {
  const left = [...items]
  const worker = async () => {
    for (let item = left.shift(); item !== undefined; item = left.shift()) await work(item)
  }
  await Promise.all(Array.from({ length: atOnce }, worker))
}

describe('AD-01, AD-12: the management API, every operation by every kind of caller', () => {
  const shared = sharedStage(async ({ app, issuer, clock }) => {
    const most = 1_000_000
    await changeSetting(app, bySystem, 'limits.by_role', {
      ...{ user: most, auditor: most, support: most, admin: most, root_admin: most, client: most },
    })
    await changeSetting(app, bySystem, 'token.access_seconds', 3600) // longer than a sign-in is recent
    const kinds = await Promise.all(roles.map(async (role) => byRole(app, role)))
    const [ended, disabled, machine] = [
      await operator(app, 'root_admin'),
      await operator(app, 'root_admin'),
      await relyingParty(app, { grants: ['client_credentials'], redirectUris: [] }),
    ]
    await transaction(app.db, (tx) =>
      endSessionsOfUser(app, tx, bySystem, ended.id, 'ended_by_administrator'),
    )
    await setUserStatus(app, bySystem, disabled.id, 'disabled', 'test')
    const auditing = await relyingParty(app, { grants: ['client_credentials'], redirectUris: [] })
    const principal = { type: 'client', id: auditing.clientId } as const
    await transaction(app.db, (tx) => assignRole(app, tx, bySystem, { principal, role: 'auditor' }))
    const ofMachine = async ({ configuration }: typeof machine) =>
      (await openid.clientCredentialsGrant(configuration)).access_token
    const callers: Caller[] = [
      { name: 'no token', token: null, permissions: null },
      { name: 'ended session', token: ended.tokens.access_token, permissions: null },
      { name: 'disabled person', token: disabled.tokens.access_token, permissions: null },
      { name: 'another audience', token: await forAnotherAudience(app), permissions: null },
      { name: 'service account', token: await ofMachine(machine), permissions: new Set() },
      {
        name: 'auditing service account',
        token: await ofMachine(auditing),
        permissions: permissionsOf(['auditor']),
      },
      ...kinds.toReversed(), // the root last
    ]
    return { app, issuer, clock, callers, root: kinds[0]?.token ?? '' }
  })

  async function byRole(app: Gatehouse, role: Role): Promise<Caller> {
    const { tokens } = await operator(app, role)
    return { name: role, token: tokens.access_token, permissions: permissionsOf([role]) }
  }

  async function forAnotherAudience(app: Gatehouse): Promise<string> {
    const [{ identifier }, root] = [await registeredApi(app), await operator(app, 'root_admin')]
    const { tokens } = await root.client.signIn(root, {
      parameters: { scope: 'openid read', resource: identifier },
    })
    expect(decodeJwt(tokens.access_token).aud).to.equal(identifier)
    return tokens.access_token
  }

  it('answers 401 to whom it does not know, 403 to who may not, and neither to who may', async () => {
    const { app, issuer, callers } = shared()
    const all = administrative(app)
    const cases = callers.flatMap((caller) => all.map((route) => ({ caller, route })))
    const begun = performance.now()
    const wrong: string[] = []
    await inBatches(cases, async ({ caller, route }) => {
      const status = await statusOf(issuer, route, caller.token)
      const wanted = wantedOf(caller, route)
      const right = wanted === null ? ![401, 403].includes(status) && status < 500 : status === wanted
      if (!right) wrong.push(`${named(route)} by ${caller.name}: ${status}, not ${wanted ?? 'let through'}`)
    })
    const seconds = ((performance.now() - begun) / 1000).toFixed(1)
    process.stdout.write(
      `      ${all.length} operations × ${callers.length} callers = ${cases.length} requests in ${seconds} s\n`,
    )
    expect(wrong).to.deep.equal([])
    expect(all.length).to.be.above(40)
  }).timeout(60_000)

  it('AD-11: has no method beside those declared, by whatever name, not even for the root', async () => {
    const { app, issuer, root } = shared()
    const all = administrative(app)
    const methods = ['get', 'post', 'put', 'patch', 'delete'] as const
    const gaps = [...new Set(all.map(({ path }) => path))].flatMap((path) =>
      methods
        .filter((method) => !all.some((route) => route.method === method && isMatch(route, path)))
        .map((method) => ({ method, path })),
    )
    const wrong: string[] = []
    await inBatches(gaps, async ({ method, path }) => {
      const status = await statusOf(issuer, { method, path }, root)
      if (status !== 404 && status !== 405) wrong.push(`${named({ method, path })}: ${status}`)
    })
    // nor is another method taken for the one that is declared
    const deleting = all.filter(({ method }) => method === 'delete')
    await inBatches(deleting, async ({ path }) => {
      if (all.some((route) => route.method === 'post' && isMatch(route, path))) return
      const alias = {
        'x-http-method-override': 'DELETE',
        'x-http-method': 'DELETE',
        'x-method-override': 'DELETE',
      }
      const status = await statusOf(issuer, { method: 'post', path }, root, alias)
      if (status !== 404 && status !== 405) wrong.push(`POST as DELETE ${path}: ${status}`)
    })
    expect(gaps).not.to.be.empty
    expect(wrong).to.deep.equal([])
  }).timeout(60_000)

  /** Operations that are no plain reading, and change nothing all the same. */
  const lookingByPost: readonly string[] = [
    'POST /admin/providers/:slug/try',
    'POST /admin/providers/:slug/test',
    'POST /admin/configuration/plan',
    'POST /admin/audit/verifications',
  ]

  it('AD-11: changes nothing by a permission that reads', () => {
    const reading = administrative(shared().app).filter(
      (route) => route.method !== 'get' && /:read:any$/.test(permissionOf(route)),
    )
    expect(reading.map(named)).to.have.members(lookingByPost)
  })

  /** Operations that take something away, and may be called by whoever signed in long ago: it is easily made anew. */
  const undemanding: readonly string[] = ['DELETE /admin/invitations/:id']

  it('AD-12: asks whoever signed in long ago to do so again, before anything is deleted', async () => {
    const { app, issuer, clock, root } = shared()
    const deleting = administrative(app).filter(({ method }) => method === 'delete')
    const easy = deleting.filter(({ signedInWithin = Infinity }) => signedInWithin > recentSignInSeconds)
    expect(easy.map(named)).to.have.members(undemanding)

    clock.advance(recentSignInSeconds + 60) // the last test of this stage
    const wrong: string[] = []
    await inBatches(administrative(app), async (route) => {
      const status = await statusOf(issuer, route, root)
      if ((status === 401) !== (route.signedInWithin !== undefined)) wrong.push(`${named(route)}: ${status}`)
    })
    expect(wrong).to.deep.equal([])
  }).timeout(60_000)
})
