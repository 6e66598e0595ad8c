import type { FilterImplOptions } from 'liquidjs'

import {
  appUrl,
  disarm,
  escapeHtml,
  imageUrl,
  isolateHtml,
  isolateText,
  pageUrl,
  webUrl,
} from './untrusted.ts'
import { fill, type Texts } from './texts.ts'

/** What a language's pages can say and show. */
export interface Speech {
  language: string
  texts: Texts
  /** `gatehouse.css` -> its address */
  assets: ReadonlyMap<string, string>
}

/**
 * Every filter of ours. Those marked `raw` make HTML and escape what they are given themselves; the result of all others
 * is escaped by the engine.
 *
 * | filter | makes |
 * |---|---|
 * | `'key' \| t: name: value` | HTML of a text; each value escaped and in `<bdi>` |
 * | `'key' \| text: name: value` | the same for titles and attributes |
 * | `'key' \| words: name: value` | the same for mail that is no HTML: without marks nobody sees, which filters of spam count against a sender |
 * | `key \| known_text: 'other.key'` | the key when there is such a text, else the other |
 * | `value \| isolate` | HTML of a value somebody else chose |
 * | `value \| initial` | its first letter, for a mark where there is no logo |
 * | `url \| web_url`, also `page_url`, `app_url`, `image_url` | the address, or nothing when it must not be used |
 * | `value \| when: zone` | a moment (Date, ISO 8601, seconds since 1970) in words: to the minute where the time zone is said, else UTC |
 * | `value \| brief: zone` | the same without the name of the time zone, where that is said once for all of a page |
 * | `value \| day` | its day |
 * | `value \| plain` | a claim's value as text |
 * | `value \| pretty` | JSON, indented |
 * | `'file' \| asset` | address of a file of views/assets |
 */
export function filters(speech: Speech): Record<string, FilterImplOptions> {
  return {
    t: { raw: true, handler: (key: unknown, ...values: unknown[]) => html(speech.texts, key, values) },
    text: (key: unknown, ...values: unknown[]) => fill(find(speech.texts, key), named(values, isolateText)),
    words: (key: unknown, ...values: unknown[]) => fill(find(speech.texts, key), named(values, disarm)),
    known_text: (key: unknown, other: unknown) => (speech.texts.has(String(key)) ? key : other),
    isolate: { raw: true, handler: isolateHtml },
    initial: (value: unknown) => initial(disarm(value), speech.language),
    web_url: webUrl,
    page_url: pageUrl,
    app_url: appUrl,
    image_url: imageUrl,
    when: (value: unknown, zone: unknown) => moment(value, speech.language, zone),
    brief: (value: unknown, zone: unknown) => brief(value, speech.language, zone),
    day: (value: unknown) => day(value, speech.language),
    plain,
    pretty: (value: unknown) => disarm(JSON.stringify(value, null, 2)),
    asset: (name: unknown) => found(speech.assets, String(name), 'asset'),
  }
}

function html(texts: Texts, key: unknown, values: unknown[]): string {
  return fill(escapeHtml(find(texts, key)), named(values, isolateHtml))
}

function find(texts: Texts, key: unknown): string {
  return found(texts, String(key), 'text')
}

function found(map: ReadonlyMap<string, string>, key: string, kind: string): string {
  const value = map.get(key)
  if (value === undefined) throw new Error(`There is no ${kind} "${key}"`)
  return value
}

/** The engine hands `name: value` over as pairs. Numbers come from us and stand as they are. */
function named(pairs: unknown[], show: (value: unknown) => string): Map<string, string> {
  const values = new Map<string, string>()
  for (const pair of pairs) {
    if (!Array.isArray(pair)) throw new Error('A text takes its values by name')
    const [name, value] = pair as unknown[] // isArray leaves `any[]`, which says less than `unknown[]`
    if (value === null || value === undefined) continue
    values.set(String(name), typeof value === 'number' ? String(value) : show(value))
  }
  return values
}

function initial(name: string, language: string): string {
  const [first] = new Intl.Segmenter(language).segment(name.trim())
  return first?.segment.toLocaleUpperCase(language) ?? ''
}

const exact = { dateStyle: 'medium', timeStyle: 'long', timeZone: 'UTC' } as const

const toTheMinute = {
  year: 'numeric',
  month: 'short',
  day: 'numeric',
  hour: 'numeric',
  minute: '2-digit',
  timeZoneName: 'short',
} as const

/** Of a moment whose time zone is said elsewhere on the page. */
const short = { dateStyle: 'medium', timeStyle: 'short' } as const

function moment(value: unknown, language: string, zone: unknown): string {
  const options = typeof zone === 'string' ? { ...toTheMinute, timeZone: zone } : exact
  try {
    return inWords(value, new Intl.DateTimeFormat(language, options))
  } catch {
    return moment(value, language, undefined) // a zone this system does not know
  }
}

function brief(value: unknown, language: string, zone: unknown): string {
  const timeZone = typeof zone === 'string' ? zone : 'UTC'
  try {
    return inTwoHalves(inWords(value, new Intl.DateTimeFormat(language, { ...short, timeZone })))
  } catch {
    return moment(value, language, undefined) // a zone this system does not know: that it is UTC has to be said
  }
}

/** Where a moment has no room it breaks between day and hour alone: every other space is one that holds (U+00A0). */
function inTwoHalves(told: string): string {
  const comma = told.lastIndexOf(', ')
  const held = told.replaceAll(' ', '\u00a0')
  return comma < 0 ? held : `${held.slice(0, comma)}, ${held.slice(comma + 2)}`
}

function day(value: unknown, language: string): string {
  return inWords(value, new Intl.DateTimeFormat(language, { dateStyle: 'long', timeZone: 'UTC' }))
}

function inWords(value: unknown, format: Intl.DateTimeFormat): string {
  const date = typeof value === 'number' ? new Date(value * 1000) : new Date(String(value))
  return Number.isNaN(date.getTime()) ? disarm(value) : format.format(date)
}

function plain(value: unknown): string {
  if (typeof value === 'string') return disarm(value)
  const words = Array.isArray(value) && value.every((item) => typeof item === 'string')
  return disarm(words ? value.join(' ') : JSON.stringify(value))
}
