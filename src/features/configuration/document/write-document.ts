import { stringify } from 'yaml'

/** Data as YAML that is the same whenever the data is: names in order but for `first` ones, no wrapping, nothing shared. */
export function writeDocument(value: Record<string, unknown>): string {
  return stringify(inOrder(value), {
    schema: 'core',
    version: '1.2',
    lineWidth: 0,
    aliasDuplicateObjects: false,
    indentSeq: true,
    minContentWidth: 0,
  })
}

/** What a person looks for first. */
const first = ['version', 'name', 'claim']

function rank(name: string): number {
  const at = first.indexOf(name)
  return at === -1 ? first.length : at
}

export function inOrder(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(inOrder)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(entriesInOrder(value).map(([name, one]) => [name, inOrder(one)]))
}

/** What is not undefined. Names that are whole numbers come first, as in every object (ECMA-262, OrdinaryOwnPropertyKeys). */
export function entriesInOrder(value: object): [string, unknown][] {
  const entries = Object.entries(value).filter(([, one]) => one !== undefined)
  entries.sort(([one], [other]) => rank(one) - rank(other) || (one < other ? -1 : 1))
  return Object.entries(Object.fromEntries(entries))
}
