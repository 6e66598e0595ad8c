import { z } from 'zod'

import type { FieldProblem } from '../../../platform/errors.ts'
import { errors } from '../errors.ts'
import { displayHost } from '../redirect-uris.ts'
import type { NewClient } from '../schema.ts'
import { cibaGrant } from '../requests/signed-asking.ts'
import { requestedSecurity, toBackchannel, toSecurity } from './requested-security.ts'

const text = z.string().max(2_000).nullish()
const words = z.array(z.string().max(2_000)).max(50).nullish()

/**
 * What an application may say of itself (RFC 7591, section 2; OpenID Connect Dynamic Client Registration 1.0, section 2). What
 * is not named here is ignored: above all what only an operator decides.
 */
export const RequestedMetadata = z.looseObject({
  redirect_uris: words,
  post_logout_redirect_uris: words,
  response_types: words,
  grant_types: words,
  application_type: text,
  token_endpoint_auth_method: text,
  id_token_signed_response_alg: text,
  client_name: text,
  client_uri: text,
  logo_uri: text,
  policy_uri: text,
  tos_uri: text,
  scope: z.string().max(5_000).nullish(),
  jwks: z.unknown().optional(),
  jwks_uri: text,
  software_id: z.string().max(200).nullish(),
  software_version: z.string().max(200).nullish(),
  ...requestedSecurity,
})

export type RequestedMetadata = z.infer<typeof RequestedMetadata>

/** How an application asks to prove itself, and what is registered for it. */
const methods: Record<string, (asked: RequestedMetadata) => Pick<NewClient, 'authentication' | 'secretIn'>> =
  {
    client_secret_basic: () => ({ authentication: 'secret' }),
    client_secret_post: () => ({ authentication: 'secret', secretIn: 'body' }),
    none: () => ({ authentication: 'none' }),
    private_key_jwt: ({ jwks, jwks_uri: uri }) => ({
      authentication: uri != null ? { jwksUri: uri } : { jwks: jwks as { keys: Record<string, unknown>[] } }, // createClient refuses what is no key set
    }),
  }

/** Where no method is named (RFC 7591, section 2; a document can hold no secret). */
export const defaultMethods = { registration: 'client_secret_basic', document: 'none' } as const

/**
 * What these words mean here. Nothing is checked but what createClient cannot see.
 *
 * @throws invalid_client_metadata (400): a response type or a way to prove itself that does not exist here.
 */
export function toNewClient(asked: RequestedMetadata, defaultMethod: string): NewClient {
  const method = asked.token_endpoint_auth_method ?? defaultMethod
  const grants = asked.grant_types ?? ['authorization_code']
  refuse(faultsOf(asked, method, grants))
  return {
    name: nameOf(asked),
    owner: { type: 'self' },
    applicationType: typeOf(asked, method) as 'web', // createClient refuses what is no type, and below no grant and no algorithm
    redirectUris: asked.redirect_uris ?? [],
    postLogoutRedirectUris: asked.post_logout_redirect_uris ?? [],
    grants: grants as NewClient['grants'],
    ...methods[method]?.(asked),
    ...(method !== 'private_key_jwt' && asked.jwks != null && { keys: asked.jwks as NewClient['keys'] }),
    ...toSecurity(asked),
    ...(grants.includes(cibaGrant) && toBackchannel(asked)),
    idTokenAlgorithm: orAbsent(asked.id_token_signed_response_alg) as 'RS256' | undefined,
    scopes: orAbsent(asked.scope)
      ?.split(' ')
      .filter((scope) => scope !== ''),
    clientUri: orAbsent(asked.client_uri),
    logoUri: orAbsent(asked.logo_uri),
    policyUri: orAbsent(asked.policy_uri),
    tosUri: orAbsent(asked.tos_uri),
  }
}

/** Null is as good as nothing (RFC 7592, section 2.2). */
const orAbsent = (value: string | null | undefined): string | undefined => value ?? undefined

function faultsOf(asked: RequestedMetadata, method: string, grants: readonly string[]): FieldProblem[] {
  const types = asked.response_types ?? (grants.includes('authorization_code') ? ['code'] : [])
  const rules: { field: string; broken: boolean; detail: string }[] = [
    {
      field: 'response_types',
      broken: types.some((type) => type !== 'code'),
      detail: 'may hold code only (RFC 9700, section 2.1.2)',
    },
    {
      field: 'response_types',
      broken: types.includes('code') !== grants.includes('authorization_code'),
      detail: 'must be code where grant_types holds authorization_code, and nothing where it does not',
    },
    {
      field: 'token_endpoint_auth_method',
      broken: !Object.hasOwn(methods, method),
      detail: `must be one of ${Object.keys(methods).join(', ')}`,
    },
    {
      field: 'jwks_uri',
      broken: asked.jwks != null && asked.jwks_uri != null,
      detail: 'must not stand beside jwks',
    },
  ]
  return rules.filter(({ broken }) => broken).map(({ field, detail }) => ({ field, detail }))
}

export function refuse(fields: readonly FieldProblem[]): void {
  if (fields.length === 0) return
  const detail = fields.map((one) => `${one.field} ${one.detail}`).join('; ')
  throw errors.invalid_client_metadata({ detail, fields })
}

/** People are asked to trust it, so it is called something: by where it sends them, when it does not say. */
function nameOf({ client_name: name, redirect_uris: uris }: RequestedMetadata): string {
  const said = name?.trim() ?? ''
  if (said !== '') return said
  return displayHost(uris?.[0] ?? '').slice(0, 100) || 'Unnamed application'
}

/**
 * Where nothing is said it is `web` (OpenID Connect Dynamic Client Registration 1.0, section 2), unless it can only be on the
 * person's device: it keeps no secret, and codes go nowhere but there (RFC 8252, section 7.3).
 */
function typeOf({ application_type: said, redirect_uris: uris }: RequestedMetadata, method: string): string {
  if (said != null) return said
  const onDevice = (uri: string) => /^http:\/\/(127\.0\.0\.1|\[::1\]|localhost)(:\d+)?(\/|$)/.test(uri)
  return method === 'none' && uris != null && uris.length > 0 && uris.every(onDevice) ? 'native' : 'web'
}
