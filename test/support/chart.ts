import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parse, parseAllDocuments, stringify } from 'yaml'

const folder = join(import.meta.dirname, '../../deploy/chart')

export const chartFile = (name: string): string => readFileSync(join(folder, name), 'utf8')

export type Values = Record<string, unknown>

export const defaultValues = (): Values => parse(chartFile('values.yaml')) as Values

export const templates = (): { name: string; text: string }[] =>
  readdirSync(join(folder, 'templates')).map((name) => ({ name, text: chartFile(join('templates', name)) }))

/** What the chart makes of these values, for a release called gatehouse. */
export function render(values: Values): unknown[] {
  const { appVersion } = parse(chartFile('Chart.yaml')) as { appVersion: string }
  const scope = { Values: values, Release: { Name: 'gatehouse' }, Chart: { AppVersion: appVersion } }
  return templates().flatMap(({ name, text }) =>
    parseAllDocuments(fill(text, scope), { strict: true }).flatMap((document) => {
      if (document.errors.length > 0) throw new Error(`${name}: ${document.errors.join()}`)
      const made = document.toJS() as unknown
      return made === null ? [] : [made]
    }),
  )
}

/** What a template may name: the roots with a dot, and what a `range` or `with` puts there. */
type Scope = Readonly<Record<string, unknown>>

type Piece = string | { action: string } | Block

interface Block {
  word: string
  of: string
  inside: Piece[]
}

/**
 * The few forms of template that the chart keeps to: `if`, `with`, `range` over names and values, and values that go through
 * the functions below. Anything else is an error here: deploy/chart/check.sh asks Helm itself.
 */
function fill(template: string, scope: Scope): string {
  return written(toPieces(template), scope)
}

function toPieces(template: string): Piece[] {
  const top: Block = { word: 'top', of: '', inside: [] }
  const open = [top]
  const inner = () => open.at(-1) ?? top
  for (const part of template.split(/(\s*\{\{-.*?\}\}|\{\{.*?\}\})/)) {
    const [, action] = /\{\{-? ?(.*?) ?\}\}$/.exec(part) ?? []
    const [, word, of = ''] = /^(if|with|range) (.*)$/.exec(action ?? '') ?? []
    if (action === undefined) inner().inside.push(part)
    else if (action === 'end') open.pop()
    else if (word === undefined) inner().inside.push({ action })
    else {
      const block: Block = { word, of, inside: [] }
      inner().inside.push(block)
      open.push(block)
    }
  }
  if (open.length !== 1) throw new Error('a block of a template is not closed, or one too many')
  return top.inside
}

const written = (pieces: readonly Piece[], scope: Scope): string =>
  pieces.map((piece) => (typeof piece === 'string' ? piece : made(piece, scope))).join('')

function made(piece: { action: string } | Block, scope: Scope): string {
  if ('action' in piece) return shown(valueOf(piece.action, scope))
  const { word, of, inside } = piece
  if (word === 'range') {
    const [, list = ''] = /^\$name, \$value := (.*)$/.exec(of) ?? []
    const pairs = Object.entries(valueOf(list, scope) as object).toSorted(([one], [other]) =>
      one < other ? -1 : 1,
    )
    return pairs.map(([name, value]) => written(inside, { ...scope, $name: name, $value: value })).join('')
  }
  const value = valueOf(of, scope)
  if (isEmpty(value)) return ''
  return written(inside, word === 'with' ? { ...scope, '.': value } : scope)
}

const isEmpty = (value: unknown): boolean =>
  !value || (typeof value === 'object' && Object.keys(value).length === 0)

/** `.Values.a.b | quote`: a value, and functions it goes through. */
function valueOf(expression: string, scope: Scope): unknown {
  const [first = '', ...functions] = expression.split(' | ')
  const [, told = first] = /^toYaml (.*)$/.exec(first) ?? []
  const found = lookUp(told, scope)
  let value: unknown = told === first ? found : stringify(found, { lineWidth: 0 }).trimEnd()
  for (const one of functions) {
    const [name = '', argument = ''] = one.split(' ')
    const apply = known[name]
    if (!apply) throw new Error(`not known here: ${one}`)
    value = apply(value, argument, scope)
  }
  return value
}

const known: Record<string, (value: unknown, argument: string, scope: Scope) => unknown> = {
  quote: (value) => JSON.stringify(shown(value)),
  default: (value, argument, scope) => (isEmpty(value) ? lookUp(argument, scope) : value),
  sha256sum: (value) => createHash('sha256').update(shown(value)).digest('hex'),
  nindent: (value, spaces) => `\n${shown(value).replace(/^/gm, ' '.repeat(Number(spaces)))}`,
}

/** @throws Error when nothing has that name: a misspelt value would otherwise be an empty one. */
function lookUp(name: string, scope: Scope): unknown {
  if (name === '.' || name.startsWith('$')) return scope[name]
  return name
    .slice(1)
    .split('.')
    .reduce<unknown>((value, step) => {
      if (!Object.hasOwn(Object(value) as object, step)) throw new Error(`no value is called ${name}`)
      return (value as Values)[step]
    }, scope)
}

function shown(value: unknown): string {
  if (typeof value === 'string') return value
  if (typeof value === 'number' || typeof value === 'boolean') return String(value)
  throw new Error('a template shows something that is no text')
}
