import {
  isAlias,
  isMap,
  isNode,
  isPair,
  isScalar,
  isSeq,
  LineCounter,
  parseDocument,
  visit,
  type Document,
  type Node,
} from 'yaml'

import { type Fault, type LineOf, type Path, refuseFaults } from './fault.ts'

/** One document of a file: plain data, and where each part of it stands. */
export interface Source {
  value: unknown
  lineOf: LineOf
}

/** Bytes of one document. A file may hold several: an export puts people into further ones, some hundred in each. */
export const longestDocument = 8 * 1024 * 1024

/** Levels of nesting; nothing that can be said has half as many. */
const deepest = 40

/** More entries than this are no configuration. */
const mostNodes = 1_000_000

/**
 * Reads YAML 1.2 by its core schema, of which JSON is a part: no anchors, aliases or tags, so that nothing can be made larger
 * than it was written (a "billion laughs"), and no name twice, so that two readers read one thing.
 *
 * @throws configuration_invalid (422) with path and line
 */
export function readDocument(text: string, firstLine = 1): Source {
  const counter = new LineCounter()
  const line = (offset: number): number => counter.linePos(offset).line + firstLine - 1
  const refuse = (offset: number, detail: string): never => {
    refuseFaults([{ path: [], detail }], () => line(offset))
    throw new Error('a fault was not refused')
  }
  if (Buffer.byteLength(text) > longestDocument) refuse(0, `is longer than ${longestDocument} bytes`)
  const nested = depthFault(text)
  if (nested !== null) refuse(nested, `is nested more than ${deepest} levels deep`)
  const document = parsed(text, counter, refuse)
  const [error] = document.errors
  if (error) refuse(error.pos[0], withoutPlace(error.message))
  const [warning] = document.warnings // of a tag that means nothing here
  if (warning) refuse(warning.pos[0], `has a tag (!…): ${withoutPlace(warning.message)}`)
  refuseFaults(faultsIn(document), (path) => placeOf(document, path, line))
  return { value: document.toJS(), lineOf: (path) => placeOf(document, path, line) }
}

/** `uniqueKeys` would compare each name with each other one: `faultsIn` does it by a set. */
function parsed(
  text: string,
  lineCounter: LineCounter,
  refuse: (offset: number, detail: string) => never,
): Document {
  try {
    return parseDocument(text, {
      lineCounter,
      schema: 'core',
      version: '1.2',
      uniqueKeys: false,
      prettyErrors: false,
    })
  } catch (error) {
    if (error instanceof RangeError) return refuse(0, `is nested more than ${deepest} levels deep`)
    throw error
  }
}

const withoutPlace = (message: string): string => message.split('\n', 1)[0]?.slice(0, 200) ?? ''

/** Where a text opens more brackets than may be open at once, in quotes or not: looked at before anything is built from it. */
function depthFault(text: string): number | null {
  let depth = 0
  for (let at = 0; at < text.length; at++) {
    const character = text[at]
    if (character === '[' || character === '{') depth++
    else if (character === ']' || character === '}') depth = Math.max(0, depth - 1)
    if (depth > deepest) return at
  }
  return null
}

/** Whatever makes a document more than the data that is written in it. */
function faultsIn(document: Document): Fault[] {
  const faults: Fault[] = []
  let nodes = 0
  const at = (path: readonly unknown[]): Path => pathTo(path)
  visit(document, {
    Node(_key, node, path) {
      if (++nodes > mostNodes) {
        faults.push({ path: [], detail: `has more than ${mostNodes} entries` })
        return visit.BREAK
      }
      if (path.length > 2 * deepest) {
        faults.push({ path: at(path), detail: `is nested more than ${deepest} levels deep` })
        return visit.BREAK
      }
      if (isAlias(node)) faults.push({ path: at(path), detail: 'is an alias (*…): write it out' })
      else if (node.anchor !== undefined)
        faults.push({ path: at(path), detail: 'has an anchor (&…): write it out' })
      else if (isTagged(node)) faults.push({ path: at(path), detail: 'has a tag (!…): none is known here' })
      if (isMap(node)) faults.push(...namesTwice(node.items, () => at(path)))
      return faults.length > 20 ? visit.BREAK : undefined
    },
  })
  return faults
}

/** Tags that the parser finds out by itself are not written in the text. */
const isTagged = (node: Node): boolean => node.tag !== undefined && !node.tag.startsWith('tag:yaml.org,2002:')

/** `within` is asked for only where there is a fault: to find a place in a long list takes as long as the list is. */
function namesTwice(items: readonly { key: unknown }[], within: () => Path): Fault[] {
  const seen = new Set<string>()
  return items.flatMap(({ key }) => {
    if (!isScalar(key) || typeof key.value !== 'string')
      return isScalar(key) && (typeof key.value === 'number' || typeof key.value === 'boolean')
        ? [{ path: [...within(), String(key.value)], detail: 'is no text: put the name in quotes' }]
        : [{ path: within(), detail: 'has a name that is no text' }]
    if (seen.has(key.value)) return [{ path: [...within(), key.value], detail: 'stands there twice' }]
    seen.add(key.value)
    return []
  })
}

/** The names on the way to a node. */
function pathTo(ancestors: readonly unknown[]): (string | number)[] {
  return ancestors.flatMap((node, index): (string | number)[] => {
    if (isPair(node) && isScalar(node.key)) return [String(node.key.value)]
    const next = ancestors[index + 1]
    return isSeq(node) && next !== undefined ? [node.items.indexOf(next)] : []
  })
}

/** The line of the deepest part of a path that is there: of its name, where it has one. */
function placeOf(document: Document, path: Path, line: (offset: number) => number): number | null {
  let found = placeIn(document.contents)
  let node: unknown = document.contents
  for (const step of path) {
    const next = below(node, step)
    if (next === null) break
    node = next.node
    found = placeIn(next.name) ?? placeIn(node) ?? found
  }
  return found === null ? null : line(found)
}

const placeIn = (node: unknown): number | null => (isNode(node) ? (node.range?.[0] ?? null) : null)

function below(node: unknown, step: string | number): { name?: unknown; node: unknown } | null {
  if (isSeq(node) && typeof step === 'number' && step < node.items.length) return { node: node.items[step] }
  if (!isMap(node)) return null
  const pair = node.items.find(({ key }) => isScalar(key) && String(key.value) === String(step))
  return pair ? { name: pair.key, node: pair.value } : null
}
