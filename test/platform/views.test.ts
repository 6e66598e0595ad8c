import { readFile } from 'node:fs/promises'
import { expect } from 'chai'

import { pickLanguage } from '../../src/lib/language.ts'
import { type Brand, brandStylesheet, brandVersion, openViews } from '../../src/platform/views/index.ts'
import { grounds } from '../../src/platform/views/brand.ts'
import { contrast, parseColor } from '../../src/platform/views/contrast.ts'
import { readTexts } from '../../src/platform/views/texts.ts'
import { languageLinks, type Sample, samples } from '../support/sample-pages.ts'

const brand: Brand = { name: 'Gatehouse', logoUrl: null, accent: '#1f5f4a', accentDark: '#8fd8b6' }
const views = await openViews('views')
const texts = await readTexts('views/texts')

/** Calls itself one thing, looks like another, and breaks out of text, attributes and elements. */
const hostile = `</title></p><script>alert(1)</script>"' onload='x\u202Egnp.exe\u2066`

describe('pages', () => {
  for (const language of views.languages) {
    for (const { id, page, locals } of samples) {
      it(`shows ${id} in ${language}, with one heading and one main part`, async () => {
        const html = await render(page, locals, language)

        expect(html).to.include(`<html lang="${language}">`)
        expect(html.match(/<h1[ >]/g)).to.have.lengthOf(1)
        expect(html.match(/<main>/g)).to.have.lengthOf(1)
        expect(html).not.to.match(/\[object|undefined|\{\w+\}|<title>\s*·/)
        expect(html.match(/<[^>]* (id="[^"]+")/g) ?? []).to.satisfy(allDifferent)
      })
    }
  }

  it('runs nothing inline and loads nothing from elsewhere, as the content security policy demands', async () => {
    for (const { page, locals } of samples) {
      const html = await render(page, locals)
      expect(html).not.to.match(/<style|\sstyle=|\son\w+=|<script>|<base|href="javascript:/i)
      expect(html.match(/<(script|link|img)[^>]*(src|href)="(?!\/assets\/|data:image)/g)).to.equal(null)
    }
  })

  it('shows what other people wrote as text, marks characters that turn the direction, and isolates it', async () => {
    for (const { page, locals } of samples) {
      if (page.startsWith('documentation/')) continue // all that it shows is written by us
      const html = await render(page, poison(locals))

      expect(html, page).not.to.include('<script>alert')
      const titles = html.replaceAll(/(<rect [^>]*>)<title>[^<]*<\/title>/g, '$1') // a bar of a chart has one too
      expect(titles.match(/<title>[^<]*<\/title>/g), page).to.have.lengthOf(1)
      expect(html.match(/onload='/g), page).to.equal(null)
      // Addresses, names of fields, classes and what passkeys are told of are not read, and a field shows its owner what he wrote himself.
      const unread = `name|value|action|href|hx-get|src|alt|class|data-(?:passkey-owner|passkeys-accepted|rp-id|user-id|name|display-name)`
      const shown = html.replaceAll(new RegExp(` (${unread})="[^"]*"|>[^<]*</textarea>`, 'g'), '')
      expect(shown, page).not.to.match(/[\u202A-\u202E\u2066\u2067]/)
    }
  })

  it('isolates the name of a client inside a sentence and inside the title', async () => {
    const html = await render('authentication/consent', poison(sample('consent').locals))

    expect(html).to.match(
      /<h1>Let <bdi>&#60;\/title&#62;[^<]*x\uFFFDgnp\.exe\uFFFD<\/bdi> use your account\?<\/h1>/,
    )
    expect(html).to.match(/<title>Let \u2068[^<]*\u2069 use your account\? · Gatehouse<\/title>/)
  })

  it('makes no link of an address that runs code, and no picture of one that is none', async () => {
    const bad = 'javascript:alert(1)'
    const client = {
      ...record(sample('consent').locals['client']),
      logoUri: bad,
      policyUri: bad,
      tosUri: bad,
    }
    const consent = await render('authentication/consent', { ...sample('consent').locals, client })
    const error = await render('error', { ...sample('error-server').locals, backUrl: '//elsewhere.example' })

    expect(consent + error).not.to.match(/script:|\/\/elsewhere/)
  })

  it('puts the button that goes on before every other that sends', async () => {
    const first = async (id: string) => {
      const html = await render(sample(id).page, sample(id).locals)
      return /<button[^>]*type="submit"[^>]*>/.exec(html)?.[0]
    }

    expect(await first('login')).to.include('primary')
    expect(await first('register')).to.include('primary')
    expect(await first('consent')).to.include('name="decision" value="approve"')
    expect(await first('logout')).to.include('name="logout" value="yes"')
  })

  it('points the fields of a refused sign-in to the reason, and keeps the password out of the page', async () => {
    const html = await render('authentication/login', sample('login-wrong').locals)

    expect(html).to.match(/role="alert" id="problem"/)
    expect(html.match(/aria-invalid="true"/g)).to.have.lengthOf(2)
    expect(html.match(/aria-describedby="problem"/g)).to.have.lengthOf(2)
    expect(html).to.match(/<input id="password"[^>]*autofocus/)
    expect(html).not.to.match(/<input id="password"[^>]*value=/)
  })

  it('shows the name of a permission that has no words of its own', async () => {
    expect(await render('authentication/consent', sample('consent-unverified').locals)).to.include(
      'tides:write',
    )
  })

  it('says something about an error it has never heard of', async () => {
    const html = await render('error', { ...sample('error-own').locals, detailKey: 'errors.no_such' })
    expect(html).to.include('Something did not work').and.to.include('something_new')
  })

  it('refuses half a page: a missing local, text or page', async () => {
    await refused(render('authentication/login', { ...sample('login').locals, csrf: undefined }), 'csrf')
    await refused(
      render('authentication/login', { ...sample('login').locals, problem: 'problems.x' }),
      'problems.x',
    )
    await refused(
      render('authentication/consent', { ...sample('consent').locals, person: undefined }),
      'person',
    )
  })

  it('renders pages only: no layout, no partial, no file outside', async () => {
    for (const name of [
      'layout',
      'partials/icon',
      '../package.json',
      '/etc/passwd',
      'constructor',
      '__proto__',
    ])
      await refused(render(name, {}), 'There is no page')
  })

  it('answers in the default language when asked for one it does not speak', async () => {
    expect(await render('home', sample('home').locals, '../de')).to.include('<html lang="en">')
  })

  it('offers the other languages by their own names', async () => {
    const html = await render('home', { ...sample('home').locals, languageLinks }, 'de')
    expect(html).to.include('<a href="?ui_locales=en" lang="en" hreflang="en">English</a>')
    expect(html).to.match(/<a href="\?ui_locales=de"[^>]*aria-current="true">Deutsch<\/a>/)
  })
})

describe('texts', () => {
  it('have the same keys and the same placeholders in every language', () => {
    const shape = (language: string) =>
      [...(texts.get(language) ?? [])].map(([key, text]) => `${key} ${placeholders(text)}`).sort()

    expect(texts.size).to.be.greaterThan(1)
    for (const language of texts.keys()) expect(shape(language)).to.deep.equal(shape('en'))
  })

  it('are never empty', () => {
    for (const found of texts.values())
      for (const [key, text] of found) expect(text.trim(), key).not.to.equal('')
  })
})

describe('assets', () => {
  it('have the hash of their content in the address that pages use', async () => {
    const html = await render('home', sample('home').locals)
    const paths = [...views.assets.keys()]

    expect(paths.map((path) => path.replace(/[0-9a-f]{12}/, '#'))).to.have.members([
      '/assets/check-session.#.js',
      '/assets/console.#.css',
      '/assets/console.#.js',
      '/assets/htmx.#.js',
      '/assets/favicon.#.svg',
      '/assets/gatehouse.#.css',
      '/assets/gatehouse.#.js',
    ])
    const pages = [
      html,
      await render('oidc/check-session', {}),
      await render('console/screen', sample('console-people').locals),
    ].join('')
    for (const path of paths) expect(pages).to.include(`"${path}"`)
    expect(html).to.include(`"/assets/brand.css?v=${brandVersion(brand)}"`)
  })
})

describe('the stylesheet of a brand', () => {
  const accents = [
    '#000000',
    '#ffffff',
    '#ffff00',
    '#0000ff',
    '#ff0000',
    '#777777',
    '#767676',
    '#1f5f4a',
    '#f4f3ef',
  ]

  for (const accent of accents) {
    it(`keeps text readable with the accent ${accent}`, () => {
      const [light, dark] = brandStylesheet({ ...brand, accent, accentDark: accent }).split('@media')
      for (const [css = '', on] of [[light, grounds.light] as const, [dark, grounds.dark] as const]) {
        const color = (name: string) => parseColor(new RegExp(`--${name}: (#\\w+)`).exec(css)?.[1] ?? '')

        expect(contrast(color('on-accent'), color('accent'))).to.be.at.least(4.5)
        expect(contrast(color('on-accent'), color('accent-hover'))).to.be.at.least(4.5)
        for (const ground of on) expect(contrast(color('accent-ink'), parseColor(ground))).to.be.at.least(4.5)
      }
    })
  }

  it('knows the grounds that the stylesheet of the pages paints', async () => {
    const css = await readFile('views/assets/gatehouse.css', 'utf8')
    const painted = ['paper', 'surface', 'sunken'].map((name) =>
      [...css.matchAll(new RegExp(`--${name}: (#\\w+)`, 'g'))].map(([, color]) => color),
    )
    expect(painted.map(([light]) => light)).to.deep.equal(grounds.light)
    expect(painted.map(([, dark]) => dark)).to.deep.equal(grounds.dark)
  })

  it('has another version when a colour changes, and takes nothing but colours', () => {
    expect(brandVersion({ ...brand, accent: '#123456' })).not.to.equal(brandVersion(brand))
    for (const accent of ['red', '#12345', '#000000}body{display:none', 'url(//elsewhere)'])
      expect(() => brandStylesheet({ ...brand, accent })).to.throw('#rrggbb')
  })
})

describe('choosing a language', () => {
  const cases: [wishes: (string | undefined)[], expected: string][] = [
    [[], 'en'],
    [[undefined, undefined], 'en'],
    [['de'], 'de'],
    [['DE'], 'de'],
    [['de-AT'], 'de'],
    [['de-Latn-AT-1996'], 'de'],
    [['fr de en'], 'de'],
    [['fr', 'de,en;q=0.5'], 'de'],
    [['en', 'de'], 'en'],
    [[undefined, 'fr-CH, fr;q=0.9, de;q=0.8, en;q=0.7, *;q=0.5'], 'de'],
    [[undefined, 'en;q=0.2, de ; q=0.9'], 'de'],
    [[undefined, 'de;q=0, en;q=0.1'], 'en'],
    [[undefined, 'de;q=2'], 'en'],
    [[undefined, '*, de;q=0.5'], 'en'],
    [['pt'], 'pt-BR'],
    [['pt-br'], 'pt-BR'],
    [['pt-PT'], 'en'],
    [['d'], 'en'],
    [['deu'], 'en'],
    [['constructor'], 'en'],
    [[`${'x '.repeat(10_000)}de`], 'en'],
    [[`${'x,'.repeat(21)}de`], 'en'],
  ]
  for (const [wishes, expected] of cases) {
    it(`${JSON.stringify(wishes).slice(0, 70)} -> ${expected}`, () => {
      expect(pickLanguage(['en', 'de', 'pt-BR'], ...wishes)).to.equal(expected)
    })
  }
})

function render(name: string, locals: Record<string, unknown>, language = 'en'): Promise<string> {
  return views.render(name, { language, brand, locals })
}

async function refused(rendering: Promise<string>, reason: string): Promise<void> {
  const error: unknown = await rendering.then(
    () => null,
    (thrown: unknown) => thrown,
  )
  expect(error).to.be.instanceOf(Error)
  expect(String(error)).to.include(reason)
}

function sample(id: string): Sample {
  const found = samples.find((each) => each.id === id)
  if (!found) throw new Error(`There is no sample ${id}`)
  return found
}

/** The same data with every text replaced by a hostile one, but for those that are keys of ours. */
function poison(value: Record<string, unknown>): Record<string, unknown> {
  const ours =
    /^(problems|fields|scopes|demo|account|console|errors|ask_mail|mail_sent|by_mail|proven|verify|risk|claims)\./
  // What a piece of a page is, and what a field is called, no person writes.
  const shape = new Set(['act', 'kind', 'tone', 'type'])
  const isShape = (of: object, key: string) => shape.has(key) || (key === 'name' && 'options' in of)
  const one = (each: unknown): unknown => {
    if (typeof each === 'string') return ours.test(each) ? each : hostile
    if (Array.isArray(each)) return each.map(one)
    if (each instanceof Date || typeof each !== 'object' || each === null) return each
    return Object.fromEntries(
      Object.entries(each).map(([key, inner]) => [key, isShape(each, key) ? inner : one(inner)]),
    )
  }
  return record(one(value))
}

function record(value: unknown): Record<string, unknown> {
  return Object.fromEntries(Object.entries(value ?? {}))
}

function placeholders(text: string): string {
  return [...text.matchAll(/\{(\w+)\}/g)]
    .map(([, name]) => name)
    .sort()
    .join(' ')
}

function allDifferent(items: string[]): boolean {
  const ids = items.map((item) => item.replace(/.* id=/, ''))
  return new Set(ids).size === ids.length
}
