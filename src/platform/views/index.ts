/**
 * Server-rendered pages: templates, texts and assets of `views/`, all read once when the process starts. Afterwards no
 * request can reach a file, so no name in a request or a template can either.
 *
 * `views/<feature>/<page>.liquid` fills the blocks of `views/layout.liquid`; `views/partials/` is shared pieces. Pages say
 * in a comment at their top what they need. Whatever is printed is escaped; only `raw` filters of filters.ts make HTML.
 */
import { readdir, readFile } from 'node:fs/promises'
import { join, sep } from 'node:path'
import { Liquid } from 'liquidjs'

import { type Asset, readAssets } from './assets.ts'
import { type Brand, brandVersion } from './brand.ts'
import { filters, type Speech } from './filters.ts'
import { readTexts } from './texts.ts'

export type { Asset } from './assets.ts'
export { type Brand, brandStylesheet, brandVersion } from './brand.ts'

export interface Page {
  /** One of `Views.languages`; another one is answered in the default language. */
  language: string
  brand: Brand
  /** What the page needs; see the comment at its top. A value that is missing altogether is an error, `null` is not. */
  locals: Record<string, unknown>
}

export interface Views {
  /**
   * Renders views/<name>.liquid (`authentication/login`) inside views/layout.liquid.
   * @throws Error when there is no such page, or a local or a text it needs is missing: a page is never half there
   */
  render(name: string, page: Page): Promise<string>
  /** Stylesheet, script and icon, by URL path with a hash of the content in it. */
  assets: ReadonlyMap<string, Asset>
  /** Languages there are texts for; the first is the default. */
  languages: readonly [string, ...string[]]
}

const defaultLanguage = 'en'

/** Reads everything below `directory` (the project's `views/`) and parses every template, so a broken one stops the start. */
export async function openViews(directory: string): Promise<Views> {
  const templates = await readTemplates(directory)
  const assets = await readAssets(join(directory, 'assets'))
  const texts = await readTexts(join(directory, 'texts'))
  const engines = new Map(
    [...texts].map(([language, found]) => [
      language,
      openEngine(templates, { language, texts: found, assets: assets.pathOf }),
    ]),
  )
  const fallback = engines.get(defaultLanguage)
  if (!fallback) throw new Error(`There are no texts for ${defaultLanguage}`)
  const languageNames = Object.fromEntries(
    [...texts].map(([language, found]) => [language, found.get('language.name') ?? language] as const),
  )

  return {
    assets: assets.byPath,
    languages: [defaultLanguage, ...[...texts.keys()].filter((language) => language !== defaultLanguage)],
    async render(name, { language, brand, locals }) {
      if (!isPage(name) || !Object.hasOwn(templates, name)) throw new Error(`There is no page ${name}`)
      const frame = {
        language: engines.has(language) ? language : defaultLanguage,
        languageNames,
        brand,
        brandVersion: brandVersion(brand),
      }
      const engine = engines.get(language) ?? fallback
      return String(await engine.renderFile(name, { ...locals, ...frame }, { globals: frame }))
    },
  }
}

/** One engine a language, so that the filters know their texts. Templates come from memory alone. */
function openEngine(templates: Record<string, string>, speech: Speech): Liquid {
  const engine = new Liquid({
    templates,
    cache: true,
    outputEscape: 'escape',
    strictFilters: true,
    strictVariables: true,
    lenientIf: true,
    ownPropertyOnly: true,
    jsTruthy: true,
  })
  for (const [name, filter] of Object.entries(filters(speech))) engine.registerFilter(name, filter)
  for (const name of Object.keys(templates)) engine.parseFileSync(name)
  return engine
}

/** The layout and the partials are pieces of pages, and letters (`mail/`) are rendered by the sender of mail. */
function isPage(name: string): boolean {
  return name !== 'layout' && !name.startsWith('partials/') && !name.startsWith('mail/')
}

async function readTemplates(directory: string): Promise<Record<string, string>> {
  const extension = '.liquid'
  const files = (await readdir(directory, { recursive: true })).filter((file) => file.endsWith(extension))
  const entries = files.map(async (file) => {
    const name = file.slice(0, -extension.length).split(sep).join('/')
    return [name, await readFile(join(directory, file), 'utf8')] as const
  })
  return Object.fromEntries(await Promise.all(entries))
}
