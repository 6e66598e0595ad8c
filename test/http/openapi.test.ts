import { expect } from 'chai'

import { type ApiDocument, faultOf, openContract, type Operation } from '../support/contract.ts'
import { sharedStage } from '../support/shared-stage.ts'

describe('the OpenAPI document, as a document', () => {
  const prepared = sharedStage(async ({ issuer }) => {
    const document = (await (await fetch(`${issuer}/openapi.json`)).json()) as ApiDocument
    return { issuer, document, contract: openContract(document) }
  })
  const operations = () =>
    Object.entries(prepared().document.paths).flatMap(([path, methods]) =>
      Object.entries(methods).map(([method, operation]) => ({ path, method, operation })),
    )

  it('has schemas that are JSON Schema 2020-12, every one of them', () => {
    const { contract } = prepared()
    for (const { path, method, operation } of operations()) {
      for (const way of schemasOf(operation))
        expect(
          () => contract.faults(['paths', path, method, ...way], null),
          `${method} ${path}`,
        ).not.to.throw()
    }
  })

  it('shows examples that its own schemas let through, for every body of JSON', () => {
    const { contract } = prepared()
    let shown = 0
    for (const { path, method, operation } of operations()) {
      const body = operation.requestBody?.content['application/json']
      if (!body) continue
      expect(body, `${method} ${path}`).to.have.property('example')
      const way = ['paths', path, method, 'requestBody', 'content', 'application/json', 'schema']
      expect(contract.faults(way, body.example), `${method} ${path}`).to.equal(null)
      shown += 1
    }
    expect(shown).to.be.greaterThan(50)
  })

  it('declares every parameter of a path, with its permission, its tag and the scheme of security', () => {
    const { document, issuer } = prepared()
    const tags = document.tags.map(({ name }) => name)
    for (const { description } of document.tags) expect(description).to.match(/\.$/)
    for (const { path, operation } of operations()) {
      const inPath = (operation.parameters ?? []).filter((one) => one.in === 'path')
      expect(
        inPath.map(({ name }) => name),
        path,
      ).to.have.members([...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name))
      for (const { required } of inPath) expect(required, path).to.equal(true)
      expect(tags, path).to.include.members(operation.tags)
      for (const scheme of operation.security.flatMap(Object.keys))
        expect(document.components.securitySchemes).to.have.property(scheme)
    }
    expect(document.components.securitySchemes).to.have.nested.property(
      'openid.openIdConnectUrl',
      `${issuer}/.well-known/openid-configuration`,
    )
  })

  it('shows problems as they are answered', () => {
    const { contract } = prepared()
    const [one] = operations().filter(({ operation }) => operation.responses['401'])
    const example = one?.operation.responses['401']?.content?.['application/problem+json']?.example
    expect(example).to.include({ type: 'urn:gatehouse:problem:not_signed_in', status: 401 })
    expect(contract.faults(['components', 'schemas', 'Problem'], example)).to.equal(null)
  })
})

describe('the check that every answer in these tests passes', () => {
  sharedStage()
  const at = (path: string, status: number, body?: unknown, type = 'application/json') =>
    faultOf({
      method: 'GET',
      url: `http://localhost${path}`,
      status,
      type: body === undefined ? null : type,
      body,
    })

  it('tells what is not declared: a status, a type, a member, a member that is missing', async () => {
    const problem = { type: 'urn:gatehouse:problem:x', title: 'X', status: 404 }
    expect(await at('/admin/roles', 200, { items: 'none' })).to.include('/items must be array')
    expect(await at('/admin/statistics/now', 200, {})).to.include('must have required property')
    expect(await at('/admin/roles', 202, {})).to.equal('this status is not declared')
    expect(await at('/admin/roles', 500, problem, 'application/problem+json')).to.equal(
      'this status is not declared',
    )
    expect(await at('/admin/roles', 404, problem)).to.equal('the type application/json is not declared')
    expect(await at('/admin/roles', 404, problem, 'application/problem+json')).to.equal(null)
    expect(await at('/nothing/of/ours', 200, 'x')).to.equal(null)
  })
})

function* schemasOf({ requestBody, responses, parameters = [] }: Operation): Generator<string[]> {
  for (const type of Object.keys(requestBody?.content ?? {})) yield ['requestBody', 'content', type, 'schema']
  for (const [status, { content = {} }] of Object.entries(responses))
    for (const type of Object.keys(content)) yield ['responses', status, 'content', type, 'schema']
  for (const index of parameters.keys()) yield ['parameters', String(index), 'schema']
}
