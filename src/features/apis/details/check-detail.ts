import { isVisible } from '../local-text.ts'
import type { DetailField, DetailType } from './schema.ts'

/** An authorization detail as a client sent it: an object with a `type`. */
export interface Detail {
  type: string
  [field: string]: unknown
}

/**
 * What is wrong with a detail, or null. Fields that the type does not know are refused: what a person is shown must be all
 * there is (RFC 9396, section 5: "contains unknown fields for the type").
 */
export function faultOfDetail(type: DetailType, identifier: string, detail: Detail): string | null {
  const fields = new Map(type.fields.map((field) => [field.name, field]))
  const unknown = Object.keys(detail).find((name) => name !== 'type' && !fields.has(name))
  if (unknown !== undefined) return `has a field that ${type.type} does not know`
  for (const field of fields.values()) {
    const fault = Object.hasOwn(detail, field.name)
      ? faultOfValue(field, identifier, detail[field.name])
      : field.required && 'is missing'
    if (fault) return `${field.name} ${fault}`
  }
  return null
}

type Fault = string | null
type Check<Kind extends DetailField['kind']> = (
  field: Extract<DetailField, { kind: Kind }>,
  value: unknown,
  identifier: string,
) => Fault

const checks: { [Kind in DetailField['kind']]: Check<Kind> } = {
  text: ({ max_length: most }, value) =>
    isShownText(value, most) ? null : `must be a text of at most ${most} visible characters`,
  number: ({ minimum = -Number.MAX_SAFE_INTEGER, maximum = Number.MAX_SAFE_INTEGER }, value) =>
    typeof value === 'number' && value >= minimum && value <= maximum
      ? null
      : 'is not a number in its limits',
  boolean: (_field, value) => (typeof value === 'boolean' ? null : 'must be true or false'),
  date: (_field, value) => (isDate(value) ? null : 'must be a date like 2026-12-24'),
  amount: (_field, value) =>
    isAmount(value) ? null : 'must be like {"amount": "123.50", "currency": "EUR"}',
  choice: ({ options }, value) =>
    options.some((option) => option.value === value) ? null : 'is none of the possible values',
  choices: ({ options }, value) =>
    isSelection(value, (one) => options.some((option) => option.value === one))
      ? null
      : 'must be a list of possible values, each once',
  locations: (_field, value, identifier) =>
    isSelection(value, (one) => isWithin(identifier, one))
      ? null
      : 'must be a list of addresses of the API, each once',
}

function faultOfValue(field: DetailField, identifier: string, value: unknown): Fault {
  const check = checks[field.kind] as Check<DetailField['kind']> // the check of this very kind
  return check(field, value, identifier)
}

const isShownText = (value: unknown, most: number): value is string =>
  typeof value === 'string' && value.trim() !== '' && value.length <= most && isVisible(value)

function isDate(value: unknown): boolean {
  if (typeof value !== 'string' || !/^\d{4}-\d{2}-\d{2}$/.test(value)) return false
  const at = new Date(`${value}T00:00:00Z`)
  return !Number.isNaN(at.getTime()) && at.toISOString().startsWith(value)
}

/** A sum of money: digits as text, so that nothing rounds it, and an ISO 4217 code. */
export interface Amount {
  amount: string
  currency: string
}

export function isAmount(value: unknown): value is Amount {
  if (typeof value !== 'object' || value === null || Object.keys(value).length !== 2) return false
  const { amount, currency } = value as Partial<Amount> // looked at in the next line
  return (
    typeof amount === 'string' &&
    /^(0|[1-9]\d{0,14})(\.\d{1,6})?$/.test(amount) &&
    typeof currency === 'string' &&
    /^[A-Z]{3}$/.test(currency)
  )
}

const mostSelected = 30

const isSelection = (value: unknown, fits: (one: string) => boolean): boolean =>
  Array.isArray(value) &&
  value.length > 0 &&
  value.length <= mostSelected &&
  new Set(value).size === value.length &&
  value.every((one) => typeof one === 'string' && fits(one))

/** A location names the API or something below it: what is granted at one API means nothing at another. */
function isWithin(identifier: string, location: string): boolean {
  if (location === identifier) return true
  const parent = identifier.endsWith('/') ? identifier : `${identifier}/`
  if (!location.startsWith(parent) || !isShownText(location, 300)) return false
  return URL.parse(location)?.href === location // no `..` that would lead out again
}
