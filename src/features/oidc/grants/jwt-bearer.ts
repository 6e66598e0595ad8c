import { errors, type KoaContextWithOIDC, type ResourceServer } from 'oidc-provider'

import { secondsAfter } from '../../../lib/clock.ts'
import type { App } from '../../../platform/app.ts'
import { sha256 } from '../../../platform/crypto/index.ts'
import { findIdentity, subjectOf } from '../../accounts/index.ts'
import { impliedRole } from '../../authorization/index.ts'
import type { ClientRecord } from '../../clients/index.ts'
import { mayHold } from '../configuration/grants.ts'
import type { UnitOfWork } from '../storage/unit-of-work.ts'
import { type Assertion, clockTolerance, verifyAssertion } from './jwt-bearer/assertion.ts'
import type { IssuerKeys } from './jwt-bearer/issuer-keys.ts'
import { chooseScopes, issueAccessToken } from './issue-access-token.ts'
import type { OwnGrant, Proof } from './register-grant.ts'
import { grants } from './table.ts'
import type { Targets } from './targets.ts'

type Parts = Pick<App, 'config' | 'db' | 'clock'> & {
  issuerKeys: IssuerKeys
  unitOf(ctx: object): UnitOfWork | undefined
  targets: Targets
}

interface Brought {
  assertion: Assertion
  target: ResourceServer
  scopes: string[]
}

/**
 * An assertion of a trusted issuer as a grant (RFC 7523, section 2.1). The person does not sign in: the token has no session,
 * no `acr` and the least role, opens no API of ours that acts for somebody signed in, and is gone when it expires, with the
 * assertion. It is bound to the person and the client, and counts as a sign-in of its moment: disabling either, or ending all
 * the person's sessions, ends it (account.ts, issuedAt).
 *
 * A client's own signature is no grant: who may sign for itself has client credentials, and nobody's word for themselves
 * says who somebody else is.
 */
export function jwtBearer(parts: Parts): OwnGrant<Brought> {
  return {
    name: grants.jwtBearer.name,
    parameters: ['assertion', 'scope', 'resource'],
    prove: (ctx, client) => prove(parts, ctx, client),
    refusal: (reason) => new errors.InvalidGrant(reason),
    issue: async (ctx, { client, account, facts: { assertion, target, scopes } }) => {
      const { issuer, expiresAt: notAfter } = assertion
      const body = await issueAccessToken(parts, ctx, {
        ...{ account, target, scopes, notAfter },
        claims: { role: impliedRole },
      })
      const details = { scope: scopes.join(' '), assertion_issuer: issuer.issuer, jti: assertion.jti }
      return {
        body,
        actor: { type: 'client', id: client.id },
        entry: { action: 'token.issued', target: { type: 'user', id: account.person.userId }, details },
      }
    },
  }
}

async function prove(parts: Parts, ctx: KoaContextWithOIDC, client: ClientRecord): Promise<Proof<Brought>> {
  if (client.metadata.token_endpoint_auth_method === 'none')
    throw new errors.UnauthorizedClient('a client that does not authenticate may bring no assertion')
  const { assertion: token, scope, resource } = ctx.oidc.params ?? {}
  if (typeof token !== 'string') throw new errors.InvalidRequest('missing required parameter: assertion')
  if (resource !== undefined && resource !== parts.config.issuer)
    throw new errors.InvalidTarget('this resource is not registered here')
  const verified = await verifyAssertion(parts, client.id, token)
  if (verified.refused !== null) throw new errors.InvalidGrant(verified.refused)
  const { assertion } = verified
  const subject = await subjectIn(parts, assertion)
  if (subject === null) throw new errors.InvalidGrant('nobody is known by this subject')
  const target = await parts.targets(ctx, parts.config.issuer)
  const scopes = scopesFor(client, assertion, target, scope)
  spend(parts, ctx, assertion)
  return { person: { subject }, facts: { assertion, target, scopes } }
}

/** Whom the assertion speaks of: by a subject of ours, or as the account there that somebody has linked. */
async function subjectIn({ db }: Pick<App, 'db'>, { issuer, subject }: Assertion): Promise<string | null> {
  if (issuer.subjectIs === 'subject') return subject
  const identity = await findIdentity(db, issuer.issuer, subject)
  return identity && subjectOf(db, identity.userId)
}

function scopesFor(
  client: ClientRecord,
  assertion: Assertion,
  target: ResourceServer,
  scope: unknown,
): string[] {
  const known = new Set(target.scope.split(' '))
  const available = assertion.issuer.scopes.filter((one) => known.has(one) && mayHold(client.metadata, one))
  const { granted, lacking } = chooseScopes(scope, available)
  if (lacking.length > 0)
    throw new errors.InvalidScope(
      'requested scope is more than the issuer and the client have',
      lacking.join(' '),
    )
  return granted
}

/** One use: whether it is the first is decided by the insert, when the request is committed. */
function spend({ unitOf }: Parts, ctx: KoaContextWithOIDC, { issuer, jti, expiresAt }: Assertion): void {
  unitOf(ctx)?.once.push({
    model: 'ReplayDetection',
    key: sha256(JSON.stringify(['assertion', issuer.issuer, jti])),
    expiresAt: secondsAfter(new Date(expiresAt * 1000), clockTolerance),
    refusal: { error: 'invalid_grant', error_description: 'an assertion may be used once' },
  })
}
