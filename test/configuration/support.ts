import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Command } from 'commander'

import { commands } from '../../src/features/configuration/index.ts'
import { Problem } from '../../src/platform/errors.ts'
import { openPasswords, type WithPasswords } from '../../src/features/credentials/index.ts'
import { afterTest, parts as bareParts, type Parts as BareParts } from '../support/parts.ts'

export type Parts = BareParts & WithPasswords

/** What commands work with, on a database of its own. */
export async function parts(variables: Record<string, string> = {}): Promise<Parts> {
  const app = await bareParts(variables)
  const passwords = await openPasswords(app.config, app.log)
  afterTest(() => passwords.close())
  return { ...app, passwords }
}

type Machinery = Parameters<typeof commands>[1] extends () => Promise<infer Opened> ? Opened : never

/** What a command printed, and the code that the program would end with. */
export interface Ran {
  out: string
  code: number
}

/** As it is when no command runs; two may run at once. */
const [out, err] = [process.stdout.write.bind(process.stdout), process.stderr.write.bind(process.stderr)]

/** Runs one command as somebody at a terminal who cannot be asked. @throws what the command refuses */
export async function run(app: Machinery, ...words: string[]): Promise<Ran> {
  const program = new Command()
  commands(program, async () => app)
  const printed: string[] = []
  process.stdout.write = (chunk: string | Uint8Array) => printed.push(String(chunk)) > 0
  process.stderr.write = () => true
  try {
    await program.parseAsync(words, { from: 'user' })
    return { out: printed.join(''), code: Number(process.exitCode ?? 0) }
  } finally {
    ;[process.stdout.write, process.stderr.write] = [out, err]
    process.exitCode = undefined
  }
}

/** A file with this text, until the test ends. */
export function file(text: string, name = 'gatehouse.yaml'): string {
  const folder = mkdtempSync(join(tmpdir(), 'gatehouse-configuration-'))
  afterTest(() => {
    rmSync(folder, { recursive: true, force: true })
  })
  const path = join(folder, name)
  writeFileSync(path, text)
  return path
}

export const apply = (app: Machinery, text: string, ...more: string[]): Promise<Ran> =>
  run(app, 'apply', '-f', file(text), '--yes', ...more)

export const plan = (app: Machinery, text: string, ...more: string[]): Promise<Ran> =>
  run(app, 'plan', '-f', file(text), ...more)

/** What a refusal says, one line a field. */
export async function refusal(work: Promise<unknown>): Promise<string> {
  try {
    await work
  } catch (error) {
    if (!(error instanceof Problem)) throw error
    const fields = error.options.fields?.map(({ field, detail }) => `${field}: ${detail}`) ?? []
    return [error.code, ...(fields.length > 0 ? fields : [error.options.detail ?? ''])].join('\n')
  }
  throw new Error('nothing was refused')
}

/** Two clients (one with a secret of its own), an API, a provider, claims and settings, as an operator would write them. */
export const sample = `version: 1
roles:
  desk:
    description: Answers the telephone
    permissions: [users:read:any, sessions:read:any]
identity_providers:
  google:
    connector: google
    name: Google
    client_id: ours.apps.example
    secret: a-client-secret-of-a-provider
    policy:
      allowed_domains: [example.com]
clients:
  shop-frontend:
    name: Shop
    first_party: true
    redirect_uris:
      - https://shop.example/callback
    grant_types: [authorization_code, refresh_token]
    secrets:
      - a-secret-of-the-shop-that-is-long-enough
  gh_aaaaaaaaaaaaaaaaaaaaaa:
    name: "Reports: nightly"
    grant_types: [client_credentials]
    token_endpoint_auth_method: client_secret_post
    allowed_scopes: [reports.read]
    enabled: false
    secrets:
      - sha256: 47DEQpj8HBSa-_TImW-5JCeuQeRkm5NMpJWZG3hSuFU
  phone:
    name: Telephone
    application_type: native
    token_endpoint_auth_method: none
    redirect_uris: ['com.example.phone:/back']
    dpop_bound_access_tokens: true
    id_token_signed_response_alg: ES256
    backchannel_logout_uri: https://phone.example/logout
    backchannel_logout_session_required: true
apis:
  https://api.example/:
    name: Reports
    scopes:
      - name: reports.read
        description: { en: Read reports }
    clients:
      - client_id: gh_aaaaaaaaaaaaaaaaaaaaaa
        scopes: [reports.read]
claims:
  - claim: tier
    value: gold
    client_id: shop-frontend
    tokens: [userinfo, id_token]
  - claim: https://example.com/role
    attribute: role
    tokens: [access_token]
claim_hooks:
  - url: https://claims.example/hook
    tokens: [access_token]
    secret: whsec_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=
settings:
  system:
    password.minimum_length: 14
    brand: { name: Acme, logoUrl: null, accent: '#112233', accentDark: '#ddeeff' }
  clients:
    shop-frontend:
      mfa.policy: required
`
