import { readdir, readFile } from 'node:fs/promises'
import { join, sep } from 'node:path'

import { definedErrors } from '../../platform/errors.ts'
import { openRenderer, type Rendered } from './markdown.ts'
import { openSearch, type Search } from './search.ts'
import { troubleshooting } from './troubleshooting.ts'

/** Beside `src/` in a clone, and beside the compiled one in a package. */
const directory = join(import.meta.dirname, '../../../docs')

export interface Document extends Rendered {
  /** `decisions/0001-floors` */
  slug: string
}

export interface Library {
  /** By slug. */
  documents: ReadonlyMap<string, Document>
  search: Search
}

/** Where documents stand in the navigation; one that is not named here stands in the last group. */
const groups: readonly (readonly [name: string, slugs: readonly string[]])[] = [
  ['begin', ['get-started', 'applications', 'integrate', 'migrate']],
  ['run', ['operations', 'secure', 'troubleshooting']],
  ['look_up', ['standards', 'events', 'schema', 'threat-model']],
]

export interface Group {
  name: string
  documents: { slug: string; title: string }[]
}

/** Reads and renders every document once. What a request names is looked up here and never at the disk. */
export async function openLibrary(): Promise<Library> {
  const sources = await readSources()
  const render = await openRenderer()
  const known = (slug: string) => slug === 'decisions' || slug === 'api' || sources.has(slug)
  const documents = new Map(
    [...sources].map(([slug, source]) => [slug, { slug, ...render(source, slug, known) }] as const),
  )
  return { documents, search: await openSearch([...documents.values()]) }
}

async function readSources(): Promise<Map<string, string>> {
  const names = (await readdir(directory, { recursive: true })).filter((name) => name.endsWith('.md')).sort()
  const entries = names.map(async (name) => {
    const slug = name.slice(0, -'.md'.length).split(sep).join('/')
    return [slug, await readFile(join(directory, name), 'utf8')] as const
  })
  const sources = new Map(await Promise.all(entries))
  sources.set('troubleshooting', (sources.get('troubleshooting') ?? '') + troubleshooting(definedErrors()))
  return sources
}

export const decisionsOf = ({ documents }: Library): Document[] =>
  [...documents.values()].filter(({ slug }) => slug.startsWith('decisions/'))

export function groupsOf({ documents }: Library): Group[] {
  const named = new Set(groups.flatMap(([, slugs]) => slugs))
  const others = [...documents.keys()].filter((slug) => !named.has(slug) && !slug.includes('/'))
  return groups.map(([name, slugs], index) => {
    const all = index === groups.length - 1 ? [...slugs, ...others] : slugs
    const there = all.flatMap((slug) => documents.get(slug) ?? [])
    return { name, documents: there.map(({ slug, title }) => ({ slug, title })) }
  })
}
