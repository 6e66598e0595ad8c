import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'chai'

import { sharedStage } from '../support/shared-stage.ts'

/** THE list of operations for administrators that no command calls, each with its reason. */
const without: Readonly<Record<string, string>> = {
  'GET /admin/apis/{}':
    'an API is named by its identifier on the command line, which is looked for in the list',
  'GET /admin/claims/{}':
    '“claim list” shows all of each; one alone is for who changes it from a state that was seen',
  'POST /admin/providers/{}/test': '“provider test” calls …/try, which without claims says the same',
  'POST /admin/webhooks/{}/deliveries/{}/retry':
    '“webhook retry” tries one or all by /admin/deliveries/retry',
}

/** Every operation that a command calls, as it says: `GET /admin/users/{}`. */
function called(): string[] {
  const files = readdirSync('src/features', { recursive: true, encoding: 'utf8' })
  const texts = files.filter((name) => name.endsWith('.ts')).map((name) => join('src/features', name))
  const said = texts.flatMap((path) =>
    [...readFileSync(path, 'utf8').matchAll(/\bdoes: '([A-Z]+ \/[^']*)'/g)].map(([, does = '']) => does),
  )
  const each = said.flatMap((does) =>
    does.includes('/:kind/') ? ['users', 'clients'].map((kind) => does.replace(':kind', kind)) : [does],
  )
  return [...new Set(each.map((does) => does.replaceAll(/:\w+/g, '{}')))]
}

describe('the operations for administrators', () => {
  const site = sharedStage()

  it('have a command each, but for those that are listed with why, and commands call no other', async () => {
    const reply = await fetch(`${site().issuer}/openapi.json`)
    const { paths } = (await reply.json()) as { paths: Record<string, object> }
    const operations = Object.entries(paths).flatMap(([path, methods]) =>
      Object.keys(methods).map((method) => `${method.toUpperCase()} ${path.replaceAll(/\{\w+\}/g, '{}')}`),
    )
    const commands = called()

    expect(commands).to.have.lengthOf.above(100)
    expect(operations).to.include.members(commands)
    const missing = operations.filter((one) => one.includes(' /admin/') && !commands.includes(one))
    expect(missing.toSorted()).to.deep.equal(Object.keys(without).toSorted())
  })
})
