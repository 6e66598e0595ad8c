import { expect } from 'chai'
import { createLocalJWKSet, decodeProtectedHeader, type JSONWebKeySet, jwtVerify } from 'jose'
import * as openid from 'openid-client'

import type { Gatehouse } from '../../../src/app.ts'
import { listKeys, revokeKey, rotateKeys } from '../../../src/features/keys/index.ts'
import { bySystem } from '../../../src/platform/app.ts'
import { type Person, person } from '../../support/people.ts'
import { drive, relyingParty, type RelyingParty } from '../../support/relying-party.ts'
import { type Stage, stage } from '../../support/stage.ts'
import { eventually, get, introspect, opens } from '../tokens/requests.ts'

const jwksOf = async (origin: string): Promise<JSONWebKeySet> =>
  (await get(`${origin}/.well-known/jwks.json`)).body as unknown as JSONWebKeySet

/** The published keys count as published an hour earlier: tokens carry the time of the machine, which cannot be moved. */
const ripen = (app: Gatehouse) =>
  app.db.raw(
    `update signing_keys set published_at = published_at - interval '1 hour' where state = 'published'`,
  )

const moving = /^(token|userinfo|introspection)_endpoint$|^jwks_uri$/

/** The same client, whose tokens come from another process; its people sign in at the issuer all the same. */
function at(origin: string, client: RelyingParty): RelyingParty {
  const known = client.configuration.serverMetadata()
  const moved = Object.entries(known).map(([name, value]) =>
    moving.test(name) && typeof value === 'string'
      ? [name, value.replace(known.issuer, origin)]
      : [name, value],
  )
  const metadata = { ...(Object.fromEntries(moved) as object), issuer: known.issuer }
  const authenticate = openid.ClientSecretBasic(client.secret ?? '')
  const configuration = new openid.Configuration(metadata, client.clientId, undefined, authenticate)
  // eslint-disable-next-line @typescript-eslint/no-deprecated -- marked so only to be noticed; tests have no TLS
  openid.allowInsecureRequests(configuration)
  openid.enableNonRepudiationChecks(configuration) // verify ID tokens by the JWKS also where TLS would do
  return drive({ ...client, configuration })
}

interface Two {
  opened: Stage
  second: { app: Gatehouse; origin: string }
  ann: Person
  /** A relying party for each replica, with nothing in its memory. */
  clients(): { origin: string; client: RelyingParty }[]
  origins: string[]
}

async function twoReplicas(): Promise<Two> {
  const opened = await stage()
  const second = await opened.replica()
  const client = await relyingParty(opened.app)
  const origins = [opened.issuer, second.origin]
  const clients = () => origins.map((origin) => ({ origin, client: at(origin, client) }))
  return { opened, second, ann: await person(opened.app), clients, origins }
}

describe('rotating the signing keys under relying parties', function () {
  this.timeout(60_000)

  it('fails nobody, on either replica, with a copy of the key set from before (decision 16)', async () => {
    const { opened, ann, clients, origins } = await twoReplicas()
    const { app, issuer } = opened
    const seen: { id: string; access: string }[] = []
    const signIn = async (client: RelyingParty) => {
      const { tokens } = await client.signIn(ann) // openid-client verifies the ID token by the key set it holds
      seen.push({ id: tokens.id_token ?? '', access: tokens.access_token })
      return decodeProtectedHeader(tokens.access_token).kid
    }
    for (let step = 1; step <= 2; step++) {
      const [cached, now] = [createLocalJWKSet(await jwksOf(issuer)), clients()]
      for (const { client } of now) await signIn(client)
      await ripen(app)
      const rotated = await rotateKeys(app, bySystem)
      const kid = rotated.find(({ algorithm }) => algorithm === 'ES256')?.kid
      for (const { client, origin } of now) {
        await eventually(async () => (await signIn(client)) === kid)
        expect((await jwksOf(origin)).keys, 'the next keys are shown').to.have.lengthOf(6 + 3 * step)
      }
      for (const { id, access } of seen.slice(-4)) {
        await jwtVerify(id, cached, { issuer })
        await jwtVerify(access, cached, { issuer, typ: 'at+jwt' })
      }
    }
    for (const origin of origins) {
      const now = createLocalJWKSet(await jwksOf(origin))
      for (const { id, access } of seen) {
        await jwtVerify(id, now, { issuer })
        expect(await opens(origin, access)).to.equal(true)
      }
    }
    expect(new Set(seen.map(({ access }) => decodeProtectedHeader(access).kid)).size).to.equal(3)
  })

  it('changes the documents and their ETag within a second on both replicas', async () => {
    const { opened, origins } = await twoReplicas()
    const etags = () =>
      Promise.all(
        origins.map(async (origin) => (await get(`${origin}/.well-known/jwks.json`)).headers.get('etag')),
      )
    const before = await etags()
    expect(before[0]).to.equal(before[1])
    await ripen(opened.app)
    await rotateKeys(opened.app, bySystem)
    const ms = await eventually(async () => {
      const now = await etags()
      return now[0] !== before[0] && now[0] === now[1]
    })
    expect(ms).to.be.below(1_000)
    expect(
      (await get(`${opened.issuer}/.well-known/jwks.json`, { 'if-none-match': before[0] ?? '' })).status,
    ).to.equal(200)
  })
})

describe('revoking a signing key that leaked (KM-04)', function () {
  this.timeout(60_000)

  it('refuses its tokens now, on both replicas, and signs with the next key', async () => {
    const { opened, ann, clients, origins } = await twoReplicas()
    const { app } = opened
    const now = clients()
    const tokens: string[] = []
    for (const { client } of now) tokens.push((await client.signIn(ann)).tokens.access_token)
    const [{ kid = '' } = {}] = tokens.map((token) => decodeProtectedHeader(token))
    for (const origin of origins)
      for (const token of tokens) expect(await opens(origin, token)).to.equal(true)

    const { successor } = await revokeKey(app, bySystem, kid, { emergency: true })

    for (const { origin, client } of now) {
      for (const token of tokens) {
        expect(await eventually(async () => !(await opens(origin, token)))).to.be.below(1_000)
        expect((await introspect(origin, client, token)).body).to.deep.equal({ active: false })
      }
      const { signIn } = at(origin, client) // fetches the key set again, as it must
      const fresh = (await signIn(ann)).tokens.access_token
      expect(decodeProtectedHeader(fresh).kid).to.equal(successor)
      for (const other of origins) expect(await opens(other, fresh)).to.equal(true)
    }
  })

  it('shows it nowhere any more, and its successor with a next one', async () => {
    const { opened, origins } = await twoReplicas()
    const { app } = opened
    const active = (await listKeys(app)).find(
      ({ state, algorithm }) => state === 'active' && algorithm === 'ES256',
    )
    await revokeKey(app, bySystem, active?.kid ?? '', { emergency: true })
    for (const origin of origins) {
      await eventually(async () => !(await jwksOf(origin)).keys.some(({ kid }) => kid === active?.kid))
      await eventually(
        async () => (await jwksOf(origin)).keys.filter(({ alg }) => alg === 'ES256').length === 2,
      )
    }
    expect((await listKeys(app)).find(({ kid }) => kid === active?.kid)?.state).to.equal('revoked')
  })
})
