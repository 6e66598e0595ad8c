import { errors, type KoaContextWithOIDC, type ResourceServer } from 'oidc-provider'

import { isEnoughFor } from '../../admission/index.ts'
import type { Asked } from '../../admission/index.ts'
import { impliedRole } from '../../authorization/index.ts'
import type { ClientRecord } from '../../clients/index.ts'
import { chainOf, type Acting, type Verifying } from '../access-token.ts'
import { issuedAt } from '../account.ts'
import { mayHold } from '../configuration/grants.ts'
import { chainFor } from './exchange/acting.ts'
import { type Policy, policyOf } from './exchange/policy.ts'
import { type PresentedToken, presentedToken, refused } from './exchange/presented-token.ts'
import { accessTokenType, type ExchangeRequest, parameters, readRequest } from './exchange/request.ts'
import { chooseScopes, issueAccessToken } from './issue-access-token.ts'
import type { Issue, OwnGrant, Proof } from './register-grant.ts'
import { grants } from './table.ts'
import type { Targets } from './targets.ts'

export interface Exchange {
  subject: PresentedToken
  act: Acting | undefined
  via: string[]
  /** Who acts: a client or a person, by subject. */
  acting: string
  target: ResourceServer
  scopes: string[]
  /** NumericDate: neither token that was handed in is outlived. */
  notAfter: number
}

type Parts = Verifying & { targets: Targets }

/**
 * Token exchange (RFC 8693): a service that was called with a person's token gets one to call the next service with. It never
 * says more than the one handed in: not more scopes, not for longer, of the same session, and as surely recognised; it ends
 * with the session, the person, everybody who acts and every client it came through (access-token.ts).
 */
export function tokenExchange(parts: Parts): OwnGrant<Exchange> {
  return {
    name: grants.tokenExchange.name,
    parameters,
    repeatable: ['audience', 'resource'], // section 2.1; that there may be one only is another error
    prove: (ctx, client) => prove(parts, ctx, client),
    refusal: (reason) => refused('subject_token', reason),
    issue: async (ctx, { client, account, facts }) => {
      const { subject, act, via, target, scopes, notAfter } = facts
      const enough = subject.acr !== undefined && isEnoughFor(parts, subject.acr)
      const token = await issueAccessToken(parts, ctx, {
        account,
        target,
        scopes,
        notAfter,
        claims: {
          sid: subject.sid,
          role: enough ? account.person.role : impliedRole,
          acr: subject.acr,
          amr: subject.amr,
          auth_time: subject.authTime,
          act,
          may_act: subject.mayAct,
          via,
        },
      })
      return {
        body: { ...token, issued_token_type: accessTokenType },
        ...auditOf(client, account.person.userId, facts),
      }
    },
  }
}

async function prove(parts: Parts, ctx: KoaContextWithOIDC, client: ClientRecord): Promise<Proof<Exchange>> {
  if (client.metadata.token_endpoint_auth_method === 'none')
    throw new errors.UnauthorizedClient('a client that does not authenticate may exchange nothing')
  const request = readRequest(ctx)
  const policy = policyOf(client)
  const subject = await presentedToken(parts, client.id, request.subject)
  if (subject.subject === subject.clientId)
    throw refused('subject_token', 'the subject token stands for no person')
  if (!policy.mayTake(subject))
    throw refused('subject_token', 'the client may not exchange tokens of this source')
  const actor = request.actor && (await presentedToken(parts, client.id, request.actor))
  const chain = chainFor({ clientId: client.id, policy, subject, actor })
  if (chain.refused !== null) throw refused(actor ? 'actor_token' : 'subject_token', chain.refused)
  const target = await parts.targets(ctx, audienceOf(policy, request))
  const { act, via, acting } = chain
  const notAfter = Math.min(subject.expiresAt, actor?.expiresAt ?? Infinity)
  const scopes = scopesFor(client, subject, target, request)
  return {
    person: personOf(subject),
    others: { people: actingPeople(act), clients: [...new Set([...via, ...actingClients(act)])] },
    facts: { subject, act, via, acting, target, scopes, notAfter },
  }
}

function personOf(subject: PresentedToken): Omit<Asked, 'clientId'> {
  const { sid, issuedAt: iat, via, clientId } = subject
  return {
    subject: subject.subject,
    sid,
    sessionClientId: via[0] ?? clientId,
    signIn: issuedAt({ kind: 'AccessToken', sid, iat }),
  }
}

const isClient = ({ sub, client_id: clientId }: Acting): boolean => clientId === undefined || clientId === sub

const actingClients = (act: Acting | undefined): string[] =>
  chainOf(act).map(({ sub, client_id: clientId }) => clientId ?? sub)

const actingPeople = (act: Acting | undefined): Asked[] =>
  chainOf(act)
    .filter((one) => !isClient(one))
    .map(({ sub, client_id: clientId = sub, sid }) => ({ subject: sub, clientId, sid }))

/** One audience, which the client may ask for. @throws invalid_target (RFC 8693, section 2.2.2) */
function audienceOf(
  { targets: allowed }: Policy,
  { targets: asked }: Pick<ExchangeRequest, 'targets'>,
): string {
  const named = asked.length > 0 ? asked : allowed
  const [audience] = named
  if (audience !== undefined && named.length === 1 && allowed.includes(audience)) return audience
  if (asked.length > 1) throw new errors.InvalidTarget('a token is for one audience: ask for each by itself')
  if (asked.length === 0 && allowed.length > 1)
    throw new errors.InvalidRequest('name an audience or a resource: there are several')
  throw new errors.InvalidTarget('the client may not exchange for this audience')
}

/** Never more than the subject token, the client's registration and the audience allow; nobody stays connected by it. */
function scopesFor(
  { metadata }: ClientRecord,
  subject: PresentedToken,
  target: ResourceServer,
  { scope }: Pick<ExchangeRequest, 'scope'>,
): string[] {
  const known = new Set(target.scope.split(' '))
  const available = subject.scopes.filter(
    (one) => known.has(one) && mayHold(metadata, one) && one !== 'offline_access',
  )
  const { granted, lacking } = chooseScopes(scope, available)
  if (lacking.length > 0)
    throw new errors.InvalidScope(
      'requested scope is more than the subject token and the client have',
      lacking.join(' '),
    )
  return granted
}

function auditOf(client: ClientRecord, userId: string, exchange: Exchange): Omit<Issue, 'body'> {
  const { subject, act, acting, target, scopes } = exchange
  return {
    actor: { type: 'client', id: client.id },
    entry: {
      action: 'token.exchanged',
      target: { type: 'user', id: userId },
      details: {
        sid: subject.sid ?? null,
        scope: scopes.join(' '),
        audience: target.audience ?? null,
        subject_client: subject.clientId,
        acting,
        impersonation: act === subject.act,
      },
    },
  }
}
