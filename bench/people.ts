import knex from 'knex'

import { openCommandParts } from '../src/app.ts'
import { ListUsers } from '../src/features/administration/users/schema.ts'
import { listUsers } from '../src/features/administration/users/find-users.ts'
import { readConfig } from '../src/platform/config/index.ts'
import { secret } from '../src/platform/crypto/index.ts'
import { openGatehouse } from './support/gatehouse.ts'
import { percentile } from './support/percentile.ts'

export interface Row {
  question: string
  found: number
  p50: number
  p95: number
}

type Parts = Awaited<ReturnType<typeof openCommandParts>>

const given =
  'Ada Bela Chen Dora Emil Finn Greta Hugo Ines Jonas Kira Liam Mona Nils Olga Paul Quin Rosa Sven Tara'
const family =
  'Adler Baker Costa Dietz Evans Fischer Garcia Hansen Ibsen Jansen Keller Lopez Meyer Nowak Okafor Peters Quast Rossi Silva Tanaka'

/** Made inside the database: names that repeat as names do, numbers that tell one from another. */
const seeds = [
  `insert into users (id, status, status_changed_at, email, email_entered, email_verified_at, username, name, created_at,
     updated_at)
   select gen_random_uuid(), case when n % 50 = 0 then 'disabled' else 'active' end, at, address, address,
     case when n % 3 > 0 then at end, case when n % 2 = 0 then lower(first) || '.' || n end, first || ' ' || last, at, at
   from (select n, now() - n * interval '20 seconds' as at, first, last,
           lower(first) || '.' || lower(last) || n || '@' || (:domains::text[])[1 + n % 3]
             as address
         from (select n, (:given::text[])[1 + n % 20] as first, (:family::text[])[1 + (n / 20) % 20] as last
               from generate_series(1, :users::integer) n) names) people`,
  `insert into profiles (user_id, phone_number, updated_at)
   select u.id, '+4930' || lpad((row_number() over ())::text, 8, '0'), u.created_at from users u where u.username is null`,
  `insert into last_sign_ins (user_id, signed_in_at)
   select u.id, u.updated_at + interval '1 day' from users u where u.email_verified_at is not null`,
]

/** On a connection of its own: the service gives up a statement that takes so long. */
async function seed(url: string, users: number): Promise<void> {
  const db = knex({ client: 'pg', connection: url, pool: { min: 0, max: 1 } })
  try {
    for (const [place, text] of seeds.entries())
      await db.raw(
        text,
        place === 0 ? { users, given: given.split(' '), family: family.split(' '), domains } : {},
      )
    for (const table of ['users', 'profiles', 'last_sign_ins']) await db.raw('analyze ??', [table])
  } finally {
    await db.destroy()
  }
}

const domains = ['example.com', 'mail.example', 'example.org']

/** As the first of the seeds makes it. */
function addressOf(n: number): string {
  const [first = '', last = ''] = [given.split(' ')[n % 20], family.split(' ')[Math.floor(n / 20) % 20]]
  return `${first}.${last}${n}@${domains[n % 3] ?? ''}`.toLowerCase()
}

/** Each asked with another number or name each time, where it holds one. */
const questions: Record<string, (n: number) => object> = {
  'list, first page': () => ({}),
  'list by last sign-in': () => ({ sort: '-last_sign_in_at' }),
  'list by name': () => ({ sort: 'name' }),
  'list, unverified, disabled': () => ({ verified: 'false', status: 'disabled' }),
  'search, beginning': (n) => ({ search: addressOf(4_000 + 77 * n).slice(0, -15) }),
  'search, inside, rare': (n) => ({ search: `er${7_000 + n}` }),
  'search, inside, frequent': () => ({ search: 'example' }),
  'search, two words': (n) => ({ search: `tanaka ${n}` }),
  'search, two letters': () => ({ search: 'gr' }),
  'search, whole address': (n) => ({ search: addressOf(9_000 + 123 * n) }),
  'search, telephone': (n) => ({ search: `+49 30 0000${1000 + n}` }),
  'search, no hit': (n) => ({ search: `zzyzx${n}` }),
  'search, no hit of frequent parts': (n) => ({ search: `ada meyer@example.org${n}` }),
}

async function ask(parts: Parts, question: object): Promise<{ ms: number; found: number }> {
  const startedAt = performance.now()
  const { items } = await listUsers(parts, ListUsers.parse(question))
  return { ms: performance.now() - startedAt, found: items.length }
}

const samples = 60

/** A page in the middle of everything, which only pages before it lead to. */
async function deepPage(parts: Parts): Promise<string> {
  let after: string | null = null
  for (let page = 0; page < 50; page++) {
    const found: { next: string | null } = await listUsers(
      parts,
      ListUsers.parse({ limit: 200, ...(after !== null && { after }) }),
    )
    after = found.next
  }
  return after ?? ''
}

async function measure(
  question: string,
  ask: (n: number) => Promise<{ ms: number; found: number }>,
): Promise<Row> {
  const answers = []
  for (let n = 0; n < samples; n++) answers.push(await ask(n))
  const times = answers.map(({ ms }) => ms).sort((one, other) => one - other)
  return {
    question,
    found: answers.at(-1)?.found ?? 0,
    p50: percentile(times, 50),
    p95: percentile(times, 95),
  }
}

export async function people(users: number): Promise<Row[]> {
  const service = await openGatehouse()
  const url = secret(service.database.href)
  const parts = await openCommandParts({
    config: readConfig(service.environment),
    databases: { application: url, migration: url, direct: url },
  })
  try {
    await seed(service.database.href, users)
    const rows: Row[] = []
    for (const [name, asked] of Object.entries(questions))
      rows.push(await measure(name, (n) => ask(parts, asked(n))))
    const after = await deepPage(parts)
    rows.push(await measure('list, after 10,000', () => ask(parts, { limit: 200, after })))
    return rows
  } finally {
    await parts.close()
    await service.close()
  }
}

/** `npm run bench -- people [--users 1000000] [--json]`: how fast people are listed and found, without HTTP around it. */
export async function run(argv: readonly string[]): Promise<void> {
  const at = argv.indexOf('--users')
  const rows = await people(at < 0 ? 1_000_000 : Number(argv[at + 1]))
  if (argv.includes('--json')) {
    process.stdout.write(`${JSON.stringify(rows)}\n`)
    return
  }
  process.stdout.write(`${'question'.padEnd(36)}found   p50 ms   p95 ms\n`)
  for (const { question, found, p50, p95 } of rows)
    process.stdout.write(
      `${question.padEnd(36)}${String(found).padStart(5)}${p50.toFixed(1).padStart(9)}${p95.toFixed(1).padStart(9)}\n`,
    )
}
