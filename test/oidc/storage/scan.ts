import type { Db } from '../../../src/platform/app.ts'
import type { Cache } from '../../../src/platform/redis.ts'

/** Where a value was found: `table` or `redis key`, never the value itself. */
export interface Find {
  value: string
  place: string
}

/** Looks for values, in any spelling, in every row of every table and in every key of Redis. */
export async function scan(
  { db, cache }: { db: Db; cache: Cache | null },
  values: Readonly<Record<string, string>>,
): Promise<Find[]> {
  const texts = [...(await rowsOf(db)), ...(cache ? await keysOf(cache) : [])]
  return Object.entries(values).flatMap(([name, value]) => {
    const spellings = spellingsOf(value)
    const places = texts.filter(({ text }) => spellings.some((one) => text.includes(one)))
    return [...new Set(places.map(({ place }) => place))].map((place) => ({ value: name, place }))
  })
}

interface Text {
  place: string
  text: string
}

/** As it is, and as bytea shows it: the bytes of the text, and the bytes that it spells in base64url. */
function spellingsOf(value: string): string[] {
  if (value.length < 8) throw new Error('too short to look for')
  const decoded = Buffer.from(value, 'base64url')
  const hex = [Buffer.from(value).toString('hex'), ...(decoded.length >= 12 ? [decoded.toString('hex')] : [])]
  return [value, encodeURIComponent(value), Buffer.from(value).toString('base64').replace(/=+$/, ''), ...hex]
}

async function rowsOf(db: Db): Promise<Text[]> {
  const { rows: tables } = await db.raw<{ rows: { name: string }[] }>(
    `select format('%I.%I', n.nspname, c.relname) as name from pg_class c join pg_namespace n on n.oid = c.relnamespace
     where c.relkind = 'r' and n.nspname not in ('pg_catalog', 'information_schema')`,
  )
  const found: Text[] = []
  for (const { name } of tables) {
    const { rows } = await db.raw<{ rows: { text: string }[] }>(`select t::text as text from ${name} t`)
    found.push(...rows.map(({ text }) => ({ place: name, text })))
  }
  return found
}

async function keysOf(cache: Cache): Promise<Text[]> {
  const whole = cache.duplicate({ keyPrefix: '' })
  if (whole.status !== 'ready') await new Promise((resolve) => whole.once('ready', resolve))
  try {
    const keys = await whole.keys('*')
    return await Promise.all(
      keys.map(async (key) => ({ place: `redis ${key}`, text: `${key} ${await valueOf(whole, key)}` })),
    )
  } finally {
    whole.disconnect()
  }
}

async function valueOf(cache: Cache, key: string): Promise<string> {
  const type = await cache.type(key)
  if (type === 'string') return (await cache.get(key)) ?? ''
  if (type === 'hash') return JSON.stringify(await cache.hgetall(key))
  if (type === 'none') return ''
  throw new Error(`a Redis ${type} that the scan cannot read: ${key}`)
}
