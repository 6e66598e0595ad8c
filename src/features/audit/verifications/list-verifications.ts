import type { App } from '../../../platform/app.ts'
import { snapshot } from '../../../platform/db/index.ts'
import { auditClasses } from '../actions.ts'
import { errors } from '../errors.ts'
import type { VerificationQueue } from './queue.ts'
import * as runs from './repository.ts'
import type { RunRecord } from './repository.ts'
import { Told, type VerificationView } from './schema.ts'
import { standing } from './standing.ts'

/** Runs that are shown. */
const shownRuns = 20

type Machinery = Pick<App, 'db' | 'clock'>

/** The newest runs, newest first: what the log itself tells of them, and the queue of the last. */
export async function listVerifications(
  { db, clock }: Machinery,
  queue: VerificationQueue,
): Promise<VerificationView[]> {
  const [records, state] = await snapshot(db, async (tx) => [
    await runs.listNewest(tx, shownRuns),
    await standing({ db: tx, clock }, queue),
  ])
  const started = records.filter(({ action }) => action === 'audit.verification_started')
  const results = Map.groupBy(
    records.filter(({ action }) => action === 'audit.verified'),
    ({ details }) => details.verification,
  )
  return started.map((one, place) => {
    const found = results.get(one.details.verification ?? null) ?? []
    const live = (place === 0 ? state : null) ?? 'given_up' // no other starts while one is under way
    return viewOf(one, found, live)
  })
}

/** @throws audit_verification_not_found (404): there was none, or twenty came after it. */
export async function findVerification(
  app: Machinery,
  queue: VerificationQueue,
  id: string,
): Promise<VerificationView> {
  const one = (await listVerifications(app, queue)).find((each) => each.id === id)
  if (!one) throw errors.audit_verification_not_found()
  return one
}

function viewOf(
  { at, actor, details }: RunRecord,
  results: readonly RunRecord[],
  live: VerificationView['state'],
): VerificationView {
  const classes = results
    .map((result) => Told.parse(result.details))
    .toSorted((one, other) => auditClasses.indexOf(one.class) - auditClasses.indexOf(other.class))
  return {
    id: String(details.verification),
    state: classes.length > 0 ? 'ended' : live,
    started_at: at,
    started_by: actor,
    ended_at: results[0]?.at ?? null,
    whole: classes.length > 0 ? classes.every(({ first_bad: bad }) => bad === null) : null,
    classes,
  }
}
