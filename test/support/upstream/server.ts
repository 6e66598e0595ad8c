/** The process of the upstream providers: serves all of them on one port, and does what the test says over its channel. */
import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { bodyParser } from '@koa/bodyparser'
import Router from '@koa/router'
import Koa from 'koa'

import { apple, type RegisteredKey } from './apple.ts'
import type { AppleKey, Ready, UpstreamName } from './contract.ts'
import { obey } from './controls.ts'
import type { Desk } from './desk.ts'
import { facebook } from './facebook.ts'
import { front } from './front.ts'
import { github } from './github.ts'
import { makeClientKey } from './keys.ts'
import { openLibrary } from './library.ts'
import { linkedin } from './linkedin.ts'
import { microsoft } from './microsoft.ts'
import { oauth2 } from './oauth2.ts'
import { makeState, type State } from './state.ts'

type Handler = (req: IncomingMessage, res: ServerResponse) => unknown

const names: readonly UpstreamName[] = [
  'google',
  'microsoft',
  'apple',
  'linkedin',
  'oidc',
  'other',
  'facebook',
  'github',
  'oauth2',
]

const server = createServer()
server.listen(0, 'localhost')
await once(server, 'listening')
const origin = `http://localhost:${(server.address() as AddressInfo).port}`

const states = new Map(
  await Promise.all(names.map(async (name) => [name, await makeState(name, origin)] as const)),
)
const stateOf = (name: UpstreamName): State => {
  const state = states.get(name)
  if (!state) throw new Error(`there is no upstream provider called ${name}`)
  return state
}

const { client } = stateOf('apple')
const { privateKey, publicKey } = await makeClientKey()
const appleKey: AppleKey = { teamId: 'TEAM123456', keyId: 'KEY1234567', clientId: client.id, privateKey }

let facebookDesk: Desk | undefined
const handlers: Record<UpstreamName, Handler> = {
  google: openLibrary(stateOf('google')).callback(),
  oidc: openLibrary(stateOf('oidc')).callback(),
  other: openLibrary(stateOf('other')).callback(),
  microsoft: own('microsoft', microsoft),
  linkedin: own('linkedin', linkedin),
  github: own('github', github),
  oauth2: own('oauth2', oauth2),
  apple: own('apple', (router, state) => {
    const registered: RegisteredKey = { ...appleKey, publicKey }
    apple(router, state, registered)
  }),
  facebook: own('facebook', (router, state) => {
    facebookDesk = facebook(router, state)
  }),
}

/** A provider that is not the library. */
function own(name: UpstreamName, build: (router: Router, state: State) => void): Handler {
  const koa = new Koa()
  koa.silent = true // lies break connections
  const router = new Router()
  const state = stateOf(name)
  build(router, state)
  koa.use(front(state))
  koa.use(bodyParser({ enableTypes: ['form'] }))
  koa.use(router.routes())
  return koa.callback()
}

server.on('request', (req: IncomingMessage & { originalUrl?: string }, res) => {
  const [, name = '', rest = '/'] = /^\/([a-z0-9]+)(\/.*)?$/.exec(req.url ?? '') ?? []
  const handler = Object.hasOwn(handlers, name) ? handlers[name as UpstreamName] : undefined // just looked up
  if (!handler) {
    res.writeHead(404).end()
    return
  }
  req.originalUrl = req.url ?? '' // from both the library finds out under which path it is mounted
  req.url = rest
  void handler(req, res)
})

obey({ stateOf, facebook: () => facebookDesk })
process.on('disconnect', () => process.exit())
const message: Ready = { origin, client, apple: appleKey }
process.send?.(message)
