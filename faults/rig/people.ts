import { type CommandParts, openCommandParts } from '../../src/app.ts'
import { createUser } from '../../src/features/accounts/index.ts'
import { assignRole } from '../../src/features/authorization/index.ts'
import { createClient } from '../../src/features/clients/index.ts'
import { setPassword } from '../../src/features/credentials/index.ts'
import { createLink } from '../../src/features/links/index.ts'
import { bySystem } from '../../src/platform/app.ts'
import { readConfig } from '../../src/platform/config/index.ts'
import { secret } from '../../src/platform/crypto/index.ts'
import { transaction } from '../../src/platform/db/index.ts'

export interface Person {
  id: string
  email: string
  password: string
}

export interface Application {
  id: string
  /** Of HTTP Basic. */
  authorization: string
}

/** What an operator does before there is anything to break: by the program's own functions, past every wire. */
export interface Operator {
  /** An application of our own, which acts as an administrator for itself. */
  application(): Promise<Application>
  person(email: string, options?: { verified?: boolean }): Promise<Person>
  /** What a mailed link would hold. */
  link(purpose: 'verify-email' | 'reset-password', person: Person): Promise<string>
  close(): Promise<void>
}

export const callback = 'https://app.example.com/callback'
export const password = 'a quiet harbour at dawn 7'

export async function openOperator(
  databaseUrl: string,
  variables: Record<string, string>,
): Promise<Operator> {
  const config = readConfig({ ...variables, DATABASE_URL: databaseUrl, LOG_LEVEL: 'silent' })
  const url = secret(databaseUrl)
  const app: CommandParts = await openCommandParts({
    config,
    databases: { application: url, migration: url, direct: url },
  })
  const hashed = await app.passwords.hash(password)
  return {
    async application() {
      const { client, secret: shown } = await createClient(app, bySystem, {
        name: 'Faults',
        redirectUris: [callback],
        grants: ['authorization_code', 'refresh_token', 'client_credentials'],
        firstParty: true,
      })
      await transaction(app.db, (tx) =>
        assignRole(app, tx, bySystem, { principal: { type: 'client', id: client.id }, role: 'admin' }),
      )
      const basic = Buffer.from(`${client.id}:${shown ?? ''}`).toString('base64')
      return { id: client.id, authorization: `Basic ${basic}` }
    },
    async person(email, { verified = true } = {}) {
      const id = await transaction(app.db, async (tx) => {
        const given = { email, username: null, name: 'Ann Example', emailVerified: verified }
        const user = await createUser(app, tx, bySystem, given)
        await setPassword(app, tx, bySystem, user.id, hashed)
        return user.id
      })
      return { id, email, password }
    },
    async link(purpose, { id, email }) {
      const made = await transaction(app.db, (tx) =>
        createLink(tx, app.clock.now(), { purpose, userId: id, address: email }),
      )
      return made.token
    },
    close: () => app.close(),
  }
}
