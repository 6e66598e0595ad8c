import type { Account, Configuration, KoaContextWithOIDC, Provider } from 'oidc-provider'

import type { App } from '../../platform/app.ts'
import { findCustomFields, findProfile, findUser, standardClaims } from '../accounts/index.ts'
import { type Admitted, isEnoughFor } from '../admission/index.ts'
import { impliedRole } from '../authorization/index.ts'
import {
  type Asking,
  type Attribute,
  fitting,
  isCustom,
  permitted,
  type TokenKind,
  type WithOperatorClaims,
} from '../claims/index.ts'
import { isOwnClient, type WithClients } from '../clients/index.ts'
import { isReadHere } from './access-token.ts'

type Parts = Pick<App, 'config' | 'db' | 'clock' | 'log'> & WithClients & WithOperatorClaims

/** Where an account's claims carry those of operators past the library, which lets through only names it was built with. */
const added: unique symbol = Symbol('claims of operators')

/** An account with the person that admission found, and what the client knows them by. */
type Personal = Account & { person: Admitted; shownAs?: string }

/** Adds the claims of operators to what an ID token and userinfo say of somebody: see `showOperatorClaims`. */
export function withOperatorClaims(
  parts: Parts,
  ctx: KoaContextWithOIDC,
  { clientId, subject }: { clientId: string; subject: string },
  account: Personal,
): Personal {
  return {
    ...account,
    shownAs: subject,
    claims: async (use, scope, ...rest) => {
      const known = await account.claims(use, scope, ...rest)
      const token = use === 'userinfo' ? 'userinfo' : 'id_token'
      const role = roleShown(parts, ctx, account.person, token)
      const about = { clientId, person: account.person, subject, role }
      return {
        ...known,
        [added]: await claimsOf(parts, ctx, { ...about, token, scope, room: () => Infinity }),
      }
    },
  }
}

/** No higher than what the sign-in was sure enough for, as in access tokens (provider.ts). */
function roleShown(
  parts: Pick<App, 'config'>,
  { oidc: { entities } }: KoaContextWithOIDC,
  { role }: Admitted,
  token: 'id_token' | 'userinfo',
): string {
  if (token === 'userinfo') {
    const shown = entities.AccessToken?.extra?.role
    return typeof shown === 'string' ? shown : impliedRole
  }
  const source =
    entities.RefreshToken ??
    entities.AuthorizationCode ??
    entities.DeviceCode ??
    entities.BackchannelAuthenticationRequest
  return source && isEnoughFor(parts, source.acr) ? role : impliedRole
}

/** The library's own collector of claims; its types leave it out. */
interface Collector {
  available: Record<PropertyKey, unknown>
  result(this: Collector): Promise<Record<string, unknown>>
}

/**
 * The library knows all names of claims when it is built, and filters by them. Ours change while it runs, and are chosen for
 * the scope already: they join what it has filtered, and never take the place of anything there.
 */
export function showOperatorClaims(provider: Provider): void {
  const { Claims } = provider as unknown as { Claims: { prototype: Collector } } // see Collector
  const { result } = Claims.prototype
  Claims.prototype.result = async function () {
    const chosen = this.available[added]
    return { ...(chosen as object | undefined), ...(await result.call(this)) } // written by withOperatorClaims() alone
  }
}

type Customizer = NonNullable<NonNullable<NonNullable<Configuration['formats']>['customizers']>['jwt']>

/** Bytes of JSON: signed, an access token is then no longer than what we take ourselves (access-token.ts). */
const longestPayload = 8_192

/** What the library hands over of a token that it makes; its types know less of both kinds. */
interface Made {
  kind: string
  clientId?: string | undefined
  scope?: string | undefined
  resourceServer?: { accessTokenFormat?: string | undefined } | undefined
}

/** Adds the claims of operators to access tokens that are JWTs, under everything that the protocol says there. */
export const andOperatorClaims =
  (parts: Parts, next: Customizer): Customizer =>
  async (ctx, token, jwt) => {
    await next(ctx, token, jwt)
    const { role, sub } = jwt.payload
    const room = () => longestPayload - Buffer.byteLength(JSON.stringify(jwt.payload))
    const chosen = await accessTokenClaims(parts, ctx, token, { role, subject: String(sub), room })
    jwt.payload = { ...chosen, ...jwt.payload }
  }

type TokenClaims = NonNullable<Configuration['extraTokenClaims']>

/** Keeps them with a token that says nothing by itself, for introspection to tell (RFC 7662, section 2.2). */
export const andOpaqueClaims =
  (parts: Parts, next: TokenClaims): TokenClaims =>
  async (ctx, token) => {
    const extra = await next(ctx, token)
    const { clientId = '', resourceServer } = token as Made // its types leave the API out
    if (resourceServer?.accessTokenFormat !== 'opaque') return extra
    const subject = personIn(ctx, token)?.shownAs ?? clientId
    const chosen = await accessTokenClaims(parts, ctx, token, {
      role: extra?.role,
      subject,
      room: () => Infinity,
    })
    return { ...chosen, ...extra }
  }

function personIn({ oidc: { account } }: KoaContextWithOIDC, { kind }: Pick<Made, 'kind'>): Personal | null {
  const isPersons = kind === 'AccessToken' && account !== undefined && 'person' in account
  return isPersons ? (account as Personal) : null // every account was made in account.ts
}

function accessTokenClaims(
  parts: Parts,
  ctx: KoaContextWithOIDC,
  token: Made,
  { role, ...about }: { role: unknown; subject: string; room: Wanted['room'] },
): Promise<Record<string, unknown>> {
  const { clientId = '', scope = '' } = token // every access token has both
  return claimsOf(parts, ctx, {
    ...{ ...about, clientId, scope, token: 'access_token' },
    person: personIn(ctx, token)?.person ?? null,
    role: typeof role === 'string' ? role : impliedRole,
  })
}

interface Wanted {
  clientId: string
  /** Null: the client itself. */
  person: Admitted | null
  /** What the client knows them by. */
  subject: string
  role: string
  token: TokenKind
  scope: string
  /** Bytes that are left; asked where there is anything to put there. */
  room(): number
}

async function claimsOf(
  parts: Parts,
  ctx: KoaContextWithOIDC,
  wanted: Wanted,
): Promise<Record<string, unknown>> {
  const { clientId, token, scope, room } = wanted
  const client = await parts.clients.get(clientId)
  if (!client || isOwnClient(client, parts.config.issuer)) return {} // our own pages read none of them
  const scopes = new Set(scope.split(' '))
  const asking = { clientId, firstParty: client.firstParty, scopes, token }
  const [table, answers] = await Promise.all([
    declared(parts, asking, wanted),
    wanted.person ? parts.operatorClaims.answersFor(ctx, asking, wanted.subject) : {},
  ])
  const all = { ...table, ...answers, ...table } // the table is first, and stands
  if (Object.keys(all).length === 0) return all
  const { claims, dropped } = fitting(withoutRead(permitted(all)), room())
  if (dropped.length > 0) {
    const { requestId } = ctx.state.origin ?? {}
    parts.log.warn({ requestId, clientId, token, dropped }, 'claims left out: there is no room for them')
  }
  return claims
}

const withoutRead = (claims: Record<string, unknown>): Record<string, unknown> =>
  Object.fromEntries(Object.entries(claims).filter(([claim]) => !isReadHere(claim)))

/** What the table of operators says; of what is not known there is no claim (OpenID Connect Core 1.0, section 5.3.2). */
async function declared(
  parts: Parts,
  asking: Asking,
  { person, role }: Wanted,
): Promise<Record<string, unknown>> {
  const mappings = await parts.operatorClaims.mappingsFor(asking)
  const wanted = mappings.flatMap(({ source }) => ('attribute' in source ? [source.attribute] : []))
  const known = wanted.length > 0 && person ? await attributesOf(parts, person, role, wanted) : {}
  const said = mappings.map(({ claim, source }): [string, unknown] => [
    claim,
    'attribute' in source ? known[source.attribute] : source.value,
  ])
  return Object.fromEntries(said.filter(([, value]) => value !== undefined && value !== null))
}

type Known = Partial<Record<Attribute, unknown>>

/** What admission has read anyway costs nothing; more of a profile is read only for a claim that says it. */
async function attributesOf(
  { db }: Parts,
  person: Admitted,
  role: string,
  wanted: readonly Attribute[],
): Promise<Known> {
  const { email, emailVerified, username, name } = person
  const custom = wanted.some(isCustom) ? await customOf(db, person.userId) : {}
  const atHand: Known = { ...custom, role, username, name, email: emailVerified ? email : null }
  if (wanted.every((attribute) => isCustom(attribute) || attribute in atHand)) return atHand
  const [user, profile] = await Promise.all([findUser(db, person.userId), findProfile(db, person.userId)])
  if (!user) return atHand
  const { phone_number, phone_number_verified, ...told } = standardClaims(user, profile)
  return { ...told, ...(phone_number_verified === true && { phone_number }), ...atHand }
}

async function customOf(db: App['db'], userId: string): Promise<Known> {
  const kept = Object.entries(await findCustomFields(db, userId))
  return Object.fromEntries(kept.map(([name, value]) => [`custom.${name}`, value]))
}
