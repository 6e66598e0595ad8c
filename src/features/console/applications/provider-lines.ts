import { valueIn } from '../json-fields.ts'
import { text } from '../shown.ts'

/** What a textarea says in lines of a name and a value; a name alone has an empty one, which the operation refuses. */
const pairsIn = (written: string): [string, string][] =>
  written
    .split('\n')
    .map((line) => /^\s*([^\s:=]+)[\s:=]*(.*?)\s*$/.exec(line))
    .flatMap((match) => (match?.[1] === undefined ? [] : [[match[1], match[2] ?? '']]))

const linesOf = (pairs: readonly (readonly [string, string])[]): string =>
  pairs.map(([name, value]) => `${name} ${value}`).join('\n')

/** Texts stand as they are, everything else as JSON: `issuer https://id.example.com`, `audiences ["a","b"]`. */
export const optionsIn = (written: string): Record<string, unknown> =>
  Object.fromEntries(
    pairsIn(written).map(([name, value]) => [
      name,
      /^(\[|\{|true$|false$)/.test(value) ? valueIn(value) : value,
    ]),
  )

export const writtenOption = (value: unknown): string =>
  typeof value === 'string' ? value : JSON.stringify(value)

export const writtenOptions = (options: Record<string, unknown>): string =>
  linesOf(Object.entries(options).map(([name, value]) => [name, writtenOption(value)]))

/** Options change name by name: one that stands there no more is taken away. */
export const changedOptions = (
  before: Record<string, unknown>,
  after: Record<string, unknown>,
): Record<string, unknown> => ({
  ...Object.fromEntries(Object.keys(before).map((name) => [name, null])),
  ...after,
})

/** `nickname /login`; `nickname none` where a claim is not taken, whatever the connector says. */
export const mappingIn = (written: string): Record<string, string | null> =>
  Object.fromEntries(pairsIn(written).map(([claim, pointer]) => [claim, pointer === 'none' ? null : pointer]))

export const writtenMapping = (mapping: Record<string, unknown>): string =>
  linesOf(Object.entries(mapping).map(([claim, pointer]) => [claim, text(pointer) || 'none']))
