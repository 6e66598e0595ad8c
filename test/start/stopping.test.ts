import { expect } from 'chai'
import { Agent, request } from 'node:http'

import { emptyDatabase } from '../support/database.ts'
import { openBrowser } from '../support/browser.ts'
import { afterTest } from '../support/parts.ts'
import { production, readiness, run, serve, type Server, someSecrets, until } from '../support/process.ts'
import { machineClient, registered } from './support.ts'

/**
 * Seconds that balancers get, and milliseconds after which the slowest of them looks again: it goes on sending for longer than
 * that, and finds nobody gone.
 */
const drain = { DRAIN_SECONDS: '3' }
const probeEvery = 3_500

/** Milliseconds. */
const limit = { exit: 30_000, idle: 6_000 }

async function database(): Promise<string> {
  const { url, drop } = await emptyDatabase()
  afterTest(drop)
  return url
}

interface Answer {
  status: number
  /** Null when the connection was cut. */
  fault: string | null
}

/** One token request on a kept-alive connection. */
function token(agent: Agent, origin: string, authorization: string): Promise<Answer> {
  const headers = { authorization, 'content-type': 'application/x-www-form-urlencoded' }
  return new Promise((resolve) => {
    const sent = request(`${origin}/token`, { method: 'POST', headers, agent }, (reply) => {
      reply.resume()
      reply.once('end', () => {
        resolve({ status: reply.statusCode ?? 0, fault: null })
      })
      reply.once('error', (error) => {
        resolve({ status: 0, fault: error.message })
      })
    })
    sent.once('error', (error) => {
      resolve({ status: 0, fault: error.message })
    })
    sent.end('grant_type=client_credentials')
  })
}

/** As much of a balancer as matters here: sends to servers that were ready at the last look. */
function balance(servers: readonly Server[], authorization: string) {
  const agent = new Agent({ keepAlive: true, maxSockets: 8 })
  const ready = new Set(servers)
  const answers: Answer[] = []
  let on = true
  const probing = servers.map(async (server) => {
    while (on) {
      if ((await readiness(server.origin)) === 200) ready.add(server)
      else ready.delete(server)
      await new Promise((resolve) => setTimeout(resolve, probeEvery))
    }
  })
  let turn = 0
  const sending = Array.from({ length: 4 }, async () => {
    while (on) {
      const target = [...ready][turn++ % ready.size]
      if (target) answers.push(await token(agent, target.origin, authorization))
    }
  })
  const stop = async () => {
    on = false
    await Promise.all([...probing, ...sending])
    agent.destroy()
    return answers
  }
  return { answers, ready, stop }
}

describe('stopping on SIGTERM', function () {
  this.timeout(120_000)

  it('turns readiness red first, still answers meanwhile, and then exits with 0 in time', async () => {
    const server = await serve({ ...production(await database()), ...drain, LOG_LEVEL: 'warn' })
    const live = async () => (await fetch(`${server.origin}/health/live`).catch(() => null))?.status
    expect(await readiness(server.origin)).to.equal(200)

    const startedAt = performance.now()
    server.kill('SIGTERM')
    await until(async () => (await readiness(server.origin)) === 503, server)
    expect(await live()).to.equal(200)
    const reply = await fetch(`${server.origin}/.well-known/openid-configuration`)
    expect(reply.status).to.equal(200)
    expect(reply.headers.get('connection')).to.equal('close')

    expect(await server.ended).to.equal(0)
    expect(performance.now() - startedAt).to.be.below(limit.exit)
    expect(await live()).to.equal(undefined)
    expect(server.stderr()).to.equal('')
  })

  it('costs no request an error while one of two replicas stops under load, however late that is noticed', async () => {
    const variables = { ...production(await database()), ...drain, LOG_LEVEL: 'warn' }
    const servers = [await serve(variables), await serve(variables)]
    const { authorization } = await machineClient(variables)
    const load = balance(servers, authorization)
    await until(() => load.answers.length > 50)

    const [leaving] = servers
    expect(await leaving?.stop()).to.equal(0)
    const before = load.answers.length
    await until(() => load.answers.length > before + 50)

    const answers = await load.stop()
    expect(answers.filter(({ status, fault }) => status !== 200 || fault !== null)).to.deep.equal([])
    expect(load.ready.size).to.equal(1)
    for (const { stderr } of servers) expect(stderr()).not.to.match(/"level":[56]0/)
  })

  it('answers what is under way, and does not wait for connections that are merely open', async () => {
    const server = await serve({ DATABASE_URL: await database(), ...someSecrets(), LOG_LEVEL: 'warn' })
    const { authorization } = await machineClient(server.variables)
    const agent = new Agent({ keepAlive: true })
    const idle = await token(agent, server.origin, authorization)
    expect(idle.status).to.equal(200)

    // More of them than cores that hash, so some wait in the queue while the process is told to stop.
    const client = await registered(server)
    const begun = await Promise.all(Array.from({ length: 8 }, () => client.begin()))
    const browsers = begun.map(() => openBrowser())
    for (const [index, browser] of browsers.entries()) await browser.go(begun[index]?.url ?? '')
    const slow = browsers.map((browser) =>
      browser.submit({ login: 'root@localhost.test', password: 'not this one' }),
    )
    await Promise.race(slow)
    const startedAt = performance.now()
    expect(await server.stop()).to.equal(0)

    const pages = await Promise.all(slow)
    for (const { url, html } of pages) expect(html, url).to.include('name="password"')
    expect(performance.now() - startedAt).to.be.below(limit.idle)
    agent.destroy()
  })

  it('stops a start that is not done yet, without a fault', async () => {
    const program = run(['start'], { DATABASE_URL: await database(), ...someSecrets(), PORT: '0' })
    await new Promise((resolve) => setTimeout(resolve, 900))

    program.kill('SIGTERM')

    expect(await program.ended).to.be.oneOf([0, 'SIGTERM']) // the latter before the program has looked at signals
  })
})
