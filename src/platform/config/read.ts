import { existsSync } from 'node:fs'
import { join, resolve } from 'node:path'

import { type Secret, secret } from '../crypto/secret.ts'
import { startupError } from '../startup-error.ts'
import { localSecrets } from './local-secrets.ts'
import { Environment, type NamedKey } from './settings.ts'

export interface Config {
  production: boolean
  port: number
  host: string
  managementPort: number | undefined
  /** How long everything is still answered after the signal to stop: the time that balancers get to turn away. */
  drainSeconds: number
  /** The issuer identifier: an origin (OpenID Connect Discovery 1.0, section 3). */
  issuer: string
  dataDir: string
  /** Null: the embedded database. */
  database: Databases | null
  redisUrl: Secret<string> | null
  keyEncryptionKeys: Secret<readonly NamedKey[]>
  peppers: Secret<readonly NamedKey[]>
  cookieKeys: Secret<readonly Buffer[]>
  rootAdmin: { email: string; password: Secret<string> | null }
  mail: { url: Secret<string> | null; from: string }
  /** Whom text messages are handed to; null: nobody. */
  sms: SmsConfig | null
  /** Networks whose X-Forwarded-For is believed. */
  trustProxy: readonly string[]
  /** Headers, in lower case, in which such a proxy hands over clients' certificates; null: none does. */
  clientCertificates: { header: string; verifiedHeader: string } | null
  /** Hosts and networks that outbound calls may reach although they are private. */
  outboundAllow: readonly string[]
  /** Where names are looked up that somebody must prove; none: the system's. */
  dnsServers: readonly string[]
  /** Where network addresses are (MaxMind DB); null: not known. */
  geoipFile: string | null
  /** Passwords that are known to others, by their SHA-1, sorted; null: none known. */
  breachedPasswords: string | null
  /** Networks that hide where people are, one on a line; null: none known. */
  anonymiserList: string | null
  webConcurrency: number
  logLevel: Environment['LOG_LEVEL']
  /** Where traces go, and which; null: nowhere. */
  tracing: TracingConfig | null
}

/** By the variables of OpenTelemetry's specification. */
export interface TracingConfig {
  /** Of a collector that takes OTLP over HTTP. */
  endpoint: string
  headers: Secret<Readonly<Record<string, string>>>
  serviceName: string
  resource: Readonly<Record<string, string>>
  sampler: { name: Environment['OTEL_TRACES_SAMPLER']; ratio: number }
  /** Milliseconds between two batches. */
  delayMs: number
}

export interface SmsConfig {
  /** How its API is spoken to: see platform/sms/providers.ts. */
  provider: Environment['SMS_PROVIDER']
  /** May hold what names an account. */
  url: Secret<string>
  token: Secret<string>
  from: string
}

/** Who connects: the application, the owner of the schema, and what holds LISTEN and session locks behind a pooler. */
export interface Databases {
  application: Secret<string>
  migration: Secret<string>
  direct: Secret<string>
}

type Variables = Record<string, string | undefined>

/**
 * Reads the environment.
 *
 * @throws StartupError naming every missing or malformed variable in one message; values are never repeated.
 */
export function readConfig(variables: Variables = process.env): Config {
  const given = Object.fromEntries(Object.entries(variables).filter(([, value]) => value !== ''))
  const parsed = Environment.safeParse(given)
  const faults = [
    ...(parsed.error?.issues ?? []).map(({ path, message }) => `${path.join('.')} ${message}`),
    ...lacking(given),
  ]
  if (!parsed.success || faults.length > 0) {
    throw startupError(
      `These settings are missing or wrong: ${faults.join('; ')}. Set them and start again (.env.example explains each).`,
    )
  }
  return toConfig(parsed.data)
}

/** One variable that is missing or wrong; never with its value. */
export interface VariableFault {
  name: string
  fault: string
}

/**
 * As far as it goes, for who looks what is wrong: a variable that is malformed counts as absent, one that is missing stays away,
 * and nothing is made. `config.database` is null where the embedded one is meant, and where its address is malformed.
 */
export function examineConfig(variables: Variables = process.env): {
  config: Config
  faults: VariableFault[]
} {
  const given = Object.fromEntries(Object.entries(variables).filter(([, value]) => value !== ''))
  const issues = Environment.safeParse(given).error?.issues ?? []
  const malformed = issues.map(({ path, message }) => ({ name: path.join('.'), fault: message }))
  const absent = lacking(given).map((sentence) => {
    const [name = '', ...fault] = sentence.split(' ')
    return { name, fault: fault.join(' ') }
  })
  const usable = Object.entries(given).filter(([name]) => malformed.every((one) => one.name !== name))
  const environment = Environment.parse(Object.fromEntries(usable))
  const dataDir = resolve(environment.DATA_DIR)
  const isHere = given.DATABASE_URL === undefined && existsSync(join(dataDir, 'secrets.json'))
  const config = isHere ? toConfig(environment) : configOf(environment, environment, dataDir)
  return { config, faults: [...malformed, ...absent] }
}

/** One variable that an operator names, for a command that was told to take a secret from it; undefined when it is not set. */
export const readVariable = (name: string, variables: Variables = process.env): string | undefined =>
  variables[name]

/** Where a service with these variables is reached. Nothing else is looked at, and nothing is made: for who only calls it. */
export const readIssuer = ({ ISSUER, PORT }: Variables = process.env): string =>
  ISSUER || `http://localhost:${PORT || '3000'}`

const secretNames = ['KEY_ENCRYPTION_KEY', 'PASSWORD_PEPPER', 'COOKIE_KEYS'] as const

const missing = (names: readonly string[], given: Variables): string[] =>
  names.filter((name) => given[name] === undefined).map((name) => `${name} is missing`)

/** What is absent; told together with what is malformed. */
const lacking = (given: Variables): string[] => [
  ...(given.SMS_URL === undefined ? [] : missing(['SMS_TOKEN', 'SMS_FROM'], given)),
  ...(given.CLIENT_CERT_HEADER === undefined
    ? []
    : missing(['CLIENT_CERT_VERIFIED_HEADER', 'TRUST_PROXY'], given)),
  ...(given.NODE_ENV === 'production' ? lackingInProduction(given) : lackingElsewhere(given)),
]

/** With a database of one's own, replicas must share their secrets, so none is made up here. */
function lackingElsewhere(given: Variables): string[] {
  if (given.DATABASE_URL !== undefined) return missing(secretNames, given)
  if (Number(given.WEB_CONCURRENCY) > embeddedConcurrency)
    return [`WEB_CONCURRENCY must be ${embeddedConcurrency} at most without DATABASE_URL`]
  return []
}

/** Processes for which the embedded database has connections. */
const embeddedConcurrency = 4

/** What is fine on a developer's machine and a fault in production. */
function lackingInProduction(given: Variables): string[] {
  const faults = missing([...secretNames, 'ISSUER', 'SMTP_URL', 'MAIL_FROM'], given)
  if (given.DATABASE_URL === undefined)
    faults.push('DATABASE_URL is missing (production does not run on the embedded database)')
  if (given.ISSUER?.startsWith('http:')) faults.push('ISSUER must begin with https:// in production')
  if (given.SMS_URL?.startsWith('http:')) faults.push('SMS_URL must begin with https:// in production')
  return faults
}

function toConfig(environment: Environment): Config {
  const dataDir = resolve(environment.DATA_DIR)
  const local =
    environment.DATABASE_URL === undefined ? Environment.parse(localSecrets(dataDir)) : environment
  return configOf(environment, { ...local, ...definedOf(environment) }, dataDir)
}

function configOf(environment: Environment, keys: Environment, dataDir: string): Config {
  return {
    production: environment.NODE_ENV === 'production',
    port: environment.PORT,
    host: environment.HOST,
    managementPort: environment.MANAGEMENT_PORT,
    drainSeconds: drainOf(environment),
    issuer: environment.ISSUER ?? `http://localhost:${environment.PORT}`,
    dataDir,
    database: databasesOf(environment),
    redisUrl: environment.REDIS_URL === undefined ? null : secret(environment.REDIS_URL),
    keyEncryptionKeys: secret(keys.KEY_ENCRYPTION_KEY ?? []),
    peppers: secret(keys.PASSWORD_PEPPER ?? []),
    cookieKeys: secret(keys.COOKIE_KEYS ?? []),
    rootAdmin: {
      email: environment.ROOT_ADMIN_EMAIL,
      password:
        environment.ROOT_ADMIN_PASSWORD === undefined ? null : secret(environment.ROOT_ADMIN_PASSWORD),
    },
    mail: {
      url: environment.SMTP_URL === undefined ? null : secret(environment.SMTP_URL),
      from: environment.MAIL_FROM ?? 'gatehouse@localhost.test',
    },
    sms: smsOf(environment),
    trustProxy: environment.TRUST_PROXY,
    clientCertificates: certificatesOf(environment),
    outboundAllow: environment.OUTBOUND_ALLOW,
    dnsServers: environment.DNS_SERVERS,
    geoipFile: pathOf(environment.GEOIP_FILE),
    breachedPasswords: pathOf(environment.BREACHED_PASSWORDS),
    anonymiserList: pathOf(environment.ANONYMISER_LIST),
    webConcurrency: environment.WEB_CONCURRENCY,
    logLevel: environment.LOG_LEVEL,
    tracing: tracingOf(environment),
  }
}

/** On a developer's machine nobody has to turn away. */
const drainOf = ({ DRAIN_SECONDS, NODE_ENV }: Environment): number =>
  DRAIN_SECONDS ?? (NODE_ENV === 'production' ? 5 : 0)

function certificatesOf(environment: Environment): Config['clientCertificates'] {
  const { CLIENT_CERT_HEADER: header, CLIENT_CERT_VERIFIED_HEADER: verifiedHeader } = environment
  return header === undefined || verifiedHeader === undefined ? null : { header, verifiedHeader }
}

const pathOf = (path: string | undefined): string | null => (path === undefined ? null : resolve(path))

/** Secrets set in the environment win over the ones kept beside the embedded data. */
function definedOf(environment: Environment): Partial<Environment> {
  return Object.fromEntries(Object.entries(environment).filter(([, value]) => value !== undefined))
}

function smsOf({ SMS_PROVIDER: provider, SMS_URL, SMS_TOKEN, SMS_FROM }: Environment): SmsConfig | null {
  if (SMS_URL === undefined || SMS_TOKEN === undefined || SMS_FROM === undefined) return null
  return { provider, url: secret(SMS_URL), token: secret(SMS_TOKEN), from: SMS_FROM }
}

function tracingOf(environment: Environment): TracingConfig | null {
  const { OTEL_EXPORTER_OTLP_ENDPOINT: endpoint, OTEL_TRACES_SAMPLER: name } = environment
  if (endpoint === undefined) return null
  return {
    endpoint,
    headers: secret(environment.OTEL_EXPORTER_OTLP_HEADERS),
    serviceName: environment.OTEL_SERVICE_NAME,
    resource: environment.OTEL_RESOURCE_ATTRIBUTES,
    sampler: { name, ratio: environment.OTEL_TRACES_SAMPLER_ARG },
    delayMs: environment.OTEL_BSP_SCHEDULE_DELAY,
  }
}

function databasesOf(environment: Environment): Databases | null {
  const { DATABASE_URL: application, MIGRATION_DATABASE_URL, DATABASE_DIRECT_URL } = environment
  if (application === undefined) return null
  return {
    application: secret(application),
    migration: secret(MIGRATION_DATABASE_URL ?? application),
    direct: secret(DATABASE_DIRECT_URL ?? application),
  }
}
