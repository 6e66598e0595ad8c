import * as openid from 'openid-client'

import { openBrowser } from '../test/support/browser.ts'
import { ann, redirectUri, register } from './support/actors.ts'
import { openGatehouse, type RunningGatehouse } from './support/gatehouse.ts'

export interface Row {
  operation: string
  statements: number
  commits: number
  texts: string[]
}

/** SQL statements and commits of each operation, counted on the wire; each is done once before, to warm caches and plans. */
export async function statements(): Promise<Row[]> {
  const service = await openGatehouse()
  try {
    return await measure(service)
  } finally {
    await service.close()
  }
}

/** Until what earlier operations left to background work (events, counters) is done, so that it is not counted here. */
const settle = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 1_200))

async function measure(service: RunningGatehouse): Promise<Row[]> {
  const client = await register(service)
  const { configuration } = client
  const rows: Row[] = []
  async function count<Result>(operation: string, work: () => Promise<Result>): Promise<Result> {
    await settle()
    service.proxy.reset()
    const result = await work()
    const { statements, commits, texts } = service.proxy.counted()
    rows.push({ operation, statements, commits, texts })
    return result
  }
  const until = (url: string) => url.startsWith(redirectUri)
  const scope = 'openid profile email offline_access'

  for (let round = 0; round < 2; round++) {
    rows.length = 0
    const browser = openBrowser()
    const first = await client.begin({ scope })
    await count('authorize, signed out', () =>
      browser.go(first.url, { until: (url) => url.endsWith('/login') }),
    )
    await browser.go((await client.begin({ scope })).url)
    await count('password sign-in to code', () =>
      browser.submit({ login: ann.email, password: ann.password }, { until }),
    )
    const sso = await client.begin({ scope })
    const back = await count('SSO authorization', () => browser.go(sso.url, { until }))
    let tokens = await count('code exchange', () => client.finish(sso, back.url))
    tokens = await count('refresh', () => openid.refreshTokenGrant(configuration, tokens.refresh_token ?? ''))
    await count('userinfo', () =>
      openid.fetchUserInfo(configuration, tokens.access_token, tokens.claims()?.sub ?? ''),
    )
    await count('introspection', () => openid.tokenIntrospection(configuration, tokens.access_token))
    await count('GET /users/me', () =>
      fetch(`${service.issuer}/users/me`, { headers: { authorization: `Bearer ${tokens.access_token}` } }),
    )
    const own = { client_id: client.clientId, client_secret: client.secret }
    const send = async (path: string, body: object): Promise<Record<string, unknown>> => {
      const headers = { 'content-type': 'application/json' }
      const request = { method: 'POST', headers, body: JSON.stringify({ ...own, ...body }) }
      const reply = await fetch(service.issuer + path, request)
      if (!reply.ok) throw new Error(`${path} answered ${reply.status}`)
      return (await reply.json()) as Record<string, unknown>
    }
    const { email: login, password } = ann
    const native = await count('POST /auth/login', () => send('/auth/login', { login, password }))
    await count('POST /auth/refresh', () => send('/auth/refresh', { refresh_token: native.refresh_token }))
    await count('client credentials', () => openid.clientCredentialsGrant(configuration))
    await count('revocation', () => openid.tokenRevocation(configuration, tokens.access_token))
  }
  return rows
}

/** `npm run bench -- statements [--json]`: what each operation asks of Postgres; its texts with `--json`. */
export async function run(argv: readonly string[]): Promise<void> {
  const rows = await statements()
  if (argv.includes('--json')) {
    process.stdout.write(`${JSON.stringify(rows)}\n`)
    return
  }
  process.stdout.write(`${'operation'.padEnd(30)}statements  commits\n`)
  for (const { operation, statements: count, commits } of rows)
    process.stdout.write(
      `${operation.padEnd(30)}${String(count).padStart(10)}${String(commits).padStart(9)}\n`,
    )
}
