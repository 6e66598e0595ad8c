/** What stands in for a character that would change how the text around it reads. */
const replacement = '\uFFFD'

/**
 * Text somebody else chose (a client's name, a claim), made safe to show inside our sentences: control characters and
 * those that override or embed the direction of writing become a visible mark. With them a client could call itself
 * one thing and look like another (Unicode Technical Report 36, section 2.4).
 */
export function disarm(value: unknown): string {
  return String(value).replace(
    /[\u0000-\u0008\u000B-\u001F\u007F-\u009F\u202A-\u202E\u2066-\u2069]/g,
    replacement,
  )
}

/** First Strong Isolate … Pop Directional Isolate: what `<bdi>` is, for places that hold no elements (titles, attributes). */
export function isolateText(value: unknown): string {
  return `\u2068${disarm(value)}\u2069`
}

export function isolateHtml(value: unknown): string {
  return `<bdi>${escapeHtml(disarm(value))}</bdi>`
}

export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`)
}

/** The address, when it leads to a web page, else an empty string; pages leave out what has no address. */
export function webUrl(value: unknown): string {
  const url = toUrl(value)
  return url?.protocol === 'https:' || url?.protocol === 'http:' ? url.href : ''
}

/** An address of ours (a path) or of another web page, else an empty string. `//host` and `/\\host` are not paths of ours. */
export function pageUrl(value: unknown): string {
  return typeof value === 'string' && /^\/(?![/\\])/.test(value) ? value : webUrl(value)
}

/** As webUrl, or the picture itself. An image runs no script, not even as SVG. */
export function imageUrl(value: unknown): string {
  const url = toUrl(value)
  return url?.protocol === 'data:' && /^image\/[a-z+.-]+[;,]/.test(url.pathname) ? url.href : webUrl(value)
}

/** Schemes a browser runs or reads instead of opening. Apps have schemes of their own, so these are named one by one. */
const unsafeSchemes = new Set([
  'javascript:',
  'vbscript:',
  'data:',
  'blob:',
  'file:',
  'filesystem:',
  'about:',
  'view-source:',
])

/** The address of a web page or an app (RFC 8252, section 7.1), else an empty string. */
export function appUrl(value: unknown): string {
  const url = toUrl(value)
  return url && !unsafeSchemes.has(url.protocol) ? url.href : ''
}

function toUrl(value: unknown): URL | null {
  return typeof value === 'string' ? URL.parse(value) : null
}
