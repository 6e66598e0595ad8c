import { stringify } from 'csv-stringify/sync'

import type { App, By } from '../../../platform/app.ts'
import { profileMembers } from '../../accounts/index.ts'
import * as audit from '../../audit/index.ts'
import { foreignHash } from '../../credentials/index.ts'
import type { WithSettings } from '../../settings/index.ts'
import { accountColumns, addressParts } from '../reading/columns.ts'
import type { exportFormats } from '../schema.ts'
import * as people from './repository.ts'
import type { ExportedRow } from './repository.ts'

export type ExportFormat = (typeof exportFormats)[number]

export interface ExportWanted {
  format: ExportFormat
  hashes: boolean
}

/** People read and written at a time. */
const pieceRows = 500

type Machinery = Pick<App, 'db' | 'clock'> & WithSettings

/**
 * Everybody who is not deleted, as an import reads them; a piece at a time, as fast as they are taken away. It is written down
 * before anything is given out. What proves a person (passkeys, seeds) is never in it, password hashes only when asked.
 */
export async function exportPeople(
  app: Machinery,
  by: By,
  wanted: ExportWanted,
): Promise<AsyncGenerator<string>> {
  await audit.record(app.db, app.clock.now(), by, { action: 'users.exported', details: { ...wanted } })
  const custom = Object.keys(await app.settings.get('users.custom_fields'))
  return pieces(app, wanted, custom)
}

async function* pieces(
  { db, clock }: Machinery,
  { format, hashes }: ExportWanted,
  custom: readonly string[],
): AsyncGenerator<string> {
  const columns = columnsOf(custom, hashes)
  if (format === 'csv') yield stringify([columns])
  for (let after: string | null = null; ;) {
    const found: ExportedRow[] = await people.listAfter(db, {
      after,
      rows: pieceRows,
      hashes,
      now: clock.now(),
    })
    if (found.length > 0) yield written[format](found.map(rowOf), columns)
    after = found.at(-1)?.id ?? null
    if (found.length < pieceRows) return
  }
}

type Row = Readonly<Record<string, unknown>>

const written: Record<ExportFormat, (rows: readonly Row[], columns: readonly string[]) => string> = {
  ndjson: (rows) => rows.map((row) => `${JSON.stringify(row)}\n`).join(''),
  csv: (rows, columns) => stringify(rows.map((row) => columns.map((column) => cell(row, column)))),
}

/** What is not known is left out. */
function rowOf({ profile, custom, roles, created_at: createdAt, ...row }: ExportedRow): Row {
  const pepper = row.password_pepper === foreignHash ? null : row.password_pepper
  const said = Object.entries({ ...row, id: null, password_pepper: pepper, ...profile })
  return {
    ...Object.fromEntries(said.filter(([, value]) => value !== null)),
    created_at: createdAt.toISOString(),
    ...(roles.length > 0 && { roles }),
    ...(custom && { custom }),
  }
}

function columnsOf(custom: readonly string[], hashes: boolean): string[] {
  const secret: readonly string[] = ['password_hash', 'password_pepper']
  return [
    ...accountColumns.filter((name) => name !== 'totp_secret' && (hashes || !secret.includes(name))),
    ...Object.keys(profileMembers).filter((name) => name !== 'address'),
    ...addressParts.map((part) => `address.${part}`),
    ...custom.map((name) => `custom.${name}`),
  ]
}

function cell(row: Row, column: string): string {
  const [group = '', name = ''] = column.split('.')
  const value = name === '' ? row[column] : (Object(row[group]) as Row)[name] // an object or nothing
  if (Array.isArray(value)) return harmless(value.join(' '))
  return ['string', 'number', 'boolean'].includes(typeof value) ? harmless(String(value)) : ''
}

/** A program for tables would take such a text for a formula (OWASP, CSV injection); telephone numbers are none. */
const harmless = (text: string): string => (/^(?:[=@\t\r]|[+-](?![\d ()]+$))/.test(text) ? `'${text}` : text)
