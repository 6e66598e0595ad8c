import { keepSecret } from './canary.ts'

/** A browser as far as HTTP goes: follows redirects, keeps cookies by path, submits forms. No scripts. */
export interface Browser {
  /** The answer at the end of the redirects, or the first one that leads to a URL `until` accepts. */
  go(url: string, options?: GoOptions): Promise<Landing>
  /** Fills in and submits the form of the page last seen. */
  submit(
    fields: Record<string, string>,
    options?: GoOptions & { form?: number; headers?: Record<string, string> },
  ): Promise<Landing>
  /** Forms of the page last seen. */
  forms(): Form[]
  cookies(): { name: string; value: string; path: string }[]
  clearCookies(): void
  setCookies(cookies: readonly Cookie[]): void
}

export interface GoOptions {
  /** Stop in front of a redirect to such a URL: a client's callback that nobody serves. */
  until?: (url: string) => boolean
}

export interface Landing {
  url: string
  status: number
  html: string
  headers: Headers
}

interface Cookie {
  name: string
  value: string
  path: string
}

export function openBrowser(): Browser {
  let jar: Cookie[] = []
  let page: Landing = { url: 'about:blank', status: 0, html: '', headers: new Headers() }

  function keep(headers: Headers): void {
    for (const line of headers.getSetCookie()) {
      const [pair = '', ...attributes] = line.split('; ')
      const [name = '', ...value] = pair.split('=')
      const attribute = (key: string) =>
        attributes.find((one) => one.toLowerCase().startsWith(`${key}=`))?.slice(key.length + 1)
      const path = attribute('path') ?? '/'
      jar = jar.filter((cookie) => cookie.name !== name || cookie.path !== path)
      const expires = attribute('expires')
      keepSecret(value.join('='))
      if (expires === undefined || new Date(expires) > new Date())
        jar.push({ name, value: value.join('='), path })
    }
  }

  function cookieHeader({ pathname }: URL): string {
    const sent = jar.filter(
      ({ path }) => pathname === path || pathname.startsWith(path.endsWith('/') ? path : `${path}/`),
    )
    return sent.map(({ name, value }) => `${name}=${value}`).join('; ')
  }

  async function request(target: string, init: RequestInit, { until }: GoOptions): Promise<Landing> {
    let url = new URL(target)
    let next = init
    for (let hops = 0; hops < 20; hops++) {
      const headers = new Headers(next.headers)
      headers.set('accept', 'text/html')
      const cookie = cookieHeader(url)
      if (cookie !== '') headers.set('cookie', cookie)
      const reply = await fetch(url, { ...next, headers, redirect: 'manual' })
      keep(reply.headers)
      const location = reply.headers.get('location')
      if (location === null || reply.status < 300 || reply.status > 399) {
        page = { url: url.href, status: reply.status, html: await reply.text(), headers: reply.headers }
        return page
      }
      await reply.body?.cancel()
      url = new URL(location, url)
      if (until?.(url.href)) {
        page = { url: url.href, status: reply.status, html: '', headers: reply.headers }
        return page
      }
      next = {}
    }
    throw new Error(`too many redirects, the last to ${url.href}`)
  }

  return {
    go: (url, options = {}) =>
      request(new URL(url, page.url === 'about:blank' ? undefined : page.url).href, {}, options),
    submit: (fields, { form = 0, headers = {}, ...options } = {}) => {
      const found = formsOf(page.html)[form]
      if (!found)
        throw new Error(`no form ${form} at ${page.url} (${page.status}): ${page.html.slice(0, 300)}`)
      const body = new URLSearchParams({ ...found.fields, ...fields })
      const origin = new URL(page.url).origin
      const sent = {
        'content-type': 'application/x-www-form-urlencoded',
        origin,
        'sec-fetch-site': 'same-origin',
        ...headers,
      }
      return request(new URL(found.action, page.url).href, { method: 'POST', body, headers: sent }, options)
    },
    forms: () => formsOf(page.html),
    cookies: () => jar,
    clearCookies: () => {
      jar = []
    },
    setCookies: (cookies) => {
      jar = [...cookies]
    },
  }
}

export interface Form {
  action: string
  fields: Record<string, string>
}

/** Forms of a page with their hidden fields. */
export function formsOf(html: string): Form[] {
  return [...html.matchAll(/<form\b([^>]*)>([\s\S]*?)<\/form>/g)].map(([, head = '', inside = '']) => ({
    action: attributeOf(head, 'action'),
    fields: Object.fromEntries(
      [...inside.matchAll(/<input\b[^>]*type="?hidden"?[^>]*>/g)].map(([input]) => [
        attributeOf(input, 'name'),
        attributeOf(input, 'value'),
      ]),
    ),
  }))
}

const attributeOf = (text: string, name: string): string =>
  unescape(new RegExp(`\\b${name}="([^"]*)"`).exec(text)?.[1] ?? '')

const unescape = (text: string): string =>
  text
    .replaceAll('&#34;', '"')
    .replaceAll('&quot;', '"')
    .replaceAll('&#39;', "'")
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&amp;', '&')
