import { Client } from 'pg'

import { cpuSecondsOf } from './gatehouse.ts'

/** The first process of the PostgreSQL at this address, on this machine. */
export async function serverOf(url: URL): Promise<number> {
  const client = new Client({ connectionString: url.href })
  await client.connect()
  const { rows } = await client.query<{ pid: number }>('select pg_backend_pid() as pid')
  const { parent } = cpuSecondsOf(rows[0]?.pid ?? 0)
  await client.end()
  return parent
}
