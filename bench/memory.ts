import * as openid from 'openid-client'

import { ann, register } from './support/actors.ts'
import { openGatehouse } from './support/gatehouse.ts'

const tokenRequests = 10_000

export interface MemoryReport {
  /** Resident megabytes after the start and one sign-in. */
  started: number
  /** Resident megabytes after the requests. */
  after: number
  requests: number
}

/** Resident memory before and after ten thousand token requests: one refresh for every seven client credentials. */
export async function memory(): Promise<MemoryReport> {
  const gatehouse = await openGatehouse()
  try {
    const { configuration, ...client } = await register(gatehouse)
    const { tokens } = await client.signIn(ann, { parameters: { scope: 'openid offline_access' } })
    const started = gatehouse.residentMegabytes()
    let refreshToken = tokens.refresh_token ?? ''
    for (let done = 0; done < tokenRequests; done += 8) {
      const machines = Array.from({ length: 7 }, () => openid.clientCredentialsGrant(configuration))
      refreshToken = (await client.refresh(refreshToken)).refresh_token ?? ''
      await Promise.all(machines)
    }
    return { started, after: gatehouse.residentMegabytes(), requests: tokenRequests }
  } finally {
    await gatehouse.close()
  }
}

/** `npm run bench -- memory [--json]` */
export async function run(argv: readonly string[]): Promise<void> {
  const report = await memory()
  const { started, after, requests } = report
  const text = `${started} MB after the start, ${after} MB after ${requests} token requests`
  process.stdout.write(`${argv.includes('--json') ? JSON.stringify(report) : text}\n`)
}
