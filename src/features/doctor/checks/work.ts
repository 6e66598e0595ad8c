import { secondsAfter } from '../../../lib/clock.ts'
import { auditStanding } from '../../audit/index.ts'
import { countDeadDeliveries } from '../../deliveries/index.ts'
import { examineKeys, type KeyFinding } from '../../keys/index.ts'
import { oldestDueJob, queueDepth } from '../../outbox/index.ts'
import { type Alive, fail, type Finding, ok, warn } from '../finding.ts'

/** What tokens are signed with. */
export async function lookAtKeys(alive: Alive): Promise<Finding[]> {
  const found = await examineKeys(alive)
  if (found.length === 0) return [warn('keys', 'there are none yet', 'Start the service: it makes them.')]
  const faults = found.flatMap(faultsOf)
  const ages = found.map(({ algorithm, days }) => `${algorithm} ${days} days`).join(', ')
  return faults.length > 0 ? faults : [ok('keys', `all open, each has a successor; signing: ${ages}`)]
}

function faultsOf({ algorithm, active, days, overdue, next, shut }: KeyFinding): Finding[] {
  return [
    ...shut.map((kid) =>
      fail(
        'keys',
        `${kid} (${algorithm}) does not open under KEY_ENCRYPTION_KEY`,
        'Put the key-encryption key that sealed it back behind the current one (NAME:BASE64).',
      ),
    ),
    ...(active
      ? []
      : [fail('keys', `no key of ${algorithm} signs`, 'Start the service: it completes the set.')]),
    ...(overdue
      ? [
          warn(
            'keys',
            `the key of ${algorithm} has signed for ${days} days`,
            'See that a service is running and its jobs are done, or run "gatehouse keys rotate".',
          ),
        ]
      : []),
    ...(active && !next
      ? [
          warn(
            'keys',
            `no successor of ${algorithm} is published`,
            'Start the service: it makes one, which may sign ten minutes later.',
          ),
        ]
      : []),
  ]
}

/** Seconds that work may wait before somebody should look. */
const patientSeconds = 600

/** Jobs and deliveries. */
export async function lookAtWork({ db, clock }: Alive): Promise<Finding[]> {
  const [depth, oldest, dead] = [await queueDepth(db), await oldestDueJob(db), await countDeadDeliveries(db)]
  const late = oldest !== null && oldest < secondsAfter(clock.now(), -patientSeconds)
  return [
    depth.dead > 0
      ? warn(
          'jobs',
          `${depth.dead} were given up`,
          'Look at "gatehouse job list", correct the cause and "gatehouse job retry" them.',
        )
      : late
        ? warn(
            'jobs',
            `the oldest has waited since ${oldest.toISOString()}`,
            'See that a service is running, and what its log says of jobs.',
          )
        : ok('jobs', `${depth.waiting} wait, ${depth.failing} are tried again, none was given up`),
    dead > 0
      ? warn(
          'deliveries',
          `${dead === 1000 ? '1000 or more' : dead} messages to other servers were given up`,
          'Ask those servers’ operators, then retry: "gatehouse delivery", "webhook delivery" or "stream-delivery".',
        )
      : ok('deliveries', 'none was given up'),
  ]
}

/** Whether the chain keeps up; whether it is whole takes reading all of it. */
export async function lookAtAudit({ db, clock }: Alive): Promise<Finding[]> {
  const { waitingSince, signedAt } = await auditStanding(db)
  if (waitingSince && waitingSince < secondsAfter(clock.now(), -patientSeconds))
    return [
      warn(
        'audit',
        `records wait for their chain since ${waitingSince.toISOString()}`,
        'See that a service is running; if its log says that a key does not open, put that key-encryption key back.',
      ),
    ]
  const signed = signedAt === null ? 'nothing signed yet' : `signed last at ${signedAt.toISOString()}`
  return [ok('audit', `the chain keeps up, ${signed}; "gatehouse audit verify" reads all of it`)]
}
