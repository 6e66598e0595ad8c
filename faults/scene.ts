import { randomBytes } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'

import { openClient, type Client, tokensOf } from './clients/application.ts'
import type { Family } from './clients/ledger.ts'
import type { Random } from './random.ts'
import { type Balancer, openBalancer } from './rig/balancer.ts'
import { type Application, openOperator, type Operator, type Person } from './rig/people.ts'
import { openPostgres, type Postgres } from './rig/postgres.ts'
import { openRedis, type RedisServer } from './rig/redis.ts'
import { openReplica, type Replica } from './rig/replica.ts'

/** How much of it is done. `ci`: a little, at every change, on machines of any speed, so that no time is a bar. */
export type Form = 'long' | 'short' | 'ci'

/** Everything a fault happens to: servers, replicas, a balancer in front, and people and an application that use them. */
export interface Scene {
  random: Random
  form: Form
  postgres: Postgres
  redis: RedisServer | null
  replicas: Replica[]
  balancer: Balancer
  operator: Operator
  issuer: string
  variables: Record<string, string>
  application: Application
  /** The application at the balancer, and at each replica. */
  client: Client
  clientAt(origin: string): Client
  close(): Promise<void>
}

const issuer = 'https://id.example.com'

/** As in production, but for TLS, which ends before the balancer. Nobody reads the mail. */
function productionVariables(): Record<string, string> {
  const key = () => randomBytes(32).toString('base64')
  return {
    NODE_ENV: 'production',
    ISSUER: issuer,
    SMTP_URL: 'smtp://127.0.0.1:9',
    MAIL_FROM: 'gatehouse@example.com',
    TRUST_PROXY: '127.0.0.1',
    LOG_LEVEL: 'warn',
    KEY_ENCRYPTION_KEY: key(),
    PASSWORD_PEPPER: key(),
    COOKIE_KEYS: key(),
  }
}

/** What was opened is closed again when something after it cannot be. */
export async function openScene({
  random,
  form,
  replicas: howMany = 2,
  tree,
  operatedBy = openOperator,
}: {
  random: Random
  form: Form
  replicas?: number
  /** Where the program lies that the replicas begin with, and who operates it, when it is another than this one. */
  tree?: string
  operatedBy?: typeof openOperator
}): Promise<Scene> {
  const opened: { close(): Promise<void> }[] = []
  const keep = <Part extends { close(): Promise<void> }>(part: Part): Part => {
    opened.push(part)
    return part
  }
  const close = async () => {
    for (const part of opened.splice(0).reverse()) await part.close()
  }
  try {
    const postgres = keep(await openPostgres())
    const redis = await openRedis()
    if (redis) keep(redis)
    const variables = { ...productionVariables(), ...(form === 'ci' && { DRAIN_SECONDS: '2' }) }
    const replicas: Replica[] = []
    for (let number = 1; number <= howMany; number++)
      replicas.push(
        keep(await openReplica(`r${number}`, { postgres, redis, variables, ...(tree && { tree }) })),
      )
    const [first, ...others] = replicas
    await first?.start()
    await Promise.all(others.map((replica) => replica.start()))
    const balancer = keep(await openBalancer(replicas))
    const operator = keep(await operatedBy(postgres.url(), variables))
    const application = await operator.application()
    const clientAt = (origin: string) => openClient(origin, issuer, application)
    return {
      ...{ random, form, postgres, redis, replicas, balancer, operator, issuer, variables, application },
      ...{ clientAt, client: clientAt(balancer.origin), close },
    }
  } catch (error) {
    await close()
    throw error
  }
}

let made = 0

/** Milliseconds in which the database comes back. */
const patience = 90_000

/** Somebody new, with an address of their own; made as soon as there is a database to make them in. */
export async function newPerson(scene: Scene, options?: { verified?: boolean }): Promise<Person> {
  const end = performance.now() + patience
  for (;;) {
    try {
      return await scene.operator.person(`person-${++made}@example.com`, options)
    } catch (error) {
      if (performance.now() > end) throw error
      await sleep(200)
    }
  }
}

/** Somebody signs in at the application, which keeps their refresh token. @throws Error when it does not succeed. */
export async function newFamily(scene: Scene, person?: Person): Promise<{ family: Family; access: string }> {
  const who = person ?? (await newPerson(scene))
  const answer = await scene.client.signIn(who)
  const { access, refresh } = tokensOf(answer)
  if (refresh === '') throw new Error(`a sign-in was answered ${answer.status}: ${answer.text.slice(0, 300)}`)
  return { family: { email: who.email, token: refresh, successors: new Map() }, access }
}
