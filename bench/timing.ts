import { openCommandParts } from '../src/app.ts'
import { createUser, type UserStatus } from '../src/features/accounts/index.ts'
import { setPassword } from '../src/features/credentials/index.ts'
import { bySystem } from '../src/platform/app.ts'
import { readConfig } from '../src/platform/config/index.ts'
import { secret } from '../src/platform/crypto/index.ts'
import { transaction } from '../src/platform/db/index.ts'
import { formsOf, openBrowser } from '../test/support/browser.ts'
import type { RelyingParty } from '../test/support/relying-party.ts'
import { register } from './support/actors.ts'
import { openGatehouse, type RunningGatehouse } from './support/gatehouse.ts'
import { percentile } from './support/percentile.ts'

/** How fast one door answers about one class of names, against names that nobody has. */
export interface Row {
  door: string
  kind: string
  samples: number
  /** 0.5: a guess by time is a coin. */
  auc: number
  medianMs: number
  /** Of the medians. */
  gapMs: number
}

/** Attempts with one name; few enough that no rule of the lockout is reached. */
const usesOfName = 5

const kinds = ['unknown', 'wrong password', 'disabled', 'locked', 'pending'] as const
type Kind = (typeof kinds)[number]

const stateOf: Partial<Record<Kind, UserStatus>> = {
  disabled: 'disabled',
  locked: 'locked',
  pending: 'pending',
}

const wrongPassword = 'not the password at all'

const nameOf = (kind: Kind, n: number): string => `${kind.replaceAll(' ', '-')}-${n}@example.com`

/** A way to ask; what it answers must be the same for all classes. */
interface Door {
  name: string
  status: number
  /** Stands in its answer: another refusal would be another piece of work. */
  says: string
  ask(login: string, ip: string): Promise<Response>
}

/** Samples of all classes in turn, so that whatever slows this machine slows all of them. */
async function measure(door: Door, samples: number, network: () => string): Promise<Row[]> {
  const times = new Map<Kind, number[]>(kinds.map((kind) => [kind, []]))
  const warmUp = Math.min(50, samples)
  for (let n = -warmUp; n < samples; n++) {
    for (const kind of shuffled(kinds)) {
      const login = n < 0 ? `warm-up-${n}@example.com` : nameOf(kind, Math.floor(n / usesOfName))
      const startedAt = performance.now()
      const reply = await door.ask(login, network())
      const text = await reply.text()
      const ms = performance.now() - startedAt
      if (reply.status !== door.status || !text.includes(door.says))
        throw new Error(`${door.name} answered ${reply.status} to ${login}`)
      if (n >= 0) times.get(kind)?.push(ms)
    }
  }
  const unknown = times.get('unknown') ?? []
  return kinds.slice(1).map((kind) => compare(door.name, kind, times.get(kind) ?? [], unknown))
}

const median = (values: readonly number[]): number =>
  percentile(
    [...values].sort((a, b) => a - b),
    50,
  )

function compare(door: string, kind: string, times: readonly number[], unknown: readonly number[]): Row {
  const medianMs = median(times)
  return {
    ...{ door, kind, samples: times.length, auc: areaUnderCurve(times, unknown), medianMs },
    gapMs: Math.abs(medianMs - median(unknown)),
  }
}

/** The chance that one of `a` took longer than one of `b`: what a classifier by time is right about (Mann and Whitney). */
function areaUnderCurve(a: readonly number[], b: readonly number[]): number {
  const all = [...a.map((ms) => ({ ms, mine: true })), ...b.map((ms) => ({ ms, mine: false }))]
  all.sort((one, other) => one.ms - other.ms)
  const ranks = all.reduce((sum, { mine }, index) => sum + (mine ? index + 1 : 0), 0)
  return (ranks - (a.length * (a.length + 1)) / 2) / (a.length * b.length)
}

const shuffled = <Item>(items: readonly Item[]): Item[] =>
  items
    .map((item) => ({ item, key: Math.random() }))
    .sort((one, other) => one.key - other.key)
    .map(({ item }) => item)

/** A new /24 for each attempt. */
function networks(): () => string {
  let n = 0
  return () => {
    n++
    return `${10 + (n >> 16)}.${(n >> 8) & 255}.${n & 255}.1`
  }
}

/** People of every state; one hash for all of them, since nobody signs in. */
async function populate({ database, environment }: RunningGatehouse, samples: number): Promise<void> {
  const url = secret(database.href)
  const app = await openCommandParts({
    config: readConfig(environment),
    databases: { application: url, migration: url, direct: url },
  })
  try {
    const hashed = await app.passwords.hash('nobody ever types this one')
    for (let n = 0; n * usesOfName < samples; n++) {
      for (const kind of kinds.slice(1)) {
        await transaction(app.db, async (tx) => {
          const user = await createUser(app, tx, bySystem, { email: nameOf(kind, n), emailVerified: true })
          await setPassword(app, tx, bySystem, user.id, hashed)
          await tx('users')
            .where({ id: user.id })
            .update({ status: stateOf[kind] ?? 'active' })
        })
      }
    }
  } finally {
    await app.close()
  }
}

/** The sign-in page: one form, sent again and again. */
async function pageDoor(client: RelyingParty): Promise<Door> {
  const browser = openBrowser()
  const landing = await browser.go((await client.begin()).url)
  const [form] = formsOf(landing.html)
  const cookies = browser.cookies().map(({ name, value }) => `${name}=${value}`)
  const { origin } = new URL(landing.url)
  return {
    name: 'sign-in page',
    status: 401,
    says: 'name="password"',
    ask: (login, ip) =>
      fetch(new URL(form?.action ?? '', landing.url), {
        method: 'POST',
        redirect: 'manual',
        headers: { origin, accept: 'text/html', cookie: cookies.join('; '), 'x-forwarded-for': ip },
        body: new URLSearchParams({ ...form?.fields, login, password: wrongPassword }),
      }),
  }
}

function jsonDoor(
  url: string,
  { status, says }: Pick<Door, 'status' | 'says'>,
  body: (login: string) => object,
): Door {
  return {
    name: new URL(url).pathname,
    status,
    says,
    ask: (login, ip) =>
      fetch(url, {
        method: 'POST',
        headers: { 'content-type': 'application/json', 'x-forwarded-for': ip },
        body: JSON.stringify(body(login)),
      }),
  }
}

/** Every door at which names can be tried. */
async function doors({ origin }: RunningGatehouse, client: RelyingParty): Promise<Door[]> {
  const known = { client_id: client.clientId, client_secret: client.secret }
  const refused = { status: 401, says: 'wrong_credentials' }
  const accepted = { status: 202, says: '"accepted"' }
  return [
    await pageDoor(client),
    jsonDoor(`${origin}/auth/login`, refused, (login) => ({ ...known, login, password: wrongPassword })),
    jsonDoor(`${origin}/auth/password/forgot`, accepted, (email) => ({ ...known, email })),
    jsonDoor(`${origin}/auth/email/verify/resend`, accepted, (email) => ({ ...known, email })),
  ]
}

export async function timing(samples: number): Promise<Row[]> {
  const service = await openGatehouse({ TRUST_PROXY: '127.0.0.1,::1' })
  try {
    await service.command('settings', 'set', 'lockout.alarm_failures_per_minute', '1000000')
    const client = await register(service)
    await populate(service, samples)
    const network = networks()
    const rows: Row[] = []
    for (const door of await doors(service, client)) rows.push(...(await measure(door, samples, network)))
    return rows
  } finally {
    await service.close()
  }
}

/** An area of 0.45 to 0.55, and medians 5 ms apart at most. */
const holds = ({ auc, gapMs }: Row): boolean => Math.abs(auc - 0.5) <= 0.05 && gapMs <= 5

/** `npm run bench -- timing [--samples 1000] [--json]`; fails when a class of names can be told by time. */
export async function run(argv: readonly string[]): Promise<void> {
  const at = argv.indexOf('--samples')
  const rows = await timing(at < 0 ? 1_000 : Number(argv[at + 1]))
  if (!rows.every(holds)) process.exitCode = 1
  if (argv.includes('--json')) {
    process.stdout.write(`${JSON.stringify(rows)}\n`)
    return
  }
  process.stdout.write(
    `${'door'.padEnd(28)}${'against unknown'.padEnd(18)}samples    AUC  median ms  gap ms\n`,
  )
  for (const row of rows) {
    const figures = [
      row.auc.toFixed(3).padStart(7),
      row.medianMs.toFixed(1).padStart(11),
      row.gapMs.toFixed(2).padStart(8),
    ]
    process.stdout.write(
      `${row.door.padEnd(28)}${row.kind.padEnd(18)}${String(row.samples).padStart(7)}${figures.join('')}${holds(row) ? '' : '  too much'}\n`,
    )
  }
}
