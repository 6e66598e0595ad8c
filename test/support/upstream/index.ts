/** Upstream identity providers for a spec file: started in `before()`, closed in `after()`. */
import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'

import type { Command, Controls, Ready, Reply, Upstream } from './contract.ts'

export type * from './contract.ts'

/** Starts all of them in one process on one port of the loopback, as real servers are: nothing of ours runs there. */
export async function startUpstream(): Promise<Upstream> {
  // `advanced` keeps an undefined member, which is how a claim is taken out.
  const child = fork(join(import.meta.dirname, 'server.ts'), { execArgv: [], serialization: 'advanced' })
  const { origin, client, apple } = await ready(child)
  const call = caller(child)
  return {
    issuer: (name) => `${origin}/${name}${name === 'microsoft' ? '/common/v2.0' : ''}`,
    facebook: `${origin}/facebook`,
    github: `${origin}/github`,
    oauth2: `${origin}/oauth2`,
    client,
    apple,
    person: call('person'),
    lie: call('lie'),
    honest: call('honest'),
    seen: call('seen'),
    idToken: call('idToken'),
    accessToken: call('accessToken'),
    logoutToken: call('logoutToken'),
    sidOf: call('sidOf'),
    async close() {
      const ended = once(child, 'exit')
      child.kill('SIGKILL')
      await ended
    },
  }
}

async function ready(child: ChildProcess): Promise<Ready> {
  const failed = once(child, 'exit').then(([code]) => {
    throw new Error(`the upstream providers ended with ${String(code)} before they were ready`)
  })
  const [message] = (await Promise.race([once(child, 'message'), failed])) as [Ready]
  failed.catch(() => undefined) // it ends when the test says so
  return message
}

type Waiting = (reply: Reply) => void

/** Functions that are carried out in the other process. */
function caller(child: ChildProcess) {
  const waiting = new Map<number, Waiting>()
  let last = 0
  child.on('message', (reply: Reply) => {
    waiting.get(reply.id)?.(reply)
    waiting.delete(reply.id)
  })
  return <Name extends keyof Controls>(name: Name): Controls[Name] => {
    const send = (...args: unknown[]) =>
      new Promise((resolve, reject) => {
        const command: Command = { id: ++last, name, args }
        waiting.set(command.id, (reply) => {
          if ('error' in reply) reject(new Error(reply.error))
          else resolve(reply.value)
        })
        child.send(command)
      })
    return send as Controls[Name] // the process answers with what the control of this name answers
  }
}
