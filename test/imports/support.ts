import type { Gatehouse } from '../../src/app.ts'
import { runImport } from '../../src/features/imports/index.ts'
import type { Operator } from '../administration/support.ts'

export interface Told {
  id: string
  state: string
  rows: number
  created: number
  updated: number
  skipped: number
  failed: number
}

export interface Reported {
  line: number
  outcome: string
  user_id: string | null
  problems: { field: string; detail: string }[]
}

/** Sends a file; the answer as it comes. */
export const send = (
  { tokens }: { tokens: Pick<Operator['tokens'], 'access_token'> },
  issuer: string,
  file: string | Buffer,
  { query = '', type = 'application/x-ndjson' } = {},
): Promise<Response> =>
  fetch(`${issuer}/admin/imports${query}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${tokens.access_token}`, 'content-type': type },
    body: file,
  })

export const lines = (...rows: object[]): string => rows.map((row) => `${JSON.stringify(row)}\n`).join('')

/** A whole import: sent, brought in by what the job does, and its report. */
export async function imported(
  { app, issuer, by }: { app: Gatehouse; issuer: string; by: Operator },
  file: string,
  options: { query?: string; type?: string } = {},
): Promise<{ told: Told; report: Reported[] }> {
  const reply = await send(by, issuer, file, options)
  if (reply.status !== 202) throw new Error(`${reply.status} ${await reply.text()}`)
  const { id } = (await reply.json()) as Told
  await runImport(app, id)
  const told = (await (await by.call('GET', `/admin/imports/${id}`)).json()) as Told
  const page = (await (await by.call('GET', `/admin/imports/${id}/report?limit=200`)).json()) as {
    items: Reported[]
  }
  return { told, report: page.items }
}
