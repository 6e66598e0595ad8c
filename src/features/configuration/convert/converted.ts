import { sha256 } from '../../../platform/crypto/index.ts'
import { version } from '../document/schema.ts'
import { writeDocument } from '../document/write-document.ts'

export type Json = Readonly<Record<string, unknown>>

/** What was made of another system's export, and what could not be carried over. */
export interface Converted {
  clients: Record<string, Json>
  identity_providers: Record<string, Json>
  users: Json[]
  warnings: string[]
}

export const nothing = (): Converted => ({ clients: {}, identity_providers: {}, users: [], warnings: [] })

export const textIn = (from: Json | undefined, name: string): string | undefined => {
  const value = from?.[name]
  return typeof value === 'string' && value !== '' ? value : undefined
}

export const objectIn = (from: Json | undefined, name: string): Json => {
  const value = from?.[name]
  return isObject(value) ? value : {}
}

export const isObject = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

export const objectsIn = (from: Json, name: string): Json[] => {
  const value = from[name]
  return Array.isArray(value) ? value.filter(isObject) : []
}

export const textsIn = (from: Json, name: string): string[] => {
  const value = from[name]
  return Array.isArray(value) ? value.filter((one) => typeof one === 'string') : []
}

/** What is there of it. */
export const present = (fields: Json): Json =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined))

/** What a table has under a name that a stranger's file says: `constructor` and the like are none. */
export const named = <Value>(table: Readonly<Record<string, Value>>, name: string): Value | undefined =>
  Object.hasOwn(table, name) ? table[name] : undefined

/** The value where that holds; nothing otherwise. */
export const when = <Value>(holds: boolean, value: Value): Value | undefined => (holds ? value : undefined)

/** Nothing in place of an empty list. */
export const some = <Item>(items: readonly Item[]): readonly Item[] | undefined =>
  when(items.length > 0, items)

/** User names as they can be here. */
export const isUsername = (name: string | undefined): boolean =>
  name !== undefined && /^(?=.*[a-z])[a-z0-9]+([._-][a-z0-9]+)*$/.test(name) && name.length >= 3

/** What may stand for a secret: fewer characters are guessed from their hash. */
const shortestSecret = 22

/** What is kept of a client secret; undefined for one that may not be kept like that. */
export const keptSecret = (secret: string | undefined): { sha256: string }[] | undefined =>
  secret === undefined || secret.length < shortestSecret
    ? undefined
    : [{ sha256: sha256(secret).toString('base64url') }]

/** Where a secret is to be put that could not be taken along. */
export const variableFor = (kind: string, name: string): { env: string } => ({
  env: `${kind}_${name}`.toUpperCase().replace(/[^A-Z0-9]+/g, '_'),
})

/** `name` without what an id here cannot have. */
export const clientIdOf = (id: string): string | null =>
  /^[A-Za-z0-9][A-Za-z0-9._~-]{1,99}$/.test(id) ? id : null

/** A slug of what a provider was called. */
export const slugOf = (name: string): string =>
  name
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '')
    .slice(0, 42)

/** Redirect addresses that are compared character by character; patterns cannot be (RFC 9700, section 2.1). */
export function exactAddresses(uris: readonly string[], whose: string, warnings: string[]): string[] {
  return uris.filter((uri) => {
    const exact = !uri.includes('*') && URL.canParse(uri) && !uri.includes('#')
    if (!exact)
      warnings.push(`${whose}: ${uri} is no whole address; name each address that people are sent back to`)
    return exact
  })
}

/** A document for each some hundred people, with what was left behind at the top. */
export function writeConverted(
  from: string,
  { clients, identity_providers: providers, users, warnings }: Converted,
): string {
  const notes = [`Made from ${from}. What was not carried over:`, ...warnings.map((one) => `- ${one}`)]
  const head = warnings.length > 0 ? notes : [`Made from ${from}. Everything was carried over.`]
  const sections = {
    ...(Object.keys(providers).length > 0 && { identity_providers: providers }),
    ...(Object.keys(clients).length > 0 && { clients }),
  }
  const pages = Array.from({ length: Math.ceil(users.length / rows) }, (_, page) =>
    users.slice(page * rows, (page + 1) * rows),
  )
  return [
    head.map((line) => `# ${line.replace(/[\r\n\p{C}]+/gu, ' ')}\n`).join(''),
    writeDocument({ version, ...sections }),
    ...pages.map((some) => `---\n${writeDocument({ version, users: some })}`),
  ].join('')
}

const rows = 500
