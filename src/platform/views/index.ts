/**
 * Server-rendered pages: templates, texts and assets of `views/`, all read once when the process starts. Afterwards no
 * request can reach a file, so no name in a request or a template can either.
 *
 * `views/<feature>/<page>.liquid` fills the blocks of `views/layout.liquid`; `views/partials/` is shared pieces. Pages say
 * in a comment at their top what they need. Whatever is printed is escaped; only `raw` filters of filters.ts make HTML.
 * `views/mail/` are the three forms of every letter, `views/sms/` that of text messages; what is printed in those that are no
 * HTML is not escaped.
 */
import { readdir, readFile } from 'node:fs/promises'
import { join, sep } from 'node:path'
import { Liquid } from 'liquidjs'

import { type Asset, readAssets } from './assets.ts'
import { type Brand, brandVersion, letterColors } from './brand.ts'
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
  /**
   * Renders the letter whose texts are `mail.<name>`, by the templates of views/mail.
   * @throws Error as `render` does
   */
  letter(name: string, page: Page): Promise<Letter>
  /**
   * Renders the text message whose text is `sms.<name>`, by the template of views/sms.
   * @throws Error as `render` does
   */
  message(name: string, page: Page): Promise<string>
  /** Stylesheet, script and icon, by URL path with a hash of the content in it. */
  assets: ReadonlyMap<string, Asset>
  /** Languages there are texts for; the first is the default. */
  languages: readonly [string, ...string[]]
}

/** A letter, ready to be sent. */
export interface Letter {
  /** One line. */
  subject: string
  text: string
  html: string
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
  const letterTemplates = Object.fromEntries(Object.entries(templates).filter(([name]) => isLetterPart(name)))
  const plainEngines = new Map(
    [...texts].map(([language, found]) => [
      language,
      openEngine(letterTemplates, { language, texts: found, assets: assets.pathOf }, 'as it is'),
    ]),
  )
  const fallback = engines.get(defaultLanguage)
  if (!fallback) throw new Error(`There are no texts for ${defaultLanguage}`)
  const frameOf = ({ language, brand }: Page) => ({
    language: engines.has(language) ? language : defaultLanguage,
    languageNames,
    brand,
    brandVersion: brandVersion(brand),
  })
  const languageNames = Object.fromEntries(
    [...texts].map(([language, found]) => [language, found.get('language.name') ?? language] as const),
  )

  return {
    assets: assets.byPath,
    languages: [defaultLanguage, ...[...texts.keys()].filter((language) => language !== defaultLanguage)],
    async render(name, page) {
      if (!isPage(name) || !Object.hasOwn(templates, name)) throw new Error(`There is no page ${name}`)
      const frame = frameOf(page)
      const engine = engines.get(page.language) ?? fallback
      return String(await engine.renderFile(name, { ...page.locals, ...frame }, { globals: frame }))
    },
    async letter(name, page) {
      const frame = frameOf(page)
      const scope = {
        ...letterFrame,
        ...page.locals,
        letter: name,
        colors: letterColors(page.brand),
        ...frame,
      }
      const part = async (engine: Liquid | undefined, file: string) =>
        String(await (engine ?? fallback).renderFile(`mail/${file}`, scope, { globals: frame }))
      const plain = plainEngines.get(frame.language)
      return {
        subject: (await part(plain, 'subject')).replaceAll(/\s+/g, ' ').trim(), // one line, whatever a value holds
        text: (await part(plain, 'text')).trim() + '\n',
        html: (await part(engines.get(frame.language), 'html')).trim() + '\n',
      }
    },
    async message(name, page) {
      const frame = frameOf(page)
      const engine = plainEngines.get(frame.language) ?? fallback
      const scope = { ...page.locals, message: name, ...frame }
      return String(await engine.renderFile('sms/text', scope, { globals: frame })).trim()
    },
  }
}

/** What a letter may tell; the templates ask for each. */
const letterFrame = { url: null, expiresAt: null, at: null, browser: null, place: null, reasons: null }

/** One engine a language, so that the filters know their texts. Templates come from memory alone. */
function openEngine(
  templates: Record<string, string>,
  speech: Speech,
  output: 'escaped' | 'as it is' = 'escaped',
): Liquid {
  const engine = new Liquid({
    templates,
    cache: true,
    ...(output === 'escaped' && { outputEscape: 'escape' as const }),
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

/** The layout and the partials are pieces of pages; letters and messages are rendered by functions of their own. */
function isPage(name: string): boolean {
  return name !== 'layout' && !name.startsWith('partials/') && !isLetterPart(name)
}

const isLetterPart = (name: string): boolean => /^(mail|sms)\//.test(name)

async function readTemplates(directory: string): Promise<Record<string, string>> {
  const extension = '.liquid'
  const files = (await readdir(directory, { recursive: true })).filter((file) => file.endsWith(extension))
  const entries = files.map(async (file) => {
    const name = file.slice(0, -extension.length).split(sep).join('/')
    return [name, await readFile(join(directory, file), 'utf8')] as const
  })
  return Object.fromEntries(await Promise.all(entries))
}
