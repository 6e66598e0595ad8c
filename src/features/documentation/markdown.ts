import { posix } from 'node:path'
import type { MarkdownIt, Token } from 'markdown-it'

/** What stands between two headings, for the list of contents and for the search. */
export interface Section {
  /** Of the heading, as in `/docs/integrate#google`; empty for what stands before the first. */
  id: string
  title: string
  level: number
  text: string
}

export interface Rendered {
  title: string
  html: string
  sections: Section[]
}

export type Renderer = (source: string, at: string, known: (slug: string) => boolean) => Rendered

/** Loaded by the first who reads: no start waits for it. */
export async function openRenderer(): Promise<Renderer> {
  const { default: Markdown } = await import('markdown-it')
  const markdown = new Markdown({ html: false, linkify: false, typographer: false }).disable('image')
  dress(markdown)
  return (source, at, known) => {
    const tokens = markdown.parse(source, {})
    const sections = withSections(tokens)
    for (const token of tokens) {
      withoutStyle(token)
      if (token.children) token.children = rewritten(token.children, at, known)
    }
    const html = markdown.renderer.render(tokens, markdown.options, {})
    return { title: sections.find(({ level }) => level === 1)?.title ?? at, html, sections }
  }
}

/** What is wider than a phone scrolls by itself, and can be reached by the keys that scroll (WCAG 2.2, 2.1.1). */
function dress({ renderer, utils }: MarkdownIt): void {
  renderer.rules.table_open = () => '<div class="scroll" tabindex="0">\n<table>\n'
  renderer.rules.table_close = () => '</table>\n</div>\n'
  const code = (tokens: readonly Token[], index: number) =>
    `<pre tabindex="0"><code>${utils.escapeHtml(tokens[index]?.content ?? '')}</code></pre>\n`
  renderer.rules.fence = code
  renderer.rules.code_block = code
}

/** Gives every heading its anchor and a link to itself, and collects what stands below it. */
function withSections(tokens: Token[]): Section[] {
  const sections: Section[] = [{ id: '', title: '', level: 0, text: '' }]
  const taken = new Set<string>()
  for (const [index, token] of tokens.entries()) {
    const inline = tokens[index + 1]
    if (token.type === 'heading_open' && inline?.children) {
      const title = textOf(inline.children)
      const id = free(anchorOf(title), taken)
      token.attrSet('id', id)
      sections.push({ id, title, level: Number(token.tag.slice(1)), text: '' })
      continue
    }
    const last = sections.at(-1)
    const text = textIn(tokens, index)
    if (last && text !== '') last.text += `${text}\n`
  }
  return sections
}

function textIn(tokens: readonly Token[], index: number): string {
  const token = tokens[index]
  if (tokens[index - 1]?.type === 'heading_open' || !token) return ''
  if (token.type === 'inline') return textOf(token.children ?? [])
  return token.type === 'fence' || token.type === 'code_block' ? token.content : ''
}

const textOf = (tokens: readonly Token[]): string =>
  tokens.map(({ type, content }) => (type.endsWith('break') ? ' ' : content)).join('')

/** As forges write it, so that links work here and there: `A & B’s` -> `a--bs`. */
export const anchorOf = (title: string): string =>
  title
    .toLowerCase()
    .replace(/[^\p{L}\p{N}\s_-]/gu, '')
    .trim()
    .replace(/\s/g, '-')

function free(id: string, taken: Set<string>): string {
  let found = id
  for (let number = 1; taken.has(found); number++) found = `${id}-${number}`
  taken.add(found)
  return found
}

/** The content security policy lets no style attribute work: columns are aligned by a class. */
function withoutStyle(token: Token): void {
  const style = token.attrGet('style')
  if (typeof style !== 'string') return
  token.attrs = (token.attrs ?? []).filter(([name]) => name !== 'style')
  token.attrSet('class', style.replace('text-align:', 'align-'))
}

/** Links between documents lead to their pages; those to other files of the repository are text here. */
function rewritten(tokens: readonly Token[], at: string, known: (slug: string) => boolean): Token[] {
  let shown = true // links hold no links
  return tokens.filter((token) => {
    if (token.type === 'link_open') shown = lead(token, at, known)
    return shown || !token.type.startsWith('link_')
  })
}

/** @returns false for a link that leads to nothing here */
function lead(token: Token, at: string, known: (slug: string) => boolean): boolean {
  const href = addressOf(String(token.attrGet('href') ?? ''), at, known)
  if (href === null) return false
  token.attrSet('href', href)
  if (href.startsWith('http')) token.attrSet('rel', 'noopener noreferrer')
  return true
}

/** @returns null for what has no page here */
export function addressOf(href: string, at: string, known: (slug: string) => boolean): string | null {
  if (/^https?:/.test(href) || href.startsWith('#')) return href
  const [path = '', anchor] = href.split('#', 2)
  const slug = posix.join(posix.dirname(at), path).replace(/\.md$|\/$/, '')
  return known(slug) ? `/docs/${slug}${anchor === undefined ? '' : `#${anchor}`}` : null
}
