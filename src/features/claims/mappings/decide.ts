import type { Db } from '../../../platform/app.ts'
import { errors } from '../errors.ts'
import { read } from '../read-input.ts'
import { isReserved } from '../reserved.ts'
import type { Reach } from '../tokens.ts'
import type { Decided } from './mapping.ts'
import * as mappings from './repository.ts'
import { NewMapping } from './schema.ts'

/** For one client, and as many for all together: every one may be in every token. */
const mostMappings = 20

/**
 * What a mapping is to be.
 *
 * @throws claim_reserved (422): a specification or this service gives the name a meaning.
 * @throws claim_invalid (422): `fields` say what.
 */
export function decide(given: NewMapping): Decided {
  const { claim, client_id: clientId, scope, tokens, attribute, value } = read(NewMapping, given)
  if (isReserved(claim)) throw errors.claim_reserved({ detail: `${claim} is reserved` })
  return { claim, clientId, scope, tokens, source: attribute === undefined ? { value } : { attribute } }
}

/**
 * A third party gets only what people were asked about, so it needs a scope.
 *
 * @throws claim_invalid (422)
 */
export async function demandReachable(
  tx: Db,
  { clientId, scope }: Pick<Reach, 'clientId' | 'scope'>,
): Promise<void> {
  if (clientId === null) return
  const ours = await mappings.firstParty(tx, clientId)
  if (ours === null) throw errors.claim_invalid({ detail: `there is no client ${clientId}` })
  if (!ours && scope === null)
    throw errors.claim_invalid({ detail: 'a third party needs a scope, so that people are asked for it' })
}

/** @throws claim_invalid (422): the client, or everybody, has as many as there may be. Asked while changes are locked. */
export async function demandRoom(tx: Db, { clientId }: Pick<Reach, 'clientId'>): Promise<void> {
  if ((await mappings.count(tx, clientId)) >= mostMappings)
    throw errors.claim_invalid({ detail: `there are ${mostMappings} already, and no more are possible` })
}
