import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'chai'

import { openSearch } from '../../src/features/documentation/search.ts'
import { sharedStage } from '../support/shared-stage.ts'

/** The codes of every error table in the sources, as they are written there. */
function codesInSource(): string[] {
  const files = readdirSync('src', { recursive: true, encoding: 'utf8' }).filter(
    (name) => name.endsWith('.ts') && !/^features\/(backups|terminal|doctor|samples)\//.test(name), // only commands say those
  )
  return files.flatMap((name) => {
    const text = readFileSync(join('src', name), 'utf8')
    const tables = [...text.matchAll(/defineErrors\(\{([^]*?)\n\}\)/g)].map(([, table = '']) => table)
    return tables.flatMap((table) => [...table.matchAll(/^ {2}(\w+): \{/gm)].map(([, code = '']) => code))
  })
}

/** Whether there is such a page, with such an anchor. */
function leads(pages: ReadonlyMap<string, string>, path: string, hash: string): boolean {
  if (['/docs/api', '/docs/decisions'].includes(path)) return true
  return (
    pages.get(path)?.includes(hash === '' ? '<article' : `id="${decodeURIComponent(hash.slice(1))}"`) === true
  )
}

describe('the documentation', () => {
  const site = sharedStage()
  const get = (path: string, headers: Record<string, string> = {}) =>
    fetch(site().issuer + path, { headers: { accept: 'text/html', ...headers } })
  const read = async (path: string) => (await get(path)).text()

  it('shows every document of docs/ as a page, and leads from one to the other', async () => {
    const home = await read('/docs')
    const slugs = readdirSync('docs')
      .filter((name) => name.endsWith('.md'))
      .map((name) => name.slice(0, -3))
    expect(slugs).to.include.members(['get-started', 'integrate', 'applications', 'operations', 'secure'])
    const pages = new Map<string, string>()
    for (const slug of slugs) {
      expect(home, slug).to.include(`href="/docs/${slug}"`)
      const reply = await get(`/docs/${slug}`)
      expect(reply.status, slug).to.equal(200)
      pages.set(`/docs/${slug}`, await reply.text())
    }
    const decisions = await read('/docs/decisions')
    for (const [, path = ''] of decisions.matchAll(/href="(\/docs\/decisions\/[\w-]+)"/g))
      pages.set(path, await read(path))
    expect(pages.size).to.be.greaterThan(40)

    const broken = [...pages].flatMap(([page, html]) =>
      [...html.slice(html.indexOf('<article')).matchAll(/href="([^"]+)"/g)]
        .map(([, href = '']) => new URL(href, `http://docs${page}`))
        .filter(({ host, pathname, hash }) => host === 'docs' && !leads(pages, pathname, hash))
        .map(({ pathname, hash }) => `${page}: ${pathname}${hash}`),
    )
    expect(broken).to.deep.equal([])
  })

  it('holds no style and no script of its own in any page, under the policy of all pages', async () => {
    for (const path of [
      '/docs',
      '/docs/operations',
      '/docs/api',
      '/docs/api/users',
      '/docs/search?q=token',
    ]) {
      const reply = await get(path)
      const html = await reply.text()
      expect(html.match(/<script(?! src="\/assets)|\sstyle=|<style|\son\w+=/g), path).to.equal(null)
      expect(reply.headers.get('content-security-policy'), path).to.include("script-src 'self'; ")
    }
  })

  it('answers 304 to a browser that has the page, and another page in another language', async () => {
    const first = await get('/docs/secure')
    const etag = first.headers.get('etag') ?? ''
    expect(first.headers.get('cache-control')).to.equal('private, no-cache')
    const again = await get('/docs/secure', { 'if-none-match': etag })
    expect([again.status, await again.text()]).to.deep.equal([304, ''])
    const german = await get('/docs/secure', { 'if-none-match': etag, 'accept-language': 'de' })
    expect(german.status).to.equal(200)
    expect(await german.text()).to.include('Dokumentation durchsuchen')
  })

  it('finds what is written, shows what was asked as text, and says when there is nothing', async () => {
    expect(await read('/docs/search?q=BREACHED_PASSWORDS')).to.match(/href="\/docs\/(secure|operations)/)
    expect(await read('/docs/search?q=idempotency+key')).to.include('/docs/')
    const none = await read(`/docs/search?q=${encodeURIComponent('<script>zzqqxx')}`)
    expect(none).to.include('Nothing was found').and.not.to.include('<script>zz')
    expect(await read('/docs/search')).to.include('Type a word or two')
    expect((await get(`/docs/search?q=${'x'.repeat(201)}`)).status).to.equal(400)
  })

  it('compares eight words of a question with what there is, and no single letter with beginnings', async () => {
    const text = 'one two three four five six seven eight apples'
    const search = await openSearch([
      { slug: 'x', title: 'X', html: '', sections: [{ id: '', title: 'X', level: 1, text }] },
    ])
    expect(search('one two three four five six seven eight zzqqxx')).to.have.lengthOf(1)
    expect(search('one zzqqxx')).to.be.empty
    expect(search('app')).to.have.lengthOf(1)
    expect(search('a '.repeat(100))).to.be.empty
  })

  it('says of every error code in the source its status and title', async () => {
    const html = await read('/docs/troubleshooting')
    const codes = new Set(codesInSource())
    expect(codes.size).to.be.greaterThan(100)
    for (const code of codes) expect(html, code).to.include(`id="${code}"`)
    expect(html).to.match(/id="session_not_found"[^]{0,200}<strong>404<\/strong>: There is no such session/)
  })

  it('knows no other path, and no file (ST-03: no version is shown)', async () => {
    const others = [
      'nothing',
      'api/nothing',
      'decisions/nothing',
      '..%2Fpackage',
      'decisions%2F0001-floors',
      '%2e%2e%2f%2e%2e',
    ]
    for (const path of others) expect((await get(`/docs/${path}`)).status, path).to.equal(404)
    const { version } = JSON.parse(readFileSync('package.json', 'utf8')) as { version: string }
    const { headers } = await get('/docs')
    expect(await read('/docs')).not.to.include(version)
    expect(JSON.stringify([...headers])).not.to.include(version)
  })
})

describe('the API reference', () => {
  const site = sharedStage()

  it('has every operation of the OpenAPI document under its tag, with who may call it and how', async () => {
    const { issuer } = site()
    const document = (await (await fetch(`${issuer}/openapi.json`)).json()) as {
      tags: { name: string }[]
      paths: Record<string, Record<string, { operationId: string; tags: string[]; security: object[] }>>
    }
    const read = async (path: string) => (await fetch(issuer + path)).text()
    const all = await read('/docs/api')
    for (const { name } of document.tags) {
      const slug = name.replace(/^\W+/, '').replaceAll(/\W+/g, '-')
      expect(all).to.include(`href="/docs/api/${slug}"`)
      const html = await read(`/docs/api/${slug}`)
      for (const [path, methods] of Object.entries(document.paths)) {
        for (const [method, { operationId, tags, security }] of Object.entries(methods)) {
          if (!tags.includes(name)) continue
          const from = html.indexOf(`id="${operationId}"`)
          expect(from, operationId).to.be.greaterThan(0)
          const section = html.slice(from, html.indexOf('</section>', from))
          expect(section).to.include(`${method.toUpperCase()} ${path}`).and.to.include('curl -sS')
          const [permission] = Object.values(security[0] ?? {}).flat() as string[]
          if (permission !== undefined) expect(section).to.include(permission)
        }
      }
    }
  })
})
