import { isDeepStrictEqual } from 'node:util'

import type { App, By, Caller } from '../../platform/app.ts'
import { newId, sha256 } from '../../platform/crypto/index.ts'
import { sqlState, transaction, violatedUnique } from '../../platform/db/index.ts'
import * as audit from '../audit/index.ts'
import { type Fault, faultsOf } from './document/fault.ts'
import type { Opened } from './document/open-document.ts'
import { errors } from './errors.ts'
import { type Change, planSections, type Step } from './plan/plan-sections.ts'
import { summaryOf } from './plan/show-plan.ts'
import { lockConfiguration } from './repository.ts'
import type { Machinery } from './sections/section.ts'
import { sections } from './sections/sections.ts'

export interface Options {
  /** Whether what a section that is there does not name goes. */
  prune: boolean
}

/** What a document would change, judged as far as that can be done without changing anything. */
export interface Plan {
  changes: Change[]
}

/**
 * Compares a document with what is there. Addresses in it are looked up here, outside of any transaction.
 *
 * @throws configuration_invalid (422) with path and line
 */
export async function planConfiguration(
  app: Machinery,
  { document, refuse }: Opened,
  options: Options,
): Promise<Plan> {
  const { steps, faults } = await planSections(app, document, options)
  refuse(faults)
  const checked = await Promise.all(steps.map((step) => faultsOfCheck(app, step)))
  refuse(checked.flat())
  return { changes: steps.map(({ change }) => change) }
}

async function faultsOfCheck(app: Machinery, { wanted }: Step): Promise<Fault[]> {
  if (!wanted?.check) return []
  try {
    await wanted.check(app)
    return []
  } catch (error) {
    return faultsOf(error, wanted.path)
  }
}

/** Looks each address up once: what was judged before the transaction is not asked for again inside it. */
export function rememberingAddresses<Parts extends Pick<App, 'outbound'>>(app: Parts): Parts {
  const known = new Map<string, ReturnType<App['outbound']['check']>>()
  const check = (url: string) => {
    const judged = known.get(url) ?? app.outbound.check(url)
    known.set(url, judged)
    return judged
  }
  return { ...app, outbound: { ...app.outbound, check } }
}

/**
 * Makes everything as a document says, in one transaction and by the use cases that the API and the command line have, so that all
 * of it is checked, audited and announced as if it were done by hand: all or nothing. Of two at once one waits.
 *
 * `shown` is the plan that somebody agreed to: where it would be another one by now, nothing is done.
 *
 * @throws configuration_invalid (422); configuration_changed, configuration_busy (409)
 */
export async function applyConfiguration(
  app: Machinery,
  by: By,
  { document, refuse }: Opened,
  { shown, ...options }: Options & { shown: Plan },
): Promise<void> {
  if (shown.changes.length === 0) return
  await withPatience(() =>
    transaction(app.db, async (tx) => {
      await lockConfiguration(tx)
      const inside = { ...app, db: tx }
      const { steps, faults } = await planSections(inside, document, options)
      refuse(faults)
      const changes = steps.map(({ change }) => change)
      if (!isDeepStrictEqual(plain(changes), plain(shown.changes))) throw errors.configuration_changed()
      for (const step of steps) refuse(await take(inside, by, step))
      await audit.record(tx, app.clock.now(), by, {
        action: 'configuration.applied',
        target: { type: 'configuration', id: 'document' },
        details: { ...summaryOf(changes), prune: options.prune, plan: digestOf(changes) },
      })
    }),
  )
}

/** A refusal undoes all that came before it; it is told at its place in the document. */
async function take(app: Machinery, by: By, { wanted, present }: Step): Promise<Fault[]> {
  if (!wanted) {
    await present?.remove(app, by)
    return []
  }
  try {
    await wanted.put(app, by, present)
    return []
  } catch (error) {
    return faultsOf(error, wanted.path)
  }
}

/** What one cause did stands under one id in the audit log. */
export function causeOf({ clock }: Pick<App, 'clock'>, by: By): By {
  if (by.actor.type !== 'system' || by.origin === null) return by
  return { ...by, origin: { ...by.origin, requestId: `apply-${newId(clock.now())}` } }
}

const permissionOf = new Map<string, string>([
  ...sections.map(({ name, permission }) => [name, permission] as const),
  ['users', 'users:import:any'],
])

/** Who applies by the API must be allowed each part by itself (CASES AD-03). @throws configuration_beyond_own (403) */
export function demandPermissions(by: By | Caller, { changes }: Plan): void {
  if (by.actor.type === 'system') return
  const held: ReadonlySet<string> = 'permissions' in by ? by.permissions : new Set()
  const missing = [...new Set(changes.map(({ section }) => permissionOf.get(section) ?? ''))].filter(
    (one) => !held.has(one),
  )
  if (missing.length > 0)
    throw errors.configuration_beyond_own({ detail: `It takes ${missing.join(', ')} besides.` })
}

/**
 * What a plan says of people, and what it refuses, tells who is here and what they may do: without the right to put them there
 * nothing is told. @throws configuration_beyond_own (403)
 */
export function demandPeople(by: By | Caller, documents: Iterable<Opened>): void {
  for (const { document } of documents)
    if (document.users !== undefined)
      demandPermissions(by, { changes: [{ action: 'create', section: 'users', key: '', fields: [] }] })
}

export async function withPatience<Result>(work: () => Promise<Result>): Promise<Result> {
  try {
    return await work()
  } catch (error) {
    if (sqlState(error) === '55P03') throw errors.configuration_busy()
    if (violatedUnique(error) !== undefined) throw errors.configuration_taken()
    throw error
  }
}

const plain = (value: unknown): unknown => {
  const read: unknown = JSON.parse(JSON.stringify(value))
  return read
}

const digestOf = (changes: readonly Change[]): string => sha256(JSON.stringify(changes)).toString('base64url')
