import { type ChildProcess, spawn } from 'node:child_process'
import { join } from 'node:path'

import { openCommandParts } from '../../src/app.ts'
import { createUser } from '../../src/features/accounts/index.ts'
import { setPassword } from '../../src/features/credentials/index.ts'
import { bySystem } from '../../src/platform/app.ts'
import { readConfig } from '../../src/platform/config/index.ts'
import { secret } from '../../src/platform/crypto/index.ts'
import { transaction } from '../../src/platform/db/index.ts'
import { openGatehouse, type RunningGatehouse } from '../support/gatehouse.ts'
import { type Observed, observe, withObserver } from './observed.ts'
import { peopleNeeded } from './operations.ts'
import { libraryClients, redirectUri, type Service } from './service.ts'

/** A service under load, and the process it runs in. */
export interface Running {
  service: Service
  process: Observed
  close(): Promise<void>
}

/** What both are asked for; the library's clients need not ask for `offline_access` to get a refresh token. */
const scope = 'openid profile email'

export async function openLibrary(): Promise<Running> {
  const child = spawn(process.execPath, [...withObserver, join(import.meta.dirname, 'library.ts')], {
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  })
  const port = await new Promise<number>((resolve, reject) => {
    child.once('message', (told: { port: number }) => {
      resolve(told.port)
    })
    child.once('exit', (code) => {
      reject(new Error(`the library ended with ${String(code)}`))
    })
  })
  const [client, askingClient] = libraryClients
  return {
    service: {
      origin: `http://localhost:${port}`,
      scope,
      client,
      askingClient,
      personOf: (n) => ({ login: addressOf(n), password: 'anything' }),
    },
    process: observe(child),
    close: () => ended(child),
  }
}

function ended(child: ChildProcess): Promise<void> {
  return new Promise((resolve) => {
    child.once('exit', () => {
      resolve()
    })
    child.kill('SIGTERM')
  })
}

const password = 'a quiet harbour at dawn'
const addressOf = (n: number): string => `person-${n}@example.com`

/** Straight at its database, with a client of its own that gets what the library's clients get. */
export async function openOurs(
  variables: Record<string, string> = {},
  { observed = true }: { observed?: boolean } = {},
): Promise<Running & { gatehouse: RunningGatehouse }> {
  const gatehouse = await openGatehouse(
    { TRUST_PROXY: '127.0.0.1,::1', ...variables },
    { observed, counted: false },
  )
  const { client_id: id = '', client_secret: own = '' } = await gatehouse.command(
    ...['client', 'create', '--name', 'Bench', '--redirect-uri', redirectUri, '--secret', '--first-party'],
    ...['--grant', 'authorization_code', '--grant', 'refresh_token', '--grant', 'client_credentials'],
    ...['--id-token-alg', 'ES256'],
  )
  await populate(gatehouse)
  const client = { id, secret: own }
  return {
    gatehouse,
    service: {
      origin: gatehouse.origin,
      scope: `${scope} offline_access`,
      client,
      askingClient: client,
      personOf: (n) => ({ login: addressOf(n), password }),
    },
    process: observe(gatehouse.child),
    close: gatehouse.close,
  }
}

/** One hash for all of them: nobody compares them. */
async function populate({ database, environment }: RunningGatehouse): Promise<void> {
  const url = secret(database.href)
  const app = await openCommandParts({
    config: readConfig(environment),
    databases: { application: url, migration: url, direct: url },
  })
  try {
    const hashed = await app.passwords.hash(password)
    for (let n = 0; n < peopleNeeded; n++)
      await transaction(app.db, async (tx) => {
        const user = await createUser(app, tx, bySystem, { email: addressOf(n), emailVerified: true })
        await setPassword(app, tx, bySystem, user.id, hashed)
      })
  } finally {
    await app.close()
  }
}
