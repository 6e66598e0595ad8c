import knex, { type Knex } from 'knex'

/** How many rows of each kind a whole scale means. */
const whole = { people: 1_000_000, grants: 1_000_000, refreshTokens: 5_000_000 }

export interface Seeded {
  people: number
  grants: number
  refreshTokens: number
  seconds: number
}

/** People one statement makes, with all that is theirs: bounded in memory, and told of when it is done. */
const batch = 50_000

/** Five refresh tokens of each grant: four that were rotated, and the one that is good. Models as in storage/models.ts. */
const [grantModel, refreshModel, refreshEach] = [1, 4, 5]

/** Everything of people `first` to `last`: ids are made of their number, so that rows find each other without a look-up. */
const statements = [
  `insert into users (id, status, status_changed_at, email, email_entered, email_verified_at, name, created_at, updated_at)
   select md5('seed-user-' || n)::uuid, 'active', at, address, address, at, 'Seed Person ' || n, at, at
   from (select n, now() - n * interval '20 seconds' as at, 'seed-' || n || '@example.net' as address
         from generate_series(:first::integer, :last::integer) n) made`,
  `insert into subjects (subject, user_id, created_at)
   select 'seed-' || n, md5('seed-user-' || n)::uuid, now() from generate_series(:first::integer, :last::integer) n`,
  `insert into sessions (uid, user_id, authenticated_at, amr, ip, user_agent, started_at)
   select 'seed-session-' || n, md5('seed-user-' || n)::uuid, now(), '{pwd}', '192.0.2.1', 'seed', now()
   from generate_series(:first::integer, :last::integer) n`,
  `insert into client_sessions (sid, session_uid, user_id, client_id, grant_id, offline, started_at)
   select 'seed-sid-' || n, 'seed-session-' || n, md5('seed-user-' || n)::uuid, :client,
     encode(sha256(('seed-grant-' || n)::bytea), 'hex'), true, now()
   from generate_series(:first::integer, :last::integer) n`,
  `insert into oidc_payloads (model, id, payload, account_id, client_id, expires_at)
   select ${grantModel}, sha256(('seed-grant-' || n)::bytea), jsonb_build_object('kind', 'Grant', 'clientId', :client::text,
     'accountId', md5('seed-user-' || n)::uuid, 'openid', jsonb_build_object('scope', 'openid profile email offline_access')),
     md5('seed-user-' || n)::uuid::text, :client, now() + interval '30 days'
   from generate_series(:first::integer, :last::integer) n`,
  `insert into oidc_payloads (model, id, payload, grant_id, account_id, client_id, expires_at, consumed_at)
   select ${refreshModel}, sha256(('seed-refresh-' || n || '-' || turn)::bytea), jsonb_build_object('kind', 'RefreshToken',
     'clientId', :client::text, 'accountId', md5('seed-user-' || n)::uuid, 'scope', 'openid profile email offline_access',
     'rotations', turn, 'sessionUid', 'seed-session-' || n),
     sha256(('seed-grant-' || n)::bytea), md5('seed-user-' || n)::uuid::text, :client,
     now() + interval '14 days' + random() * interval '14 days', case when turn < ${refreshEach} then now() end
   from generate_series(:first::integer, :last::integer) n, generate_series(1, ${refreshEach}) turn`,
]

const filled = ['users', 'subjects', 'sessions', 'client_sessions', 'oidc_payloads']

/** Fills a database whose schema is there. `client`: to whom all of it was granted. */
export async function seed(
  url: string,
  { scale, client, progress }: { scale: number; client: string; progress?: (people: number) => void },
): Promise<Seeded> {
  const people = Math.round(whole.people * scale)
  const startedAt = performance.now()
  const db = knex({ client: 'pg', connection: url, pool: { min: 0, max: 1 } })
  try {
    await db.raw('set statement_timeout = 0')
    await db.raw('set synchronous_commit = off') // nobody was told that it is there
    for (let first = 1; first <= people; first += batch) {
      const last = Math.min(people, first + batch - 1)
      for (const text of statements) await insert(db, text, { first, last, client })
      progress?.(last)
    }
    for (const table of filled) await db.raw('vacuum analyze ??', [table])
  } finally {
    await db.destroy()
  }
  const seconds = (performance.now() - startedAt) / 1000
  return { people, grants: people, refreshTokens: people * refreshEach, seconds }
}

/** Only what a statement names is bound to it. */
async function insert(db: Knex, text: string, bindings: Record<string, string | number>): Promise<void> {
  const named = Object.entries(bindings).filter(([name]) => text.includes(`:${name}`))
  await db.raw(text, Object.fromEntries(named))
}

/** @throws Error: somebody works with it, as far as can be seen. */
async function refuseInhabited(url: string): Promise<void> {
  const db = knex({ client: 'pg', connection: url, pool: { min: 0, max: 1 } })
  try {
    const found = await db('users').select('id').limit(2)
    if (found.length > 1) throw new Error('There are people in this database already: fill an empty one.')
  } finally {
    await db.destroy()
  }
}

/** The number behind a word; `usual` where the word is not there. @throws Error when it is no number above 0. */
export function numberAt(argv: readonly string[], word: string, usual: number): number {
  const at = argv.indexOf(word)
  const value = at < 0 ? usual : Number(argv[at + 1])
  if (!(value > 0)) throw new Error(`${word} takes a number above 0.`)
  return value
}

/**
 * `npm run bench -- seed --database URL [--scale 0.01] [--client ID] [--json]`: a million people, a million grants and five million
 * refresh tokens, or that share of them, in a database that `gatehouse migrate` has made. Nobody can sign in as any of them.
 */
export async function run(argv: readonly string[]): Promise<void> {
  const valueOf = (word: string) => (argv.includes(word) ? argv[argv.indexOf(word) + 1] : undefined)
  const url = valueOf('--database')
  if (url === undefined) throw new Error('Say which database: --database URL.')
  await refuseInhabited(url)
  const seeded = await seed(url, {
    ...{ scale: numberAt(argv, '--scale', 1), client: valueOf('--client') ?? 'seed' },
    progress: (people) => void process.stderr.write(`${people} people\n`),
  })
  const { people, grants, refreshTokens, seconds } = seeded
  process.stdout.write(
    argv.includes('--json')
      ? `${JSON.stringify(seeded)}\n`
      : `${people} people, ${grants} grants, ${refreshTokens} refresh tokens in ${seconds.toFixed(1)} s\n`,
  )
}
