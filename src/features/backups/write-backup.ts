import type { Clock } from '../../lib/clock.ts'
import type { Config } from '../../platform/config/index.ts'
import type { Connection } from '../../platform/db/index.ts'
import { inSnapshot, readCatalogue, rowsOf } from '../../platform/db/whole/index.ts'
import { bytesOf, copyLine, digesting, type Manifest, type Part, title } from './format.ts'
import { leftOut } from './left-out.ts'
import { marksOf } from './secrets-check.ts'

export interface BackupParts {
  /** A connection of one's own, which may read every table. */
  client: Connection
  config: Pick<Config, 'issuer' | 'keyEncryptionKeys' | 'peppers'>
  clock: Clock
}

/**
 * The backup as text, as it is to be packed. All tables as they stood at one moment, while the service goes on; one connection,
 * one statement a table, nothing in memory but a piece of a table.
 */
export async function* backupOf(parts: BackupParts): AsyncGenerator<Buffer | string> {
  const digest = digesting()
  for await (const part of inSnapshot(parts.client, () => partsOf(parts))) {
    digest.take(part)
    yield bytesOf(part)
  }
  yield `-- ${JSON.stringify({ sha256: digest.hex() })}\n`
}

async function* partsOf({ client, config, clock }: BackupParts): AsyncGenerator<Part> {
  const catalogue = await readCatalogue(client, leftOut)
  const facts = { takenAt: clock.now(), issuer: config.issuer, ...marksOf(config) }
  const manifest: Manifest = { format: 1, ...facts, ...catalogue }
  yield { kind: 'line', text: title }
  yield { kind: 'line', text: `-- ${JSON.stringify(manifest)}` }
  for (const table of catalogue.tables) {
    yield { kind: 'line', text: copyLine(table) }
    for await (const bytes of rowsOf(client, table)) yield { kind: 'rows', bytes }
    yield { kind: 'end' }
  }
}
