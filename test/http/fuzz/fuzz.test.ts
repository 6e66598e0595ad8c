import { expect } from 'chai'
import fc from 'fast-check'

import { changeSetting } from '../../../src/features/settings/index.ts'
import { bySystem } from '../../../src/platform/app.ts'
import { type Contract, contract, faultOf, type Operation } from '../../support/contract.ts'
import { signedIn } from '../../support/my-api.ts'
import { person } from '../../support/people.ts'
import { sharedStage } from '../../support/shared-stage.ts'
import { mutated, valuesOf, wicked } from './values.ts'

/** More of them for a long run: `FUZZ_RUNS=200 FUZZ_SEED=…`. */
const runs = Number(process.env.FUZZ_RUNS ?? 5)
const seed = Number(process.env.FUZZ_SEED ?? Date.now() % 1_000_000)

/** What would end the caller, or turn the service into another one, so that nothing after it is tested. */
const left: Record<string, string> = {
  'post /auth/logout': 'ends the token',
  'post /auth/logout-all': 'ends the token',
  'delete /users/me': 'ends the token',
  'delete /users/me/sessions': 'may end the token',
  'put /admin/settings/{key}': 'may turn ways in and limits off',
  'post /global-token-revocation': 'may end the token',
}

interface Sent {
  path: string
  body: unknown
}

/** Parameters and body of one operation: as its schemas say, and then with one thing that is not. */
function sentTo(
  { document }: Contract,
  path: string,
  { parameters = [], requestBody }: Operation,
): fc.Arbitrary<Sent> {
  const named = document.components.schemas
  const textual = (schema: object) =>
    fc.oneof({ arbitrary: valuesOf(schema, named), weight: 3 }, { arbitrary: wicked, weight: 1 }).map(String)
  const inPath = parameters.filter((one) => one.in === 'path')
  const inQuery = parameters.filter((one) => one.in === 'query')
  const body = requestBody?.content['application/json']?.schema
  const bodies = body ? valuesOf(body, named) : fc.constant(undefined)
  return fc
    .record({
      places: fc.tuple(...inPath.map(({ schema }) => textual(schema))),
      asked: fc.tuple(...inQuery.map(({ schema }) => fc.option(textual(schema), { freq: 2 }))),
      body: bodies.chain((made) =>
        made === undefined ? fc.constant(made) : fc.oneof(fc.constant(made), mutated(made)),
      ),
    })
    .map(({ places, asked, body: sent }) => {
      const query = new URLSearchParams(
        inQuery.flatMap(({ name }, at): [string, string][] =>
          asked[at] == null ? [] : [[name, asked[at].toWellFormed()]],
        ),
      )
      const values = [...places]
      const filled = path.replace(
        /\{\w+\}/g,
        () => encodeURIComponent((values.shift() ?? '').toWellFormed()) || 'x',
      )
      return { path: `${filled}?${query.toString()}`, body: sent }
    })
}

describe('every operation, sent what nobody thought of', () => {
  const fixture = sharedStage(
    async (stage) => {
      await changeSetting(stage.app, bySystem, 'limits.by_role', { root_admin: 100_000 })
      const root = await signedIn(stage, { as: await person(stage.app, { role: 'root_admin' }) })
      return { ...stage, token: root.token, contract: await contract() }
    },
    { variables: { TRUST_PROXY: '127.0.0.1,::1' } },
  )

  it(`answers as it declares and never fails (seed ${seed})`, async function () {
    this.timeout(Math.max(60_000, runs * 15_000))
    const { issuer, token, contract: known } = fixture()
    const seen = new Map<number, number>()
    let network = 0
    const call = async (method: string, { path, body }: Sent) => {
      network += 1 // everybody comes from elsewhere, or the limits would answer in place of the operations
      const reply = await fetch(issuer + path, {
        method: method.toUpperCase(),
        headers: {
          authorization: `Bearer ${token}`,
          'x-forwarded-for': `10.${(network >> 16) & 255}.${(network >> 8) & 255}.${network & 255}`,
          ...(body !== undefined && { 'content-type': 'application/json' }),
        },
        ...(body !== undefined && { body: JSON.stringify(body) }),
      })
      seen.set(reply.status, (seen.get(reply.status) ?? 0) + 1)
      const text = await reply.text()
      const type = reply.headers.get('content-type')
      const parsed: unknown = /[/+]json\b/.test(type ?? '')
        ? JSON.parse(text)
        : text === '' && type === null
          ? undefined
          : text
      return faultOf({ method, url: issuer + path, status: reply.status, type, body: parsed })
    }

    const faults: string[] = []
    for (const [path, methods] of Object.entries(known.document.paths)) {
      for (const [method, operation] of Object.entries(methods)) {
        if (left[`${method} ${path}`] !== undefined) continue
        const property = fc.asyncProperty(sentTo(known, path, operation), async (sent) => {
          const fault = await call(method, sent)
          if (fault !== null) throw new Error(fault)
        })
        const told = await fc.check(property, {
          seed,
          numRuns: runs,
          plugins: [fc.interruptAfterTimeLimit(20_000)],
          maxSkipsPerRun: 0,
        })
        if (told.failed)
          faults.push(
            `${method} ${path}: ${JSON.stringify(told.counterexample).slice(0, 600)} ${String(told.errorInstance)}`,
          )
      }
    }

    expect(faults, `FUZZ_SEED=${seed}`).to.deep.equal([])
    const all = [...seen.values()].reduce((sum, one) => sum + one, 0)
    const unheard = (seen.get(429) ?? 0) + (seen.get(401) ?? 0) // answers in place of the operations
    expect(unheard / all, JSON.stringify([...seen])).to.be.lessThan(0.25)
    expect(seen.get(200) ?? 0).to.be.greaterThan(50)
  })
})
