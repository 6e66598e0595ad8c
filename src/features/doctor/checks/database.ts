import { type DatabaseFacts, examineDatabase } from '../../../platform/db/index.ts'
import { isStartupError } from '../../../platform/startup-error.ts'
import type { Config, Databases } from '../../../platform/config/index.ts'
import { fail, type Finding, ok, type Patient, warn } from '../finding.ts'

interface Looked {
  findings: Finding[]
  /** Where it answers and has the tables of this program. */
  usable: Databases | null
}

/** Milliseconds that clocks may differ by (docs/operations.md, Replicas), and from which on it is worth a look. */
const clocks = { most: 5_000, noticeable: 1_000 }

export async function lookAtDatabase({ databases: find, config, clock }: Patient): Promise<Looked> {
  try {
    const databases = await find()
    if (!databases) return { usable: null, findings: [noDatabase(config)] }
    const facts = await examineDatabase(databases, () => clock.now())
    const { missing, unknown } = facts.migrations
    return {
      findings: [
        ok('database', `PostgreSQL ${facts.version}`),
        ...schemaOf(facts),
        ...rolesOf(facts, config),
        ...roomOf(facts, config),
        clockOf(facts),
        backupOf(facts, config, clock.now()),
      ],
      usable: missing.length + unknown.length === 0 ? databases : null,
    }
  } catch (error) {
    if (!isStartupError(error)) throw error
    return {
      usable: null,
      findings: [
        fail(
          'database',
          error.message,
          'Correct what it says, then ask the doctor again; what lies in the database was not looked at.',
        ),
      ],
    }
  }
}

const noDatabase = ({ dataDir }: Config): Finding =>
  warn('database', `there is none yet in ${dataDir}`, 'Start the service once, or set DATABASE_URL.')

function schemaOf({ migrations: { missing, later, unknown } }: DatabaseFacts): Finding[] {
  if (unknown.length > 0)
    return [
      fail(
        'migrations',
        `the database is newer than this program (${unknown.length} it does not know)`,
        'Run the newer program, or restore a backup made with this one.',
      ),
    ]
  if (missing.length > 0)
    return [
      fail(
        'migrations',
        `${missing.length} are missing, first ${missing[0] ?? ''}`,
        'Run "gatehouse migrate"; what lies in the tables was not looked at.',
      ),
    ]
  if (later.length > 0)
    return [
      ok('migrations', `a later release has migrated (${later.length} more); this program can serve on it`),
    ]
  return [ok('migrations', 'the schema is of this program')]
}

/** A small installation works as its owner; what that weakens is said. Extensions: none are needed. */
function rolesOf(facts: DatabaseFacts, { production, database }: Config): Finding[] {
  if (database === null) return []
  const say = production
    ? warn
    : (check: string, said: string) => ok(check, `${said} (fine while developing)`)
  return [
    facts.superuser
      ? say(
          'roles',
          `the application is superuser "${facts.role}": whoever takes it over owns the server`,
          'Give DATABASE_URL a role of its own without rights on the schema, and MIGRATION_DATABASE_URL the owner.',
        )
      : facts.ownsSchema
        ? say(
            'roles',
            `the application owns the schema as "${facts.role}": whoever takes it over can rewrite the audit log`,
            'Give DATABASE_URL a role of its own, and MIGRATION_DATABASE_URL the owner.',
          )
        : ok('roles', `the application works as "${facts.role}", which may not change the schema`),
    facts.forwarded && !facts.directApart
      ? warn(
          'pooler',
          'the server is not where DATABASE_URL leads: behind a transaction pooler LISTEN and the job queue do not work',
          'If it is a pooler, set DATABASE_DIRECT_URL past it.',
        )
      : ok('pooler', facts.directApart ? 'LISTEN and jobs go past it' : 'none between'),
  ]
}

/** Of one process: requests, LISTEN, job queue (docs/operations.md, Two roles, and poolers). */
const perProcess = 20 + 1 + 5

function roomOf(
  { connections: { most, reserved, used } }: DatabaseFacts,
  { webConcurrency }: Config,
): Finding[] {
  const [free, needed] = [most - reserved - used, perProcess * webConcurrency]
  const said = `${free} connections for ${needed} that ${webConcurrency === 1 ? 'one process takes' : `${webConcurrency} processes take`} at most`
  return [
    free < needed
      ? warn('connections', said, 'Raise max_connections of PostgreSQL, or lower WEB_CONCURRENCY.')
      : ok('connections', said),
  ]
}

function clockOf({ aheadMs }: DatabaseFacts): Finding {
  const [away, seconds] = [Math.abs(aheadMs), (Math.abs(aheadMs) / 1000).toFixed(1)]
  const said = `the clocks of this machine and of the database differ by ${seconds} s`
  const fix = 'Let both machines follow a time server (NTP).'
  if (away > clocks.most) return fail('clock', said, fix)
  return away > clocks.noticeable ? warn('clock', said, fix) : ok('clock', said)
}

const dayMs = 86_400_000

/** No program can see whether somebody copies the database elsewhere; where the server archives, it says when. */
function backupOf({ archivedAt }: DatabaseFacts, { production }: Config, now: Date): Finding {
  if (archivedAt !== undefined && archivedAt !== null && now.getTime() - archivedAt.getTime() < dayMs)
    return ok('backup', `the server archived its log last at ${archivedAt.toISOString()}`)
  const said =
    archivedAt === undefined
      ? 'the server archives no log (it may be copied otherwise)'
      : 'the server has archived no log for a day'
  return production
    ? warn(
        'backup',
        said,
        'See that the database is backed up (docs/operations.md, "Backup"), and restore one for practice.',
      )
    : ok('backup', said)
}
