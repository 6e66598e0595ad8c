import type { Fault, Path } from './fault.ts'

/** Where a secret may stand, and so a word for where it is kept. */
const secretNames: ReadonlySet<string> = new Set(['secret', 'secrets', 'seed', 'password'])

/** Gives what a reference names. @throws Error with a sentence for the operator */
export interface Keeper {
  variable(name: string): string
  file(path: string): string
}

/** In place of secrets that are kept elsewhere: `{env: NAME}`, `{file: PATH}`. Without a keeper each is a fault. */
export function withSecrets(value: unknown, keeper: Keeper | null): { value: unknown; faults: Fault[] } {
  const faults: Fault[] = []
  const resolve = (one: unknown, path: Path, secret: boolean): unknown => {
    if (Array.isArray(one)) return one.map((item, index) => resolve(item, [...path, index], secret))
    if (typeof one !== 'object' || one === null) return one
    const entries = Object.entries(one)
    const [entry] = entries
    if (secret && entry && entries.length === 1 && (entry[0] === 'env' || entry[0] === 'file'))
      return fetched(entry[0], entry[1], path)
    return Object.fromEntries(
      entries.map(([name, item]) => [name, resolve(item, [...path, name], secretNames.has(name))]),
    )
  }
  function fetched(kind: 'env' | 'file', named: unknown, path: Path): unknown {
    if (keeper === null) {
      const detail = `is a reference ({${kind}: …}), which only the command line reads: give the secret itself`
      faults.push({ path, detail })
      return ''
    }
    if (typeof named !== 'string' || named === '') {
      faults.push({ path, detail: `needs a name: {${kind}: NAME}` })
      return ''
    }
    try {
      return kind === 'env' ? keeper.variable(named) : keeper.file(named)
    } catch (error) {
      faults.push({ path, detail: error instanceof Error ? error.message : String(error) })
      return ''
    }
  }
  return { value: resolve(value, [], false), faults }
}
