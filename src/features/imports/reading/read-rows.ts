import { pipeline } from 'node:stream'
import { CsvError, type Info, parse } from 'csv-parse'

import { duplicateName } from '../../../platform/http/index.ts'
import type { CustomFields } from '../../settings/index.ts'
import { errors } from '../errors.ts'
import { fromCells, isColumn } from './columns.ts'

export type Format = 'csv' | 'ndjson'

/** What a file says of one person, and the line it ends on. */
export interface ReadRow {
  line: number
  row: Record<string, unknown>
}

/** Characters of a row. */
const longestRow = 65_536

const unreadable = (detail: string) => errors.import_unreadable({ detail })

/**
 * The rows of a file as they come in; no more than one and a piece of the file is held at a time. What the rows say is looked
 * at later: here a file is refused as a whole that cannot be read, with the line and without what stands in it.
 *
 * @throws import_unreadable, import_unknown_column (400)
 */
export function readRows(
  format: Format,
  schema: CustomFields,
  chunks: AsyncIterable<Buffer>,
): AsyncGenerator<ReadRow> {
  const text = decoded(chunks)
  return format === 'csv' ? readTable(schema, text) : readLines(text)
}

async function* decoded(chunks: AsyncIterable<Buffer>): AsyncGenerator<string> {
  const decoder = new TextDecoder('utf-8', { fatal: true })
  const next = (chunk?: Buffer): string => {
    try {
      return chunk ? decoder.decode(chunk, { stream: true }) : decoder.decode()
    } catch {
      throw unreadable('The file is not UTF-8.')
    }
  }
  for await (const chunk of chunks) yield next(chunk)
  yield next()
}

async function* readLines(text: AsyncIterable<string>): AsyncGenerator<ReadRow> {
  let [rest, line] = ['', 0]
  for await (const piece of text) {
    const lines = (rest + piece).split('\n')
    rest = lines.pop() ?? ''
    for (const one of lines) {
      line++
      if (one.trim() !== '') yield { line, row: ofLine(one, line) }
    }
    demandShort(rest, line + 1)
  }
  if (rest.trim() !== '') yield { line: line + 1, row: ofLine(rest, line + 1) }
}

function demandShort(text: string, line: number): void {
  if (text.length > longestRow) throw unreadable(`Line ${line} has more than ${longestRow} characters.`)
}

function ofLine(text: string, line: number): Record<string, unknown> {
  demandShort(text, line)
  let row: unknown
  try {
    row = JSON.parse(text)
  } catch {
    throw unreadable(`Line ${line} is not JSON.`)
  }
  if (typeof row !== 'object' || row === null || Array.isArray(row))
    throw unreadable(`Line ${line} is no JSON object.`)
  if (duplicateName(text) !== null) throw unreadable(`A name stands twice in line ${line}.`)
  return row as Record<string, unknown> // an object that is no array
}

/** What the reader of tables says, in our words: its own would repeat what stands in the file. */
const faults: Partial<Record<string, string>> = {
  CSV_MAX_RECORD_SIZE: `has more than ${longestRow} characters`,
  CSV_QUOTE_NOT_CLOSED: 'has a quotation mark that is not closed',
  CSV_INVALID_CLOSING_QUOTE: 'has a quotation mark in the middle of a cell',
  INVALID_OPENING_QUOTE: 'has a quotation mark in the middle of a cell',
  CSV_RECORD_INCONSISTENT_COLUMNS: 'has another number of cells than the first line',
}

interface Cells {
  record: Record<string, string>
  info: Info
}

async function* readTable(schema: CustomFields, text: AsyncIterable<string>): AsyncGenerator<ReadRow> {
  const parser = parse({
    bom: true,
    info: true,
    max_record_size: longestRow,
    skip_empty_lines: true,
    columns: (header: string[]) => demandColumns(schema, header),
  })
  pipeline(text, parser, () => undefined) // what goes wrong ends the parser with it
  try {
    const found = parser as AsyncIterable<Cells> // what the options above make it yield
    for await (const { record, info } of found)
      yield { line: info.lines, row: fromCells(schema, Object.entries(record)) }
  } catch (error) {
    if (!(error instanceof CsvError)) throw error
    const line = typeof error.lines === 'number' ? error.lines : 0
    throw unreadable(`Line ${line} ${faults[error.code] ?? 'is no line of a CSV file (RFC 4180)'}.`)
  }
}

function demandColumns(schema: CustomFields, header: string[]): string[] {
  const names = header.map((name) => name.trim())
  const unknown = names.find((name) => !isColumn(schema, name))
  if (unknown !== undefined)
    throw errors.import_unknown_column({ detail: `"${unknown.replace(/[^\w.-]/g, '?').slice(0, 60)}"` })
  if (new Set(names).size < names.length) throw unreadable('Two columns have the same name.')
  return names
}
