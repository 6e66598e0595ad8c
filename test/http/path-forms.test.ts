import { expect } from 'chai'
import { z } from 'zod'

import { endpoint } from '../../src/platform/http/index.ts'
import { limits } from '../../src/platform/limits/index.ts'
import { person } from '../support/people.ts'
import { rawRequest } from '../support/raw-request.ts'
import { relyingParty } from '../support/relying-party.ts'
import { sampleSite } from '../support/sample-site.ts'
import { stage } from '../support/stage.ts'

/** Other spellings of a path of two parts, `/a/b`. */
const spellings = (path: string): string[] => {
  const [, first = '', second = ''] = path.split('/')
  return [
    `/${path}`,
    `${path}/`,
    path.toUpperCase(),
    `/${first}/./${second}`,
    `/${first}/x/../${second}`,
    `/${first}%2f${second}`,
    `/${first}/%${(second.codePointAt(0) ?? 0).toString(16)}${second.slice(1)}`,
    `${path};x`,
    `${path}%00`,
    `/${first}\\${second}`,
  ]
}

describe('another spelling of a path', () => {
  it('reaches no handler', async () => {
    const { app, issuer } = await stage()
    const client = await relyingParty(app)
    const { tokens } = await client.signIn(await person(app))
    const headers = { authorization: `Bearer ${tokens.access_token}` }

    expect((await rawRequest(issuer, { target: '/users/me', headers })).status).to.equal(200)
    expect((await rawRequest(issuer, { target: '/users/me?x=1', headers })).status).to.equal(200)
    for (const target of spellings('/users/me')) {
      const reply = await rawRequest(issuer, { target, headers })
      expect(reply.status, target).to.be.oneOf([400, 404])
      expect(reply.body, target).not.to.include('email')
    }
  })

  it('shares the limit of the right one where it reaches the handler at all', async () => {
    let reached = 0
    const origin = await sampleSite({
      routes: [
        endpoint({
          method: 'get',
          path: '/auth/login',
          summary: 'Count',
          access: 'public',
          limit: 'register',
          reply: { 200: z.undefined() },
          handle: async () => {
            reached++
            return { status: 200 }
          },
        }),
      ],
    })

    for (let round = 0; round < limits.register.points; round++) {
      for (const target of ['/auth/login', ...spellings('/auth/login')]) await rawRequest(origin, { target })
    }

    expect(reached).to.be.at.most(limits.register.points)
    expect((await rawRequest(origin, { target: '/auth/login' })).status).to.equal(429)
  })

  it('gets no token from the provider', async () => {
    const { app, issuer } = await stage()
    const client = await relyingParty(app, { grants: ['client_credentials'], redirectUris: [] })
    const ask = (path: string) =>
      fetch(issuer + path, {
        method: 'POST',
        headers: { authorization: `Basic ${btoa(`${client.clientId}:${client.secret ?? ''}`)}` },
        body: new URLSearchParams({ grant_type: 'client_credentials' }),
      })

    expect(await (await ask('/token')).json()).to.include.keys('access_token')
    for (const path of [
      '//token',
      '/token/',
      '/TOKEN',
      '/Token',
      '/%74oken',
      '/token;x',
      '/token/x',
      '/x/token',
    ]) {
      const reply = await ask(path)
      expect(reply.status, path).to.be.oneOf([400, 404, 405])
      expect(await reply.text(), path).not.to.include('access_token')
    }
  })
})
