import { z } from 'zod'

import type { App } from '../../../platform/app.ts'
import {
  addHook,
  keptHookSecret,
  listHooks,
  NewHook,
  openKeptHookSecret,
  removeHook,
} from '../../claims/index.ts'
import { errors } from '../errors.ts'
import { hidden, unopened } from './hidden.ts'
import { readList } from './read-map.ts'
import { asList, type Fields, type Machinery, type Present, type Section, without } from './section.ts'

type Hook = Awaited<ReturnType<typeof listHooks>>[number]

const KeptSecret = z.strictObject({
  sealed: z.base64url().max(2_000),
  key: z.string().max(100),
  hook: z.uuid(),
})
const GivenSecret = z
  .string()
  .regex(
    /^whsec_[A-Za-z0-9+/]{43}=$/,
    'must be like whsec_… with 32 bytes of base64 (Standard Webhooks 1.0.0)',
  )
const DeclaredHook = NewHook.extend({ secret: z.union([GivenSecret, KeptSecret]).optional() })
type DeclaredHook = z.infer<typeof DeclaredHook>

/** Services that are asked for claims: one for everybody, one for each client. One is replaced, never changed. */
export const claimHooks: Section = {
  name: 'claim_hooks',
  permission: 'claims:write:any',
  present: async (app) => (await listHooks(app.db)).map((hook) => presentOf(app, hook)).toSorted(byKey),
  read(app, said, present) {
    const kept = new Map(present.map((one) => [one.key, one]))
    return readList('claim_hooks', said, DeclaredHook, (declared, path) => {
      const key = keyOf(declared.client_id)
      const before = kept.get(key)
      const secret = secretOf(app, declared) ?? secretBefore(app, before)
      if (secret === null) throw faultOf('is needed: whsec_… with 32 random bytes of base64')
      return {
        key,
        path,
        fields: { ...fieldsOf(declared), secret: hidden(secret) },
        async check(outside) {
          const prospect = await outside.outbound.check(declared.url)
          if (prospect.outcome !== 'refused') return
          const detail = `is refused: ${prospect.reason}`
          throw errors.configuration_invalid({ detail, fields: [{ field: 'url', detail }] })
        },
        async put(inside, by, found) {
          if (found) await found.remove(inside, by)
          await addHook(inside, by, without('secret', declared), keptIn(declared, secret))
        },
      }
    })
  },
  write: asList,
}

const byKey = (one: Present, other: Present): number => (one.key < other.key ? -1 : 1)

const keyOf = (clientId: string | null): string => (clientId === null ? 'every client' : `client ${clientId}`)

const faultOf = (detail: string): Error =>
  errors.configuration_invalid({ detail: `secret ${detail}`, fields: [{ field: 'secret', detail }] })

/** Null where the document says none. @throws configuration_invalid (422): no key here opens it. */
function secretOf({ config }: Pick<App, 'config'>, { secret }: DeclaredHook): string | null {
  if (secret === undefined || typeof secret === 'string') return secret ?? null
  const opened = openKeptHookSecret(config, secret)
  if (opened !== null) return opened
  throw faultOf(
    `was sealed under the key ${secret.key}, and no key of KEY_ENCRYPTION_KEY here opens it: give it by {env: NAME} or {file: PATH}`,
  )
}

function secretBefore({ config }: Pick<App, 'config'>, before: Present | undefined): string | null {
  const kept = KeptSecret.safeParse(before?.written.secret)
  return kept.success ? openKeptHookSecret(config, kept.data) : null
}

function keptIn({ secret }: DeclaredHook, opened: string) {
  if (secret === undefined || typeof secret === 'string') return { secret: opened }
  const sealed = { sealed: Buffer.from(secret.sealed, 'base64url'), sealingKeyId: secret.key }
  return { id: secret.hook, secret: opened, sealed }
}

const usual: Fields = {
  client_id: null,
  scope: null,
  timeout_ms: 500,
  cache_seconds: 60,
  on_failure: 'closed',
}

const fieldsOf = (declared: DeclaredHook): Fields => ({
  ...Object.fromEntries(
    Object.entries(without('secret', declared)).filter(([name, value]) => usual[name] !== value),
  ),
  tokens: declared.tokens.toSorted(),
})

function presentOf({ config }: Machinery, hook: Hook): Present {
  const fields = fieldsOf({
    url: hook.url,
    client_id: hook.clientId,
    scope: hook.scope,
    tokens: [...hook.tokens],
    timeout_ms: hook.timeoutMs,
    cache_seconds: hook.cacheSeconds,
    on_failure: hook.onFailure,
  })
  const kept = keptHookSecret(hook)
  const opened = openKeptHookSecret(config, kept)
  return {
    key: keyOf(hook.clientId),
    fields: { ...fields, secret: opened === null ? unopened(kept.sealed) : hidden(opened) },
    written: { ...fields, secret: kept },
    remove: (app, by) => removeHook(app, by, hook.id),
  }
}
