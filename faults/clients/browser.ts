import { formsOf } from '../../test/support/browser.ts'
import { type Answer, call, type Request } from './http.ts'

/** A browser with its cookies, for which the issuer's name leads to the balancer. */
export interface Browser {
  /** Follows redirects until one leads away from the issuer. */
  go(path: string): Promise<Landing>
  submit(landing: Landing, fields: Record<string, string>): Promise<Landing>
  /** The same browser, for which that name leads elsewhere now. */
  at(origin: string): Browser
}

export interface Landing {
  /** Where it ended: a URL. */
  url: string
  answer: Answer
}

const mostHops = 12

export function openBrowser(origin: string, issuer: string, jar = new Map<string, string>()): Browser {
  function keep({ headers }: Answer): void {
    for (const line of [headers['set-cookie'] ?? []].flat()) {
      const [pair = ''] = line.split(';')
      const [name = '', value = ''] = pair.split(/=(.*)/s)
      if (/expires=thu, 01 jan 1970/i.test(line)) jar.delete(name)
      else jar.set(name, value)
    }
  }

  async function follow(first: Request): Promise<Landing> {
    let url = new URL(first.path, issuer)
    let next: Request = first
    for (let hop = 0; hop < mostHops; hop++) {
      const cookie = [...jar].map(([name, value]) => `${name}=${value}`).join('; ')
      const answer = await call(origin, {
        ...next,
        headers: { accept: 'text/html', ...next.headers, cookie },
      })
      keep(answer)
      const { location } = answer.headers
      if (typeof location !== 'string' || answer.status < 300 || answer.status > 399)
        return { url: url.href, answer }
      url = new URL(location, url)
      if (url.origin !== issuer) return { url: url.href, answer }
      next = { path: `${url.pathname}${url.search}` }
    }
    throw new Error(`too many redirects, the last to ${url.href}`)
  }

  return {
    go: (path) => follow({ path }),
    submit({ url, answer }, fields) {
      const [form] = formsOf(answer.text)
      if (!form)
        throw new Error(`there is no form at ${url} (${answer.status}): ${answer.text.slice(0, 300)}`)
      const { pathname, search } = new URL(form.action, url)
      return follow({
        method: 'POST',
        path: `${pathname}${search}`,
        headers: { origin: issuer, 'sec-fetch-site': 'same-origin' },
        form: { ...form.fields, ...fields },
      })
    },
    at: (elsewhere) => openBrowser(elsewhere, issuer, jar),
  }
}
