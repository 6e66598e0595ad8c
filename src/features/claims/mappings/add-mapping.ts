import type { App, By, Db } from '../../../platform/app.ts'
import { newId } from '../../../platform/crypto/index.ts'
import { transaction } from '../../../platform/db/index.ts'
import * as audit from '../../audit/index.ts'
import { announceChange } from '../announce.ts'
import { errors } from '../errors.ts'
import { read } from '../read-input.ts'
import { isReserved } from '../reserved.ts'
import type { Reach } from '../tokens.ts'
import type { Mapping } from './mapping.ts'
import * as mappings from './repository.ts'
import { NewMapping } from './schema.ts'

/** For one client, and as many for all together: every one may be in every token. */
const mostMappings = 20

/**
 * Adds a claim to tokens from now on.
 *
 * @throws claim_reserved (422): a specification or this service gives the name a meaning.
 * @throws claim_invalid (422): `fields` say what; or there is no such client, a third party without a scope, or too many.
 * @throws claim_exists (409): the client, or everybody, has it already.
 */
export async function addMapping(
  app: Pick<App, 'db' | 'clock'>,
  by: By,
  given: NewMapping,
): Promise<Mapping> {
  const { claim, client_id: clientId, scope, tokens, attribute, value } = read(NewMapping, given)
  if (isReserved(claim)) throw errors.claim_reserved({ detail: `${claim} is reserved` })
  const at = app.clock.now()
  const source = attribute === undefined ? { value } : { attribute }
  const mapping = { id: newId(at), claim, clientId, scope, tokens, source, createdAt: at }
  await transaction(app.db, async (tx) => {
    await mappings.lockChanges(tx)
    await demandReachable(tx, mapping)
    if ((await mappings.count(tx, clientId)) >= mostMappings)
      throw errors.claim_invalid({ detail: `there are ${mostMappings} already, and no more are possible` })
    if (!(await mappings.insert(tx, mapping))) throw errors.claim_exists()
    await audit.record(tx, at, by, {
      action: 'claim.added',
      target: { type: 'claim', id: mapping.id },
      changes: { before: {}, after: { claim, clientId, scope, tokens: tokens.join(' '), ...source } },
    })
    await announceChange(tx)
  })
  return mapping
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
