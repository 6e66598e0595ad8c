import { z } from 'zod'

import type { App, By, Db } from '../../platform/app.ts'
import { newId, openJson } from '../../platform/crypto/index.ts'
import { transaction } from '../../platform/db/index.ts'
import { findHolders, findUser, importAccounts, updateImported } from '../accounts/index.ts'
import {
  accessOf,
  assignRoles,
  beyondAuthority,
  holdAssignments,
  refusalOfRole,
} from '../authorization/index.ts'
import { readClient } from '../clients/index.ts'
import { importPasswords, type WithPasswords } from '../credentials/index.ts'
import { importTotp } from '../factors/index.ts'
import type { WithSettings } from '../settings/index.ts'
import { countTry } from './count-try.ts'
import { contextOf } from './receive-import.ts'
import * as imports from './repository.ts'
import { decide, type Decision, keysOf, type Known, type Looked } from './rows/decide.ts'
import { readPerson } from './rows/person.ts'
import { tellEnd } from './tell-end.ts'

export type ImportParts = Pick<App, 'config' | 'db' | 'clock'> & WithPasswords & WithSettings

const Batch = z.object({ rows: z.array(z.object({ line: z.number(), row: z.unknown() })) })

/** Brings a file in, from where it stands. Safe to run twice, or by two at once: each batch is brought in by one of them. */
export async function runImport(app: ImportParts, id: string): Promise<void> {
  while ((await runBatch(app, id)) !== null);
}

/**
 * Brings in the next batch of a file: all of it, with its report, or nothing. How many rows that were; null when there is
 * nothing left to do. Failures are counted, and the fifth in a row ends the import (`countTry`).
 */
export async function runBatch(app: ImportParts, id: string): Promise<number | null> {
  const found = await imports.find(app.db, id)
  if (!found || (found.state !== 'waiting' && found.state !== 'running')) return null
  const by: By = { actor: found.by, origin: null }
  try {
    return await bringNext(app, by, found)
  } catch (error) {
    await countTry(app, by, found, error)
    throw error
  }
}

async function bringNext(app: ImportParts, by: By, found: imports.Import): Promise<number | null> {
  const { id, nextBatch: number } = found
  const looked = await lookAt(app, id, number)
  if (looked === null || !(await mayImport(app, by))) {
    const failure = looked === null ? 'cannot_be_opened' : 'importer_may_not'
    await transaction(app.db, (tx) => end(app, tx, by, found, failure))
    return null
  }
  await transaction(app.db, async (tx) => {
    const one = await imports.lockAt(tx, id, number)
    if (one) await bringIn(app, tx, by, one, looked)
  })
  return looked.length
}

/** Rights are read live: whoever lost them meanwhile imports no more. */
async function mayImport({ db, clock }: ImportParts, { actor }: By): Promise<boolean> {
  if (actor.type === 'system') return true
  if (actor.type === 'anonymous' || actor.id === null) return false
  const { permissions } = await accessOf(db, { type: actor.type, id: actor.id }, clock.now())
  if (!permissions.has('users:import:any')) return false
  if (actor.type === 'client') return (await readClient({ db }, actor.id))?.disabledAt === null
  return (await findUser(db, actor.id))?.status === 'active'
}

/** What stands in a batch; null when it cannot be opened. Before the transaction, which would wait for it. */
async function lookAt(app: ImportParts, id: string, number: number): Promise<Looked[] | null> {
  const sealed = await imports.findBatch(app.db, id, number)
  const batch = sealed && openJson(app.config.keyEncryptionKeys, contextOf(id, number), sealed, Batch)
  if (!batch) return (await imports.find(app.db, id))?.nextBatch === number ? null : []
  const rules = {
    schema: await app.settings.get('users.custom_fields'),
    passwords: app.passwords,
    now: app.clock.now(),
  }
  return batch.rows.map(({ line, row }) => ({
    line,
    ...readPerson(rules, row as Record<string, unknown>), // the reader of files lets through nothing else
  }))
}

async function bringIn(
  app: ImportParts,
  tx: Db,
  by: By,
  one: imports.Import,
  looked: readonly Looked[],
): Promise<void> {
  const at = app.clock.now()
  const known = await whatIsKnown(tx, at, by, one.id, looked)
  const decisions = looked.map((row) => decide(one.onConflict, known, row))
  const made = decisions.map((row) => (row.outcome === 'created' ? { ...row, userId: newId(at) } : row))
  if (!one.dryRun) await write(app, tx, at, by, one.id, made)
  const shown = made.map(({ line, outcome, userId, problems }) => ({
    ...{ line, outcome, problems },
    userId: one.dryRun && outcome === 'created' ? null : userId,
  }))
  await imports.insertReport(tx, one.id, shown)
  const counts = { created: 0, updated: 0, skipped: 0, failed: 0 }
  for (const { outcome } of made) counts[outcome]++
  const last = one.nextBatch + 1 === one.batches
  await imports.finishBatch(tx, { id: one.id, number: one.nextBatch, counts, last, at })
  if (last) await tellEnd(tx, at, by, one, null)
}

async function whatIsKnown(tx: Db, at: Date, by: By, id: string, looked: readonly Looked[]): Promise<Known> {
  const people = looked.flatMap(({ person }) => person ?? [])
  const roles = new Set(people.flatMap((person) => person.roles))
  if (roles.size > 0) await holdAssignments(tx)
  const refusedRoles = new Map<string, string>()
  for (const role of roles) {
    const refusal = await refusalOfRole(tx, at, by, role)
    if (refusal !== null) refusedRoles.set(role, refusal)
  }
  const lines = await imports.claimKeys(tx, id, looked.flatMap(keysOf))
  const said = (values: (string | null)[]) => values.filter((value) => value !== null)
  const subjects = said(people.map(({ subject }) => subject))
  const clientIds = subjects.length === 0 ? [] : await imports.findClientIds(tx, subjects)
  const holders = await findHolders(tx, {
    emails: said(people.map(({ email }) => email)),
    usernames: said(people.map(({ username }) => username)),
    subjects,
  })
  const there = [...holders.emails.values(), ...holders.usernames.values(), ...holders.subjects.values()]
  const beyond =
    there.length === 0 ? new Set<string>() : await beyondAuthority(tx, at, by, [...new Set(there)])
  return { lines, holders, beyond, refusedRoles, clientIds: new Set(clientIds) }
}

/** In few statements, however many rows. */
async function write(
  app: ImportParts,
  tx: Db,
  at: Date,
  by: By,
  importId: string,
  decisions: readonly Decision[],
): Promise<void> {
  const of = (outcome: imports.Outcome) =>
    decisions.flatMap(({ outcome: one, person, userId }) =>
      one === outcome && person && userId !== null ? [{ ...person, id: userId }] : [],
    )
  const created = of('created')
  const accounts = created.map((person) => ({ ...person, createdAt: person.createdAt ?? at }))
  await importAccounts(tx, at, by, accounts, importId)
  const passwords = created.flatMap(({ id, password }) => (password ? [{ userId: id, ...password }] : []))
  await importPasswords(tx, at, passwords)
  const seeds = created.flatMap(({ id, seed }) => (seed ? [{ userId: id, seed }] : []))
  await importTotp(app, tx, at, by, seeds)
  const updated = of('updated')
  await updateImported(tx, at, by, updated, importId)
  const given = [...created, ...updated].flatMap(({ id: userId, roles }) =>
    roles.map((role) => ({ userId, role })),
  )
  await assignRoles(app, tx, by, { given, reason: `import ${importId}` })
}

/** Ends an import before its last row, and tells so. True for the one of any number of callers who did it. */
export async function end(
  app: Pick<App, 'clock'>,
  tx: Db,
  by: By,
  one: imports.Import,
  failure: string,
): Promise<boolean> {
  const at = app.clock.now()
  const ended = await imports.fail(tx, one.id, failure, at)
  if (ended) await tellEnd(tx, at, by, one, failure)
  return ended
}
