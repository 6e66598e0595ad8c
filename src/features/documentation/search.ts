import type { Rendered } from './markdown.ts'

export interface Found {
  href: string
  /** Of the document, and of the section unless it is the document's beginning. */
  document: string
  section: string | null
  excerpt: string
}

export type Search = (words: string) => Found[]

const mostFound = 20

/** Words of a question that are looked for. Each is compared with thousands, and anybody may ask. */
const mostWords = 8
const excerptLength = 200

interface Indexed {
  id: string
  title: string
  text: string
  document: string
}

/** Section by section, by beginnings of words and with a slip of the finger forgiven. */
export async function openSearch(documents: readonly (Rendered & { slug: string })[]): Promise<Search> {
  const { default: MiniSearch } = await import('minisearch')
  const index = new MiniSearch<Indexed>({
    fields: ['title', 'text', 'document'],
    searchOptions: {
      ...{ boost: { title: 4, document: 2 }, combineWith: 'AND' },
      prefix: (term) => term.length > 1, // nearly every word begins with some letter
      fuzzy: (term) => (term.length > 3 ? 0.15 : false),
    },
  })
  const entries = new Map<string, Indexed>()
  for (const { slug, title, sections } of documents) {
    for (const section of sections) {
      const id = section.level < 2 ? slug : `${slug}#${section.id}`
      const before = entries.get(id)?.text ?? ''
      entries.set(id, { id, title: section.title, text: before + section.text, document: title })
    }
  }
  index.addAll([...entries.values()])
  return (words) =>
    index
      .search(wordsOf(words))
      .slice(0, mostFound)
      .flatMap(({ id, terms }) => {
        const entry = entries.get(String(id))
        return entry ? [toFound(entry, terms)] : []
      })
}

/** Cut as the index cuts; each once, so that a question costs no more for saying a word a hundred times. */
const wordsOf = (question: string): string =>
  [...new Set(question.toLowerCase().split(/[\n\r\p{Z}\p{P}]+/u))]
    .filter(Boolean)
    .slice(0, mostWords)
    .join(' ')

function toFound({ id, title, text, document }: Indexed, terms: readonly string[]): Found {
  return {
    href: `/docs/${id}`,
    document,
    section: id.includes('#') ? title : null,
    excerpt: excerptOf(text, terms),
  }
}

/** What stands around the first of the words. */
function excerptOf(text: string, terms: readonly string[]): string {
  const flat = text.replace(/\s+/g, ' ').trim()
  const places = terms.map((term) => flat.toLowerCase().indexOf(term)).filter((place) => place >= 0)
  const from = Math.max(0, Math.min(...places, flat.length) - 60)
  const begin = places.length === 0 || from === 0 ? 0 : flat.indexOf(' ', from) + 1
  const piece = flat.slice(begin, begin + excerptLength)
  return `${begin > 0 ? '… ' : ''}${piece}${begin + excerptLength < flat.length ? ' …' : ''}`
}
