import type { By, Db } from '../../../platform/app.ts'
import {
  demandAuthorityOver,
  demandPermissions,
  holdAssignments,
  type Permission,
} from '../../authorization/index.ts'
import { type ClientRecord, serviceScopesOf } from '../../clients/index.ts'

type Permit = (tx: Db, client: ClientRecord) => Promise<void>

/** What it may do by itself reaches people above administrators, too. */
const standsAbove = (client: ClientRecord): boolean =>
  client.firstParty || serviceScopesOf(client).includes('global_token_revocation')

/** The tokens of an application of our own carry all that people may do: whoever says where they go could act as each of them. */
const overFirstParty: ReadonlySet<Permission> = new Set<Permission>(['configuration:write:any'])

/**
 * Demands that whoever acts may do all that the client may, since they could act as it (with a secret they saw, say); and for
 * an application of our own what takes the whole service over, as for an identity provider.
 */
export const permitOver =
  (by: By, at: Date): Permit =>
  async (tx, client) => {
    await permitBarring(by, at)(tx, client)
    if (standsAbove(client)) await demandPermissions(tx, at, by, overFirstParty)
  }

/** To bar one takes no more than authority over it: whoever sees a leak must be able to stop it. */
export const permitBarring =
  (by: By, at: Date) =>
  async (tx: Db, { id }: Pick<ClientRecord, 'id'>): Promise<void> => {
    await holdAssignments(tx) // it must not rise above whoever acts between this question and the act
    await demandAuthorityOver(tx, at, by, { type: 'client', id })
  }
