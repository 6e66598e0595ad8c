import { z } from 'zod'

import { httpErrors, page, type PageReply, type PageRoute } from '../../platform/http/index.ts'
import { decisionsOf, type Document, groupsOf, type Library, openLibrary } from './library.ts'
import { openReference, type Reference } from './reference/index.ts'

/** One word of a path: whatever else is written there names nothing. */
const Slug = z.object({ slug: z.string().transform((slug) => (/^[\w-]{1,100}$/.test(slug) ? slug : '')) })
const Words = z.object({ q: z.string().max(200).default('') })

/** Makes the OpenAPI document, or hands out the one that is made already. */
export type Describe = () => Promise<object>

/** The pages below `/docs`. What they show is made when somebody asks for it first. */
export function pages(describe: Describe): PageRoute[] {
  let opened: Promise<Library> | undefined
  let referred: Promise<Reference> | undefined
  const library = () => (opened ??= openLibrary())
  const reference = () => (referred ??= describe().then(openReference))
  return [
    page({
      method: 'get',
      path: '/docs',
      summary: 'Show what there is to read',
      handle: async () => show('documentation/home', await library(), null, {}),
    }),
    page({
      method: 'get',
      path: '/docs/search',
      summary: 'Search the documentation',
      query: Words,
      async handle({ query }) {
        const books = await library()
        const words = query.q.trim()
        return show('documentation/search', books, 'search', { words, found: books.search(words) })
      },
    }),
    page({
      method: 'get',
      path: '/docs/decisions',
      summary: 'List the decisions',
      async handle() {
        const books = await library()
        const decisions = decisionsOf(books).map(({ slug, title }) => ({ slug, title }))
        return show('documentation/decisions', books, 'decisions', { decisions })
      },
    }),
    page({
      method: 'get',
      path: '/docs/api',
      summary: 'List the operations of the API',
      async handle() {
        const { tags } = await reference()
        return show('documentation/api', await library(), 'api', { tags })
      },
    }),
    page({
      method: 'get',
      path: '/docs/api/:slug',
      summary: 'Describe the operations of one tag',
      params: Slug,
      async handle({ params }) {
        const tag = (await reference()).tags.find(({ slug }) => slug === params.slug)
        if (!tag) throw httpErrors.no_such_path()
        return show('documentation/tag', await library(), 'api', { tag })
      },
    }),
    page({
      method: 'get',
      path: '/docs/decisions/:slug',
      summary: 'Show a decision',
      params: Slug,
      handle: async ({ params }) => showDocument(await library(), `decisions/${params.slug}`),
    }),
    page({
      method: 'get',
      path: '/docs/:slug',
      summary: 'Show a document',
      params: Slug,
      handle: async ({ params }) => showDocument(await library(), params.slug),
    }),
  ]
}

/** @throws no_such_path (404): there is no such document. */
function showDocument(library: Library, slug: string): PageReply {
  const document = library.documents.get(slug)
  if (!document) throw httpErrors.no_such_path()
  return show('documentation/document', library, slug, { document: shown(document) })
}

const shown = ({ slug, title, html, sections }: Document) => ({
  ...{ slug, title, html },
  contents: sections.filter(({ level }) => level === 2).map(({ id, title: text }) => ({ id, title: text })),
})

/** The same for everybody but for language and brand: kept by browsers, and asked after each time. */
function show(
  view: string,
  library: Library,
  current: string | null,
  locals: Record<string, unknown>,
): PageReply {
  const words = ''
  return { view, locals: { words, ...locals, groups: groupsOf(library), current }, revalidated: true }
}
