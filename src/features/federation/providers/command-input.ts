import { readFileSync } from 'node:fs'

import { Problem } from '../../../platform/errors.ts'
import { invalid } from './check-provider.ts'
import type { Mapping, ProviderRecord } from './provider.ts'

/** What `create` and `update` have in common. */
export interface Typed {
  name?: string
  clientId?: string
  secretFile?: string
  secretStdin?: true
  option?: string[]
  map?: string[]
  allowDomain?: string[]
  allowAnyDomain?: true
  creation?: string
  requireVerifiedEmail?: boolean
  trustEmail?: boolean
  keepTokens?: boolean
  position?: string
  json?: true
}

/** The fields of the API that were typed; what they hold is checked by its schemas. */
export const fieldsOf = (typed: Typed, secret: string | undefined): Record<string, unknown> =>
  definedOf({
    name: typed.name,
    client_id: typed.clientId,
    secret,
    position: typed.position === undefined ? undefined : Number(typed.position),
    keep_tokens: typed.keepTokens,
    options: typed.option && Object.fromEntries(typed.option.map(toOption)),
    policy: policyOf(typed),
  })

function policyOf(typed: Typed): Record<string, unknown> | undefined {
  const policy = definedOf({
    creation: typed.creation,
    allowed_domains: typed.allowAnyDomain ? [] : typed.allowDomain,
    require_verified_email: typed.requireVerifiedEmail,
    trust_email: typed.trustEmail,
  })
  return Object.keys(policy).length === 0 ? undefined : policy
}

const definedOf = (fields: Record<string, unknown>): Record<string, unknown> =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined))

/** `key=value`; a value that is JSON is taken as that, an empty one takes the option away. */
function toOption(text: string): [string, unknown] {
  const [key, value] = splitAtEquals(text, '--option')
  return [key, value === '' ? null : jsonOrText(value)]
}

function jsonOrText(value: string): unknown {
  if (!/^(\[|\{|true$|false$)/.test(value)) return value
  try {
    return JSON.parse(value)
  } catch {
    return value
  }
}

/** Another mapping: `claim=/pointer` sets, `claim=none` turns off, `claim=` leaves it to the connector. */
export function mappingWith(before: ProviderRecord['mapping'], typed: readonly string[] = []): Mapping {
  const mapping = new Map<string, string | null>(Object.entries(before))
  for (const text of typed) {
    const [claim, pointer] = splitAtEquals(text, '--map')
    if (pointer === '') mapping.delete(claim)
    else mapping.set(claim, pointer === 'none' ? null : pointer)
  }
  return Object.fromEntries(mapping) // names and pointers are checked by the schema of the use case
}

function splitAtEquals(text: string, option: string): [string, string] {
  const at = text.indexOf('=')
  if (at < 1) throw invalid([{ field: option, detail: 'must look like name=value' }])
  return [text.slice(0, at), text.slice(at + 1)]
}

const mostBytes = 64 * 1024

/**
 * The secret, from where nobody else on the machine reads it. Line ends behind it do not belong to it.
 *
 * @throws provider_options_invalid (422): the file cannot be read, or nothing was piped in.
 */
export async function readSecret({ secretFile, secretStdin }: Typed): Promise<string | undefined> {
  if (secretFile !== undefined) return readText(secretFile, '--secret-file').trimEnd()
  return secretStdin ? (await readStdin()).trimEnd() : undefined
}

export function readText(path: string, option: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    throw invalid([{ field: option, detail: `${path} cannot be read` }])
  }
}

async function readStdin(): Promise<string> {
  if (process.stdin.isTTY)
    throw invalid([{ field: '--secret-stdin', detail: 'reads what is piped in; a terminal would show it' }])
  const parts: Buffer[] = []
  let bytes = 0
  for await (const part of process.stdin) {
    const read = Buffer.from(part as Buffer) // standard input without an encoding gives bytes
    bytes += read.length
    if (bytes > mostBytes) throw invalid([{ field: '--secret-stdin', detail: 'is too long for a secret' }])
    parts.push(read)
  }
  return Buffer.concat(parts).toString()
}

/** The option that filled each field of the input. */
const optionOf: Record<string, string> = {
  slug: '--slug',
  name: '--name',
  client_id: '--client-id',
  secret: '--secret-file or --secret-stdin',
  position: '--position',
  'policy.creation': '--creation',
  'policy.allowed_domains': '--allow-domain',
}

function optionNamed(field: string): string {
  const [within = '', name = ''] = field.split('.')
  if (within === 'options') return name === '' ? '--option' : `--option ${name}`
  if (within === 'mapping') return name === '' ? '--map' : `--map ${name}`
  return optionOf[field] ?? optionOf[`${within}.${name}`] ?? field
}

/** A refusal speaks of fields; a person at a terminal knows options. */
export async function namingOptions<Result>(work: () => Promise<Result>): Promise<Result> {
  try {
    return await work()
  } catch (error) {
    if (!(error instanceof Problem) || !error.options.fields) throw error
    const detail = error.options.fields.map((one) => `${optionNamed(one.field)} ${one.detail}`).join('; ')
    const { code, status, message } = error
    throw new Problem(code, { status, title: message }, { detail })
  }
}
