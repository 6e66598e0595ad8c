import type { Context } from 'koa'
import { errors, type InteractionResults, type Provider } from 'oidc-provider'
import { z } from 'zod'

import type { Level } from '../admission/index.ts'
import { askingDevice, type AskingDevice } from './device/device-code.ts'
import { acrAsked, claimsNamed } from './requested-claims.ts'
import { type Detail, permittedScopes, type WithApis } from '../apis/index.ts'
import type { WithClients } from '../clients/index.ts'
import { isScope } from './configuration/grants.ts'

/** One request of a client that waits for a person, as the pages of a sign-in see it. */
export interface Interaction {
  /** Names it in URLs; goes with a cookie of this browser, without which nothing here works. */
  uid: string
  /** What the client is owed first. */
  prompt: 'login' | 'consent' | 'select_account'
  clientId: string
  /** Where the answer goes; null where a device fetches it. */
  redirectUri: string | null
  /** The device that waits for it (RFC 8628); null where a browser does. */
  device: AskingDevice | null
  /** The `sub` of who is signed in already. */
  subject: string | null
  /** Scopes about the person that neither they nor the client's owner has agreed to yet. */
  missingScopes: readonly string[]
  /** All scopes about the person that are asked for. */
  requestedScopes: readonly string[]
  /** Claims asked for by themselves, of those the client may have. */
  requestedClaims: readonly string[]
  /** Those of them that neither has agreed to yet. */
  missingClaims: readonly string[]
  /** Scopes of registered APIs that are asked for. */
  apiScopes: readonly AskedApiScope[]
  /** What is asked for in detail, as it was checked (RFC 9396). */
  authorizationDetails: readonly Detail[]
  loginHint: string | null
  uiLocales: string | undefined
  /** How surely the client wants the person recognised; null where it does not say. */
  asked: Level | null
  /** Somebody is signed in, not surely enough: they are to prove more, not everything anew. */
  stepUp: boolean
  /** The person is to prove anew who they are, though somebody may be signed in. */
  mustBeFresh: boolean
  /** `prompt=create`: the client would like a new account made. */
  wantsRegistration: boolean
}

export interface AskedApiScope {
  /** The API's identifier. */
  api: string
  scope: string
  /** Nobody has agreed to it yet. */
  missing: boolean
}

/** How a sign-in ended for the client. `consent`: who agreed, by `sub`. */
export type Ending =
  | { login: LoginEnding }
  | { consent: { subject: string } }
  | { selected: 'same' | 'another' }
  | { refused: 'access_denied'; because: string }

export interface LoginEnding {
  subject: string
  at: Date
  acr: string
  amr: readonly string[]
  /** The sign-in elsewhere that proved it, where one did. */
  connection: string | null
  /** A remembered device stood in for a second factor. */
  excused: boolean
}

/** The only door between the pages of a sign-in and the provider. */
export interface Interactions {
  /** Null when there is none for this browser: expired, finished, or begun elsewhere. */
  current(ctx: Context): Promise<Interaction | null>
  /** Hands the outcome to the provider; the URL that the browser goes to next. */
  finish(ctx: Context, ending: Ending): Promise<string>
}

/** Why a request asks for a sign-in although there is a session: it does not say surely enough who is in it. */
export const levelReason = 'level'

/** Why a person is asked although nothing is missing: they are to look at the device. */
export const deviceReason = 'device_confirmation'

const Details = z.object({
  uid: z.string(),
  deviceCode: z.string().optional(),
  prompt: z.object({
    name: z.enum(['login', 'consent', 'select_account']),
    reasons: z.array(z.string()).default([]),
    details: z.object({
      missingOIDCScope: z.array(z.string()).optional(),
      missingOIDCClaims: z.array(z.string()).optional(),
      missingResourceScopes: z.record(z.string(), z.array(z.string())).optional(),
    }),
  }),
  params: z.object({
    client_id: z.string(),
    redirect_uri: z.string().optional(),
    scope: z.string().default(''),
    resource: z.union([z.string(), z.array(z.string())]).default([]),
    authorization_details: z.string().default('[]'),
    login_hint: z.string().optional(),
    ui_locales: z.string().optional(),
    screen_hint: z.string().optional(),
    prompt: z.string().optional(),
    max_age: z.coerce.number().optional(),
    acr_values: z.string().optional(),
    claims: z.string().optional(),
  }),
  session: z.object({ accountId: z.string() }).optional(),
  grant: z.object({ openid: z.object({ claims: z.array(z.string()).default([]) }).optional() }).optional(),
})

type Parts = WithApis & WithClients

export function openInteractions(parts: Parts, provider: () => Provider): Interactions {
  return {
    async current(ctx) {
      try {
        const details = Details.parse(await provider().interactionDetails(ctx.req, ctx.res))
        return await toInteraction(parts, details, await waitingDevice(provider(), details.deviceCode))
      } catch (error) {
        if (error instanceof errors.SessionNotFound) return null
        throw error
      }
    },
    finish: (ctx, ending) => provider().interactionResult(ctx.req, ctx.res, toResult(ending)),
  }
}

async function waitingDevice(provider: Provider, handle: string | undefined): Promise<AskingDevice | null> {
  const code = handle === undefined ? undefined : await provider.DeviceCode.find(handle, anyState)
  return code ? askingDevice(code) : null
}

/** Whatever has become of it: the provider says so when the browser comes back. */
const anyState = { ignoreExpiration: true, ignoreSessionBinding: true }

type Details = z.infer<typeof Details>

async function toInteraction(
  parts: Parts,
  known: Details,
  device: AskingDevice | null,
): Promise<Interaction> {
  const { uid, prompt, params, session } = known
  return {
    uid,
    prompt: prompt.name,
    clientId: params.client_id,
    redirectUri: params.redirect_uri ?? null,
    device,
    subject: session?.accountId ?? null,
    ...askedOf(known),
    apiScopes: await askedOfApis(parts, known),
    authorizationDetails: JSON.parse(params.authorization_details) as Detail[], // the provider has checked them
    loginHint: params.login_hint ?? null,
    uiLocales: params.ui_locales,
    asked: acrAsked(params).level,
    stepUp: session !== undefined && prompt.reasons.every((reason) => reason === levelReason),
    mustBeFresh: params.max_age !== undefined || (params.prompt ?? '').split(' ').includes('login'),
    wantsRegistration: params.screen_hint === 'signup',
  }
}

type Asked = Pick<Interaction, 'missingScopes' | 'requestedScopes' | 'missingClaims' | 'requestedClaims'>

/** What the client asks for, and what of that it does not have yet. */
function askedOf({ prompt, params, grant }: Details): Asked {
  const { missingOIDCScope = [], missingOIDCClaims = [], missingResourceScopes = {} } = prompt.details
  const mayHave = new Set([...missingOIDCClaims, ...(grant?.openid?.claims ?? [])])
  return {
    missingScopes: [
      ...new Set([...missingOIDCScope, ...Object.values(missingResourceScopes).flat()].filter(isScope)),
    ],
    requestedScopes: scopesIn(params).filter(isScope),
    missingClaims: missingOIDCClaims,
    requestedClaims: claimsNamed(params.claims).filter((claim) => mayHave.has(claim)),
  }
}

const scopesIn = ({ scope }: Details['params']): string[] => scope.split(' ').filter((one) => one !== '')

/** As the provider decides it, which keeps only what is missing of it (`configuration/resources.ts`). */
async function askedOfApis({ apis, clients }: Parts, { prompt, params }: Details): Promise<AskedApiScope[]> {
  const client = await clients.get(params.client_id)
  if (!client) return []
  const { missingResourceScopes: missing = {} } = prompt.details
  const asked = scopesIn(params)
  const allowedScopes = client.metadata.allowed_scopes ?? null
  const asking = { id: client.id, firstParty: client.firstParty, allowedScopes }
  const named = [...new Set([params.resource].flat())]
  const found = await Promise.all(named.map((one) => apis.byIdentifier(one)))
  return found.flatMap((api) => {
    if (!api) return []
    const permitted = permittedScopes(api, asking, false) ?? []
    return permitted
      .filter((scope) => asked.includes(scope))
      .map((scope) => ({
        ...{ api: api.identifier, scope },
        missing: missing[api.identifier]?.includes(scope) === true,
      }))
  })
}

/** Who has agreed, in this very sign-in, to the authorization details that are asked for. */
export function detailsAgreedBy(result: InteractionResults | undefined): unknown {
  return result?.consent?.subject
}

function toResult(ending: Ending): InteractionResults {
  if ('refused' in ending) return { error: ending.refused, error_description: ending.because }
  if ('consent' in ending) return { consent: ending.consent }
  if ('selected' in ending) return { select_account: { another: ending.selected === 'another' } }
  const { subject, at, acr, amr, connection, excused } = ending.login
  const login = { accountId: subject, ts: at.getTime() / 1000, acr, amr: [...amr], remember: true }
  return { login: { ...login, ...(connection !== null && { connection }), ...(excused && { excused }) } }
}
