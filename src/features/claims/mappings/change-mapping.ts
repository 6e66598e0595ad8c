import { isDeepStrictEqual } from 'node:util'

import type { App, By, Db } from '../../../platform/app.ts'
import { transaction } from '../../../platform/db/index.ts'
import { demandMatch } from '../../../platform/http/index.ts'
import * as audit from '../../audit/index.ts'
import { announceChange } from '../announce.ts'
import { errors } from '../errors.ts'
import { decide, demandReachable, demandRoom } from './decide.ts'
import type { Mapping } from './mapping.ts'
import { summaryOf, tagOf } from './mapping-view.ts'
import * as mappings from './repository.ts'
import type { ChangeMapping, NewMapping } from './schema.ts'

interface Seen {
  /** The header; empty or absent: whichever state it is in. */
  ifMatch?: string
}

/**
 * Changes what tokens say from the next one on, by the rules that a new claim is added by.
 *
 * @throws claim_not_found (404); precondition_failed (412); claim_reserved, claim_invalid (422).
 * @throws claim_exists (409): the client, or everybody, has another one of this name.
 */
export async function changeMapping(
  app: Pick<App, 'db' | 'clock'>,
  by: By,
  id: string,
  change: ChangeMapping,
  { ifMatch = '' }: Seen = {},
): Promise<Mapping> {
  return transaction(app.db, async (tx) => {
    await mappings.lockChanges(tx)
    const before = await mappings.lock(tx, id)
    if (!before) throw errors.claim_not_found()
    demandMatch(ifMatch, tagOf(before))
    const after = { ...before, ...decide(changed(before, change)) }
    const changes = differing(summaryOf(before), summaryOf(after))
    if (!changes) return before
    await demandReachable(tx, after)
    if (after.clientId !== before.clientId) await demandRoom(tx, after)
    if (!(await mappings.update(tx, after))) throw errors.claim_exists()
    await audit.record(tx, app.clock.now(), by, {
      action: 'claim.changed',
      target: { type: 'claim', id },
      details: { claim: after.claim, client: after.clientId },
      changes,
    })
    await announceChange(tx)
    return after
  })
}

/** @throws claim_not_found (404) */
export async function findMapping(db: Db, id: string): Promise<Mapping> {
  const found = await mappings.find(db, id)
  if (!found) throw errors.claim_not_found()
  return found
}

function changed(before: Mapping, { attribute, value, ...said }: ChangeMapping): NewMapping {
  const { claim, clientId, scope, tokens, source } = before
  const kept = attribute === undefined && value === undefined ? source : { attribute, value }
  return {
    claim: said.claim ?? claim,
    client_id: said.client_id === undefined ? clientId : said.client_id,
    scope: said.scope === undefined ? scope : said.scope,
    tokens: said.tokens ?? [...tokens],
    ...kept,
  }
}

type Fields = Record<string, unknown>

/** What differs, before and after; null when nothing does. */
function differing(before: Fields, after: Fields): { before: Fields; after: Fields } | null {
  const names = Object.keys({ ...before, ...after }).filter(
    (name) => !isDeepStrictEqual(before[name], after[name]),
  )
  if (names.length === 0) return null
  const only = (fields: Fields): Fields =>
    Object.fromEntries(names.filter((name) => name in fields).map((name) => [name, fields[name]]))
  return { before: only(before), after: only(after) }
}
