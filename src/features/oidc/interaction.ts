import type { Context } from 'koa'
import { errors, type InteractionResults, type Provider } from 'oidc-provider'
import { z } from 'zod'

import { type Level, levelAsked } from '../admission/index.ts'
import { type Detail, permittedScopes, type WithApis } from '../apis/index.ts'
import type { WithClients } from '../clients/index.ts'
import { isScope } from './configuration/grants.ts'

/** One request of a client that waits for a person, as the pages of a sign-in see it. */
export interface Interaction {
  /** Names it in URLs; goes with a cookie of this browser, without which nothing here works. */
  uid: string
  /** What the client is owed first. */
  prompt: 'login' | 'consent'
  clientId: string
  redirectUri: string
  /** The `sub` of who is signed in already. */
  subject: string | null
  /** Scopes about the person that neither they nor the client's owner has agreed to yet. */
  missingScopes: readonly string[]
  /** All scopes about the person that are asked for. */
  requestedScopes: readonly string[]
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
  { login: LoginEnding } | { consent: string } | { refused: 'access_denied'; because: string }

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

const Details = z.object({
  uid: z.string(),
  prompt: z.object({
    name: z.enum(['login', 'consent']),
    reasons: z.array(z.string()).default([]),
    details: z.object({
      missingOIDCScope: z.array(z.string()).optional(),
      missingResourceScopes: z.record(z.string(), z.array(z.string())).optional(),
    }),
  }),
  params: z.object({
    client_id: z.string(),
    redirect_uri: z.string(),
    scope: z.string().default(''),
    resource: z.union([z.string(), z.array(z.string())]).default([]),
    authorization_details: z.string().default('[]'),
    login_hint: z.string().optional(),
    ui_locales: z.string().optional(),
    screen_hint: z.string().optional(),
    prompt: z.string().optional(),
    max_age: z.coerce.number().optional(),
    acr_values: z.string().optional(),
  }),
  session: z.object({ accountId: z.string() }).optional(),
})

type Parts = WithApis & WithClients

export function openInteractions(parts: Parts, provider: () => Provider): Interactions {
  return {
    async current(ctx) {
      try {
        return await toInteraction(parts, await provider().interactionDetails(ctx.req, ctx.res))
      } catch (error) {
        if (error instanceof errors.SessionNotFound) return null
        throw error
      }
    },
    finish: (ctx, ending) => provider().interactionResult(ctx.req, ctx.res, toResult(ending)),
  }
}

async function toInteraction(parts: Parts, details: unknown): Promise<Interaction> {
  const { uid, prompt, params, session } = Details.parse(details)
  const { missingOIDCScope = [], missingResourceScopes = {} } = prompt.details
  const missing = [...missingOIDCScope, ...Object.values(missingResourceScopes).flat()].filter(isScope)
  const asked = params.scope.split(' ').filter((scope) => scope !== '')
  return {
    uid,
    prompt: prompt.name,
    clientId: params.client_id,
    redirectUri: params.redirect_uri,
    subject: session?.accountId ?? null,
    missingScopes: [...new Set(missing)],
    requestedScopes: asked.filter(isScope),
    apiScopes: (await askedOfApis(parts, params, asked)).map((one) => ({
      ...one,
      missing: missingResourceScopes[one.api]?.includes(one.scope) === true,
    })),
    authorizationDetails: JSON.parse(params.authorization_details) as Detail[], // the provider has checked them
    loginHint: params.login_hint ?? null,
    uiLocales: params.ui_locales,
    asked: levelAsked(params.acr_values),
    stepUp: session !== undefined && prompt.reasons.every((reason) => reason === levelReason),
    mustBeFresh: params.max_age !== undefined || (params.prompt ?? '').split(' ').includes('login'),
    wantsRegistration: params.screen_hint === 'signup',
  }
}

type Params = z.infer<typeof Details>['params']

/** As the provider decides it, which keeps only what is missing of it (`configuration/resources.ts`). */
async function askedOfApis(
  { apis, clients }: Parts,
  { resource, client_id: clientId }: Pick<Params, 'resource' | 'client_id'>,
  asked: readonly string[],
): Promise<{ api: string; scope: string }[]> {
  const client = await clients.get(clientId)
  if (!client) return []
  const allowedScopes = client.metadata.allowed_scopes ?? null
  const asking = { id: client.id, firstParty: client.firstParty, allowedScopes }
  const found = await Promise.all([...new Set([resource].flat())].map((one) => apis.byIdentifier(one)))
  return found.flatMap((api) => {
    const permitted = (api && permittedScopes(api, asking, false)) ?? []
    return permitted
      .filter((scope) => asked.includes(scope))
      .map((scope) => ({ api: api?.identifier ?? '', scope }))
  })
}

/** Who has agreed, in this very sign-in, to the authorization details that are asked for. */
export function detailsAgreedBy(result: InteractionResults | undefined): unknown {
  return result?.consent?.agreedBy
}

function toResult(ending: Ending): InteractionResults {
  if ('refused' in ending) return { error: ending.refused, error_description: ending.because }
  if ('consent' in ending) return { consent: { agreedBy: ending.consent } }
  const { subject, at, acr, amr, connection, excused } = ending.login
  const login = { accountId: subject, ts: at.getTime() / 1000, acr, amr: [...amr], remember: true }
  return { login: { ...login, ...(connection !== null && { connection }), ...(excused && { excused }) } }
}
