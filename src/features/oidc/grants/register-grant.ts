import { errors, type KoaContextWithOIDC, type Provider } from 'oidc-provider'

import type { App, By } from '../../../platform/app.ts'
import { admit, admitClient, type Asked } from '../../admission/index.ts'
import { type AuditEntry, toRecord } from '../../audit/index.ts'
import type { WithOperatorClaims } from '../../claims/index.ts'
import type { ClientRecord, WithClients } from '../../clients/index.ts'
import { admittedAccount, type AdmittedAccount } from '../account.ts'
import type { UnitOfWork } from '../storage/unit-of-work.ts'

declare module 'koa' {
  interface DefaultState {
    /** What was issued is in the audit already. */
    issueRecorded?: true
    /** What an access token of our own grants says besides what the library writes. */
    tokenClaims?: Record<string, unknown>
  }
}

/** What a request has proven, before anybody was let in. */
export interface Proof<Facts> {
  /** Whom tokens are asked for, and the session it rests on where it does. */
  person: Omit<Asked, 'clientId'>
  /** Others it rests on: people who act for that person, and clients whose tokens were handed in. */
  others?: { people: readonly Asked[]; clients: readonly string[] }
  facts: Facts
}

export interface Issue {
  body: object
  /** Who did it, and what: its target, where there is none, is the client. */
  actor?: By['actor']
  entry: AuditEntry
}

export interface OwnGrant<Facts> {
  name: string
  parameters: readonly string[]
  /** Those that may come more than once. */
  repeatable?: readonly string[]
  /** Reads the request and checks what it presents. It issues nothing. */
  prove(ctx: KoaContextWithOIDC, client: ClientRecord): Promise<Proof<Facts>>
  /** What is answered when somebody is not let in; the reason is for the log. */
  refusal(reason: string): Error
  /** Runs only for those who were let in. */
  issue(
    ctx: KoaContextWithOIDC,
    admitted: { client: ClientRecord; account: AdmittedAccount; facts: Facts },
  ): Promise<Issue>
}

type Parts = Pick<App, 'config' | 'db' | 'clock' | 'log'> & WithClients & WithOperatorClaims

interface Wiring {
  unitOf(ctx: object): UnitOfWork | undefined
}

/**
 * The one place where a grant of our own reaches the token endpoint: the client, the person, the session and everybody else
 * the request rests on are let in before `issue` runs, and what it issued is audited in the commit that answers. A grant
 * cannot forget either, since it has no other way in.
 */
export function registerGrant<Facts>(
  provider: Provider,
  parts: Parts,
  { unitOf }: Wiring,
  grant: OwnGrant<Facts>,
): void {
  const handle = async (ctx: KoaContextWithOIDC): Promise<void> => {
    const client = await letInClient(parts, ctx.oidc.client?.clientId)
    if (!client) throw new errors.InvalidClient('the client is not admitted')
    const { person, others, facts } = await grant.prove(ctx, client)
    const account = await admittedAccount(parts, ctx, { ...person, clientId: client.id })
    if (!account) throw grant.refusal('the person or the session is not admitted')
    await letInOthers(parts, grant, others)
    ctx.oidc.entity('Account', account)
    const { body, actor, entry } = await grant.issue(ctx, { client, account, facts })
    ctx.body = body
    ctx.state.issueRecorded = true
    const by = {
      actor: actor ?? { type: 'user', id: account.person.userId },
      origin: ctx.state.origin ?? null,
    } as const
    const target = { type: 'client', id: client.id }
    unitOf(ctx)?.audit.push(toRecord(parts.clock.now(), by, { target, ...entry }))
  }
  provider.registerGrantType(
    grant.name,
    handle,
    [...grant.parameters],
    grant.repeatable && [...grant.repeatable],
  )
}

async function letInClient(parts: Parts, id: string | undefined): Promise<ClientRecord | null> {
  const client = id === undefined ? null : await parts.clients.get(id)
  return client && admitClient(parts, client) === null ? client : null
}

async function letInOthers(
  parts: Parts,
  { refusal }: Pick<OwnGrant<unknown>, 'refusal'>,
  others: Proof<unknown>['others'],
): Promise<void> {
  const { people, clients } = others ?? { people: [], clients: [] }
  for (const id of clients)
    if (!(await letInClient(parts, id))) throw refusal('a client whose token was handed in is not admitted')
  for (const asked of people)
    if ((await admit(parts, asked)).refused !== null) throw refusal('who acts is not admitted')
}
