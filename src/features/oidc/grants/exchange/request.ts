import { errors, type KoaContextWithOIDC } from 'oidc-provider'

/** Kinds of tokens that may be handed in (RFC 8693, section 3). */
const handedIn = {
  'urn:ietf:params:oauth:token-type:access_token': 'access token',
  'urn:ietf:params:oauth:token-type:id_token': 'ID token',
  'urn:ietf:params:oauth:token-type:jwt': 'any',
} as const

export const accessTokenType = 'urn:ietf:params:oauth:token-type:access_token'

export interface HandedIn {
  /** The name of the parameter. */
  parameter: 'subject_token' | 'actor_token'
  token: string
  kind: (typeof handedIn)[keyof typeof handedIn]
}

export interface ExchangeRequest {
  subject: HandedIn
  actor: HandedIn | null
  /** What `audience` and `resource` name, each once. */
  targets: string[]
  scope: string | undefined
}

export const parameters = [
  'subject_token',
  'subject_token_type',
  'actor_token',
  'actor_token_type',
  'requested_token_type',
  'audience',
  'resource',
  'scope',
] as const

/** RFC 8693, section 2.1. @throws invalid_request for what it does not allow. */
export function readRequest(ctx: KoaContextWithOIDC): ExchangeRequest {
  const params = ctx.oidc.params ?? {}
  const subject = handedInBy('subject_token', params)
  if (!subject) throw new errors.InvalidRequest('missing required parameter: subject_token')
  const { requested_token_type: requested, scope } = params
  if (requested !== undefined && requested !== accessTokenType)
    throw new errors.InvalidRequest(`requested_token_type must be ${accessTokenType}`)
  const targets = [params.audience, params.resource].flat().filter((name) => typeof name === 'string')
  return {
    subject,
    actor: handedInBy('actor_token', params),
    targets: [...new Set(targets)],
    scope: typeof scope === 'string' ? scope : undefined,
  }
}

/** A token and its type come together: neither without the other. */
function handedInBy(parameter: HandedIn['parameter'], params: Record<string, unknown>): HandedIn | null {
  const { [parameter]: token, [`${parameter}_type`]: type } = params
  if (typeof token !== 'string') {
    if (type === undefined) return null
    throw new errors.InvalidRequest(`${parameter}_type is of no use without ${parameter}`)
  }
  if (typeof type !== 'string')
    throw new errors.InvalidRequest(`missing required parameter: ${parameter}_type`)
  const kind = kindOf(type)
  if (kind === null) throw new errors.InvalidRequest(`${parameter}_type is not supported`)
  return { parameter, token, kind }
}

const kindOf = (type: string): HandedIn['kind'] | null =>
  Object.entries(handedIn).find(([name]) => name === type)?.[1] ?? null
