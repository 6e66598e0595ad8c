import {
  type AuthorizationDetailsForAccessToken,
  type AuthorizationDetailsForIntrospection,
  type Client,
  errors,
  type KoaContextWithOIDC,
  type RichAuthorizationRequestsActiveConfiguration,
} from 'oidc-provider'

import { covers, type Detail, faultOfDetail, permittedScopes, type WithApis } from '../../apis/index.ts'
import { askingClient, detailsAsked, isForItself } from './asking.ts'

/** Bytes: a JWT carries them, and headers have an end. */
const longest = 4096

/** Where the page that a person agrees on does not show details. */
const withoutTheirPage: ReadonlySet<string> = new Set(['backchannel_authentication', 'device_authorization'])

/** What a person can be expected to read before they agree. */
const most = 10

type Rich = RichAuthorizationRequestsActiveConfiguration & {
  authorizationDetailsForIntrospection: AuthorizationDetailsForIntrospection
}

/**
 * Authorization details (RFC 9396). Types belong to registered APIs; which there are is what the provider was built with, what
 * each wants is looked up when it is asked for. A code carries what its person agreed to; a token gets of that what its API
 * understands, and no more than the request names.
 */
export function richAuthorizationRequests(app: WithApis): Rich {
  const validate = async (ctx: KoaContextWithOIDC, detail: Detail, client: Client): Promise<void> => {
    const fault = await faultOf(app, ctx, detail, client)
    if (fault !== null) throw new errors.InvalidAuthorizationDetails(`${detail.type}: ${fault}`)
  }
  return {
    enabled: true,
    types: Object.fromEntries(app.apis.detailTypes().map((type) => [type, { validate }])),
    authorizationDetailsForGrantSource: (ctx) => detailsAsked(ctx),
    authorizationDetailsForAccessToken: (ctx, token, source) => detailsOfToken(app, ctx, token, source),
    authorizationDetailsForIntrospection: (_ctx, token) => token.rar,
  }
}

async function faultOf(
  { apis }: WithApis,
  ctx: KoaContextWithOIDC,
  detail: Detail,
  client: Client,
): Promise<string | null> {
  if (withoutTheirPage.has(ctx.oidc.route)) return 'cannot be asked for here'
  if (Buffer.byteLength(String(ctx.oidc.params?.authorization_details)) > longest)
    return 'all of them are too long'
  if (detailsAsked(ctx).length > most) return `there are more than ${most} of them`
  const found = await apis.byDetailType(detail.type)
  if (!found || !permittedScopes(found.api, askingClient(client), isForItself(ctx)))
    return 'is not known here, or not for this client'
  const { identifier } = found.api
  if (!resourcesAsked(ctx, identifier).includes(identifier))
    return 'belongs to none of the resources asked for'
  return faultOfDetail(found.type, identifier, detail)
}

/** Without any, it is the API of the details. */
const resourcesAsked = ({ oidc }: KoaContextWithOIDC, otherwise: string): unknown[] =>
  [oidc.params?.resource ?? otherwise].flat()

/** @throws InvalidAuthorizationDetails: more is asked for than was granted, or for another API than the token's. */
async function detailsOfToken(
  { apis }: WithApis,
  ctx: KoaContextWithOIDC,
  token: Parameters<AuthorizationDetailsForAccessToken>[1],
  source: Parameters<AuthorizationDetailsForAccessToken>[2],
): Promise<Detail[]> {
  const asked = detailsAsked(ctx)
  const granted = source?.rar ?? []
  if (source && !asked.every((one) => granted.some((whole) => covers(whole, one))))
    throw new errors.InvalidAuthorizationDetails('more is asked for than was granted')
  const found = await Promise.all(
    (asked.length > 0 ? asked : granted).map(async (detail) => ({
      detail,
      known: await apis.byDetailType(detail.type),
    })),
  )
  const here = found.filter(
    ({ detail, known }) => known?.api.identifier === token.aud && mayUse(ctx.oidc.client, detail),
  )
  if (here.length < asked.length)
    throw new errors.InvalidAuthorizationDetails(
      'what is asked for belongs to another resource than the token',
    )
  return here.map(({ detail }) => detail)
}

/** What was taken from a client since is not given to it again. */
function mayUse(client: Client | undefined, { type }: Detail): boolean {
  const types = client?.authorizationDetailsTypes
  return Array.isArray(types) && types.includes(type)
}
