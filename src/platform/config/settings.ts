import ipaddr from 'ipaddr.js'
import { z } from 'zod'

/**
 * Every variable of the environment that Gatehouse reads, with its form. A value that is absent or empty is the same.
 * All that is wrong is told at once, by name (see `read.ts`).
 */
export const Environment = z.object({
  NODE_ENV: oneOf('production', 'development', 'test').default('development'),
  PORT: wholeNumber(0, 65_535).default(3000),
  HOST: z.string().min(1).default('127.0.0.1'),
  MANAGEMENT_PORT: wholeNumber(0, 65_535).optional(),
  DRAIN_SECONDS: wholeNumber(0, 120).optional(),
  ISSUER: z.string().transform(toIssuer).optional(),
  DATABASE_URL: postgresUrl().optional(),
  MIGRATION_DATABASE_URL: postgresUrl().optional(),
  DATABASE_DIRECT_URL: postgresUrl().optional(),
  REDIS_URL: url('redis', 'rediss').optional(),
  DATA_DIR: z.string().min(1).default('.gatehouse'),
  KEY_ENCRYPTION_KEY: z.string().transform(toSealingKeys).optional(),
  PASSWORD_PEPPER: z.string().transform(toPeppers).optional(),
  COOKIE_KEYS: z.string().transform(toCookieKeys).optional(),
  ROOT_ADMIN_EMAIL: z
    .email('must be an e-mail address')
    .max(254, 'must have at most 254 characters')
    .default('root@localhost.test'),
  ROOT_ADMIN_PASSWORD: z
    .string()
    .min(12, 'must have at least 12 characters')
    .max(256, 'must have at most 256 characters')
    .optional(),
  SMTP_URL: url('smtp', 'smtps').optional(),
  MAIL_FROM: sender().optional(),
  SMS_PROVIDER: oneOf('json', 'twilio').default('json'),
  SMS_URL: url('https', 'http').refine(hasNoCredentials, 'must hold no user or password').optional(),
  SMS_TOKEN: z.string().max(500, 'must have at most 500 characters').optional(),
  SMS_FROM: z
    .string()
    .regex(/^\+?[\w .-]{1,40}$/, 'must be a number like +14155550100, or a name that the provider knows')
    .optional(),
  TRUST_PROXY: z.string().transform(toNetworks).default([]),
  CLIENT_CERT_HEADER: headerName().optional(),
  CLIENT_CERT_VERIFIED_HEADER: headerName().optional(),
  OUTBOUND_ALLOW: z.string().transform(toList).default([]),
  DNS_SERVERS: z.string().transform(toServers).default([]),
  GEOIP_FILE: z.string().max(4096, 'must have at most 4096 characters').optional(),
  BREACHED_PASSWORDS: z.string().max(4096, 'must have at most 4096 characters').optional(),
  ANONYMISER_LIST: z.string().max(4096, 'must have at most 4096 characters').optional(),
  WEB_CONCURRENCY: wholeNumber(1, 64).default(1),
  OTEL_EXPORTER_OTLP_ENDPOINT: url('https', 'http')
    .refine(hasNoCredentials, 'must hold no user or password')
    .refine(hasNoQuery, 'must hold no query')
    .optional(),
  OTEL_EXPORTER_OTLP_HEADERS: z.string().transform(toPairs).default({}),
  OTEL_SERVICE_NAME: z.string().max(200, 'must have at most 200 characters').default('gatehouse'),
  OTEL_RESOURCE_ATTRIBUTES: z.string().transform(toPairs).default({}),
  OTEL_TRACES_SAMPLER: oneOf(
    'parentbased_always_on',
    'parentbased_always_off',
    'parentbased_traceidratio',
    'always_on',
    'always_off',
    'traceidratio',
  ).default('parentbased_always_on'),
  OTEL_TRACES_SAMPLER_ARG: z
    .string()
    .regex(/^(0(\.\d{1,9})?|1(\.0{1,9})?)$/, 'must be a number from 0 to 1 like 0.05')
    .transform(Number)
    .default(1),
  OTEL_BSP_SCHEDULE_DELAY: wholeNumber(1, 60_000).default(5000),
  LOG_LEVEL: oneOf('fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent').default('info'),
})
export type Environment = z.infer<typeof Environment>

/** A named secret of the form `id:base64` or, for one alone, just the text; the first of a list is the current one. */
export interface NamedKey {
  id: string
  bytes: Buffer
}

function oneOf<const Values extends readonly [string, ...string[]]>(...values: Values) {
  return z.enum(values, { error: `must be one of ${values.join(', ')}` })
}

function wholeNumber(least: number, most: number) {
  const error = `must be a whole number from ${least} to ${most}`
  return z
    .string()
    .regex(/^\d{1,5}$/, error)
    .transform(Number)
    .refine((value) => value >= least && value <= most, error)
}

function url(...protocols: string[]) {
  const allowed = new RegExp(`^(${protocols.join('|')})$`)
  return z.url({ protocol: allowed, error: `must be a URL that begins with ${protocols.join(':// or ')}://` })
}

/** A name in lower case, as Node keeps it, of a header that nothing else is read from. */
function headerName() {
  const taken = /^(?:authorization|connection|cookie|host|dpop|content-.*|x-forwarded-.*|transfer-encoding)$/
  return z
    .string()
    .regex(/^[A-Za-z][A-Za-z\d-]{0,63}$/, 'must be the name of a header like Client-Cert')
    .transform((name) => name.toLowerCase())
    .refine((name) => !taken.test(name), 'must be a header of its own')
}

/** They would stand in whatever names the address. */
function hasNoCredentials(text: string): boolean {
  const { username, password } = new URL(text)
  return username === '' && password === ''
}

function hasNoQuery(text: string): boolean {
  return !/[?#]/.test(text)
}

/** `id@example.com` or `Gatehouse <id@example.com>`, on one line. */
function sender() {
  return z
    .string()
    .max(320, 'must have at most 320 characters')
    .regex(
      /^([^<>@\p{Cc}]*<[^<>@\s,]+@[^<>@\s,]+>|[^<>@\s,]+@[^<>@\s,]+)$/u,
      'must be an address, alone or like Gatehouse <id@example.com>',
    )
}

function postgresUrl() {
  return url('postgres', 'postgresql')
}

type Check = z.RefinementCtx

function refuse(check: Check, message: string): never {
  check.addIssue({ code: 'custom', message })
  return z.NEVER
}

function toList(value: string): string[] {
  const items = value.split(',').map((item) => item.trim())
  return items.filter((item) => item !== '')
}

/** `name=value,other=value`, values percent-encoded (W3C Baggage, section 3.2, as OpenTelemetry takes it for its variables). */
function toPairs(value: string, check: Check): Record<string, string> {
  const pairs = toList(value).map((item) => /^([\w.-]{1,255})\s*=\s*((?:[^%]|%[\da-fA-F]{2})*)$/.exec(item))
  const wrong = pairs.findIndex((pair) => pair === null)
  if (wrong >= 0) return refuse(check, `must look like name=value,other=value; entry ${wrong + 1} does not`)
  return Object.fromEntries(pairs.map((pair) => [pair?.[1] ?? '', decodeURIComponent(pair?.[2] ?? '')]))
}

/** The issuer is an origin: no path, query or fragment, so that host pinning and cookies have one meaning. */
function toIssuer(value: string, check: Check): string {
  const parsed = URL.parse(value)
  if (!parsed || !/^https?:$/.test(parsed.protocol)) return refuse(check, 'must be an http or https URL')
  if (parsed.origin !== value.replace(/\/$/, '')) {
    return refuse(check, 'must be an origin in lower case without path, like https://id.example.com')
  }
  return parsed.origin
}

function toNetworks(value: string, check: Check): string[] {
  const networks = toList(value)
  const wrong = networks.findIndex((network) => !ipaddr.isValid(network) && !ipaddr.isValidCIDR(network))
  if (wrong >= 0)
    return refuse(check, `must hold IP addresses or networks like 10.0.0.0/8; entry ${wrong + 1} is none`)
  return networks
}

function toServers(value: string, check: Check): string[] {
  const servers = toList(value)
  const wrong = servers.findIndex((server) => !isServer(server))
  if (wrong >= 0)
    return refuse(check, `must hold IP addresses, alone or like 192.0.2.1:53; entry ${wrong + 1} is none`)
  return servers
}

/** `192.0.2.1`, `192.0.2.1:53`, `2001:db8::1` or `[2001:db8::1]:53` */
function isServer(text: string): boolean {
  const [, bracketed, plain, port] = /^(?:\[([^\]]+)\]|([^:]+))(?::(\d{1,5}))?$/.exec(text) ?? []
  if (Number(port ?? 1) < 1 || Number(port ?? 1) > 65_535) return false
  if (bracketed !== undefined) return ipaddr.IPv6.isValid(bracketed)
  return plain === undefined ? ipaddr.IPv6.isValid(text) : ipaddr.IPv4.isValidFourPartDecimal(plain)
}

function toCookieKeys(value: string, check: Check): Buffer[] {
  const keys = toList(value)
  if (keys.length === 0 || keys.some((key) => key.length < 32)) {
    return refuse(check, 'must hold keys of at least 32 characters, the newest first')
  }
  return keys.map((key) => Buffer.from(key))
}

function toSealingKeys(value: string, check: Check): NamedKey[] {
  const keys = toNamedKeys(value, (text) => Buffer.from(text, 'base64'))
  if (hasDuplicates(keys)) return refuse(check, sameNames)
  if (keys.length === 0 || keys.some((key) => key.bytes.length !== 32)) {
    return refuse(check, 'must hold 32 bytes in base64 (openssl rand -base64 32), the newest first')
  }
  return keys
}

function toPeppers(value: string, check: Check): NamedKey[] {
  const keys = toNamedKeys(value, (text) => Buffer.from(text))
  if (hasDuplicates(keys)) return refuse(check, sameNames)
  if (keys.length === 0 || keys.some((key) => key.bytes.length < 32)) {
    return refuse(check, 'must have at least 32 characters, the newest first')
  }
  return keys
}

/** `v2:text,v1:text` -> two named keys; a single `text` is named `1`. */
function toNamedKeys(value: string, decode: (text: string) => Buffer): NamedKey[] {
  return toList(value).map((item) => {
    const named = /^([a-z0-9-]{1,16}):(.+)$/.exec(item)
    return { id: named?.[1] ?? '1', bytes: decode(named?.[2] ?? item) }
  })
}

const sameNames = 'must give each of several values a name of its own, like new:VALUE,1:VALUE'

const hasDuplicates = (keys: readonly NamedKey[]): boolean =>
  new Set(keys.map(({ id }) => id)).size < keys.length
