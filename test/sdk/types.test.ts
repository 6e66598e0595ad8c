import { readFileSync, writeFileSync } from 'node:fs'
import { expect } from 'chai'

import { typesFile, typesOf } from '../../build/sdk-types.ts'
import { stage } from '../support/stage.ts'

describe('the types of the TypeScript client', () => {
  it('are those of /openapi.json (else: npm run sdk)', async function () {
    this.timeout(60_000)
    const { issuer } = await stage()
    const document = (await (await fetch(`${issuer}/openapi.json`)).json()) as object

    const types = await typesOf(document)

    if (process.env.SDK_TYPES === 'write') writeFileSync(typesFile, types)
    expect(readFileSync(typesFile, 'utf8') === types, 'stale: run npm run sdk').to.equal(true)
  })
})
