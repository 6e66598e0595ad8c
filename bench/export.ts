import { readFileSync } from 'node:fs'

import { openCommandParts } from '../src/app.ts'
import { exportConfiguration } from '../src/features/configuration/export-configuration.ts'
import { planDocuments } from '../src/features/configuration/apply-document.ts'
import { localKeeper } from '../src/features/configuration/document/keeper.ts'
import { openDocument } from '../src/features/configuration/document/open-document.ts'
import { documentsIn } from '../src/features/configuration/document/read-file.ts'
import { usersAsDocuments } from '../src/features/configuration/users/write-users.ts'
import { readConfig } from '../src/platform/config/index.ts'
import { secret } from '../src/platform/crypto/index.ts'
import { openGatehouse } from './support/gatehouse.ts'

export interface Measured {
  clients: number
  people: number
  megabytes: number
  exportSeconds: number
  planSeconds: number
  /** Of this process, at the end (VmHWM). */
  peakMegabytes: number
  /** The longest that a sign-up beside the export waited, in milliseconds. */
  slowestWriteMs: number
  /** Who came while it was written; in it are those who came before its snapshot, which is the first or two. */
  newcomers: number
  newcomersInIt: number
}

type Parts = Awaited<ReturnType<typeof openCommandParts>>

const seeds = [
  `insert into users (id, status, status_changed_at, email, email_entered, email_verified_at, name, created_at, updated_at)
   select gen_random_uuid(), 'active', now(), 'person' || n || '@example.com', 'person' || n || '@example.com', now(),
     'Person ' || n, now(), now() from generate_series(1, :people::integer) n`,
  `insert into subjects (subject, user_id, created_at) select u.id::text, u.id, u.created_at from users u
   on conflict do nothing`,
  `insert into clients (id, name, owner_type, first_party, development, metadata, created_at, updated_at)
   select 'gh_bench' || n, 'Client ' || n, 'system', true, false, jsonb_build_object(
     'client_name', 'Client ' || n, 'grant_types', '["authorization_code","refresh_token"]'::jsonb, 'response_types', '["code"]'::jsonb,
     'redirect_uris', jsonb_build_array('https://app' || n || '.example/callback'), 'token_endpoint_auth_method', 'none'), now(), now()
   from generate_series(1, :clients::integer) n`,
]

async function seed({ db }: Parts, amounts: { people: number; clients: number }): Promise<void> {
  for (const text of seeds)
    await db.transaction(async (tx) => {
      await tx.raw('set local statement_timeout = 0')
      await tx.raw(text, text.includes(':') ? amounts : {})
    })
}

/** A row at a time until told to stop; the longest that one took, and how many there were. */
function writeBeside({ db }: Parts): { stop(): Promise<{ slowestMs: number; written: number }> } {
  let [on, slowestMs, written] = [true, 0, 0]
  const writing = (async () => {
    while (on) {
      const began = performance.now()
      await db.raw(seeds[0]?.replace("'person'", "'newcomer' || gen_random_uuid()") ?? '', { people: 1 })
      slowestMs = Math.max(slowestMs, performance.now() - began)
      written++
      await new Promise((resolve) => setTimeout(resolve, 20))
    }
  })()
  return {
    async stop() {
      on = false
      await writing
      return { slowestMs, written }
    },
  }
}

async function measured(parts: Parts, amounts: { people: number; clients: number }): Promise<Measured> {
  await seed(parts, amounts)
  const pieces: string[] = []
  const write = (text: string) => Promise.resolve(void pieces.push(text))
  const beside = writeBeside(parts)
  const exportedAt = performance.now()
  await exportConfiguration(parts, write, async (reading) => {
    for await (const text of usersAsDocuments(reading)) await write(text)
  })
  const exportSeconds = (performance.now() - exportedAt) / 1000
  const { slowestMs, written } = await beside.stop()
  const text = pieces.join('')
  const keeper = localKeeper('.')
  const plannedAt = performance.now()
  await planDocuments(
    parts,
    function* () {
      for (const source of documentsIn(text)) yield openDocument(source, keeper)
    },
    { prune: false },
  )
  return {
    ...amounts,
    megabytes: text.length / 1e6,
    exportSeconds,
    planSeconds: (performance.now() - plannedAt) / 1000,
    peakMegabytes: Number(/VmHWM:\s+(\d+)/.exec(readFileSync('/proc/self/status', 'utf8'))?.[1]) / 1024,
    slowestWriteMs: slowestMs,
    newcomers: written,
    newcomersInIt: text.match(/email: newcomer/g)?.length ?? 0,
  }
}

/** `npm run bench -- export [--people 100000] [--clients 10000]`: what a document of everything costs, while others write. */
export async function run(argv: readonly string[]): Promise<void> {
  const amount = (name: string, usual: number) => {
    const at = argv.indexOf(`--${name}`)
    return at < 0 ? usual : Number(argv[at + 1])
  }
  const service = await openGatehouse()
  const url = secret(service.database.href)
  const parts = await openCommandParts({
    config: readConfig(service.environment),
    databases: { application: url, migration: url, direct: url },
  })
  try {
    const result = await measured(parts, {
      people: amount('people', 100_000),
      clients: amount('clients', 10_000),
    })
    process.stdout.write(`${JSON.stringify(result)}\n`)
  } finally {
    await parts.close()
    await service.close()
  }
}
