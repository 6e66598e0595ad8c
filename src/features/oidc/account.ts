import type { Account, AccountClaims, Configuration, FindAccount, KoaContextWithOIDC } from 'oidc-provider'

import type { App } from '../../platform/app.ts'
import { findProfile, findUser, makeSectorSubject, standardClaims } from '../accounts/index.ts'
import { admit, type Admitted, type Asked } from '../admission/index.ts'
import type { WithOperatorClaims } from '../claims/index.ts'
import type { WithClients } from '../clients/index.ts'
import { withOperatorClaims } from './custom-claims.ts'
import { isAboutPerson } from './requested-claims.ts'
import { connectionOf } from './session-facts.ts'

declare module 'koa' {
  interface DefaultState {
    /** What clients know people by, by client and subject, as far as this request has asked. */
    knownAs?: Readonly<Record<string, string>>
  }
}

/** The library's account, with the person that admission found. */
export interface AdmittedAccount extends Account {
  person: Admitted
}

/** What of a token that stands for a person matters here. Codes and tokens have a `sid` where a session made them. */
interface Standing {
  clientId?: string | undefined
  sid?: string | undefined
  /** The client of the session, where it is another's: the token was exchanged. */
  sessionClientId?: string | undefined
  kind?: string | undefined
  iat?: number | undefined
}

/**
 * Finds the person of a request, for every grant and endpoint there is. Whoever admission refuses is not found: the
 * library then asks for a sign-in, or answers invalid_grant or invalid_token.
 */
export function findAccount(app: Machinery): FindAccount {
  return async (ctx, subject, token) => {
    const { clientId, sid, sessionClientId, ...rest } = Object(token) as Standing // see Standing
    return admittedAccount(app, ctx, {
      subject,
      clientId: clientId ?? ctx.oidc.client?.clientId ?? '',
      sid,
      sessionClientId,
      signIn: token === undefined ? signInOf(ctx) : issuedAt({ sid, ...rest }),
    })
  }
}

type Machinery = Pick<App, 'config' | 'db' | 'clock' | 'log'> & WithClients & WithOperatorClaims

/** The account of who is asked about, when admission has let them in. */
export async function admittedAccount(
  app: Machinery,
  ctx: KoaContextWithOIDC,
  asked: Asked,
): Promise<AdmittedAccount | undefined> {
  const { subject, clientId } = asked
  const admission = await admit(app, asked)
  if (admission.refused === null) {
    const { person } = admission
    const shown = await knownAsOf(app, person, clientId)
    ctx.state.knownAs = { ...ctx.state.knownAs, [nameOf(clientId, subject)]: shown }
    return withOperatorClaims(app, ctx, { clientId, subject: shown }, toAccount(app, person))
  }
  const { requestId } = ctx.state.origin ?? {}
  app.log.info({ requestId, subject, clientId, reason: admission.refused }, 'not admitted')
  return undefined
}

/**
 * An access token without a session counts as a sign-in of the moment it was issued: whoever ends all sign-ins of a person
 * ends it too (grants/jwt-bearer.ts).
 */
export function issuedAt({ sid, kind, iat }: Standing): Asked['signIn'] {
  if (kind !== 'AccessToken' || sid !== undefined || iat === undefined) return undefined
  return { at: new Date(iat * 1000), session: '', connection: null }
}

/** A pairwise client meets somebody for the first time: the row alone gives nobody anything, so it is written at once. */
async function knownAsOf(
  app: Pick<App, 'db' | 'clock'>,
  { userId, knownAs, sector, subject }: Admitted,
  clientId: string,
): Promise<string> {
  if (knownAs !== null || sector === null) return knownAs ?? subject
  return makeSectorSubject(app, { userId, clientId, sector })
}

const nameOf = (clientId: string, subject: string): string => `${clientId} ${subject}`

/**
 * The `sub` that a client gets, wherever the library names a person to it: what admission has found in this request. The
 * library's own records may go by any subject of the person, while a client keeps the one it knew (OpenID Connect Core 1.0,
 * section 12.2: a refreshed ID token has the `sub` of the first). An access token that is looked at names it already.
 */
export const subjectShown: NonNullable<Configuration['pairwiseIdentifier']> = (ctx, accountId, client) =>
  (ctx.state.knownAs ?? {})[nameOf(client.clientId, accountId)] ?? accountId

/** Where no code or token stands for the person, the browser's session does. */
function signInOf({ oidc: { session } }: KoaContextWithOIDC): Asked['signIn'] {
  if (session?.loginTs === undefined) return undefined
  return { at: new Date(session.loginTs * 1000), session: session.uid, connection: connectionOf(session) }
}

/** An account of the library that stands for an admitted person. */
function toAccount(app: Pick<App, 'db'>, person: Admitted): AdmittedAccount {
  return {
    accountId: person.subject,
    person,
    claims: async (use, scope, asked) => {
      const single = Object.keys(asked).filter(isAboutPerson)
      const full =
        use === 'id_token' && single.length === 0 ? {} : await fullClaims(app, person, scope, single)
      const known = use === 'id_token' ? { ...basicClaims(person), ...picked(full, single) } : full
      return { ...known, sub: person.subject }
    },
  }
}

type Claims = Omit<AccountClaims, 'sub'>

/** What admission read anyway stands in the ID token; the rest of a profile is at userinfo. Scopes filter both. */
function basicClaims({ email, emailVerified, username, name }: Admitted): Claims {
  return {
    ...(email !== null && { email, email_verified: emailVerified }),
    ...(username !== null && { preferred_username: username }),
    ...(name !== null && { name }),
  }
}

const aboutThePerson = new Set(['profile', 'email', 'address', 'phone'])

const picked = (claims: Claims, names: readonly string[]): Claims =>
  Object.fromEntries(Object.entries(claims).filter(([name]) => names.includes(name)))

/** `openid` alone says who, not what about them: then nothing more is read, unless single claims are asked for. */
async function fullClaims(
  app: Pick<App, 'db'>,
  person: Admitted,
  scope: string,
  single: readonly string[],
): Promise<Claims> {
  if (single.length === 0 && !scope.split(' ').some((one) => aboutThePerson.has(one))) return {}
  const [user, profile] = await Promise.all([
    findUser(app.db, person.userId),
    findProfile(app.db, person.userId),
  ])
  return user ? standardClaims(user, profile) : {}
}

/** Every account the provider sees was made above. */
export function personOf(account: Account): Admitted {
  if ('person' in account) return (account as AdmittedAccount).person // made by toAccount()
  throw new Error('an account that admission has not seen')
}
