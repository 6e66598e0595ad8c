import { sha256 } from '../../../platform/crypto/index.ts'
import type { FieldProblem } from '../../../platform/errors.ts'
import type { Import, Outcome } from '../repository.ts'
import type { Person } from './person.ts'

/** A row of a batch, as far as it is understood. */
export type Looked =
  | { line: number; person: Person; problems?: undefined }
  | { line: number; problems: FieldProblem[]; person?: undefined }

/** What is to become of a row. */
export interface Decision {
  line: number
  outcome: Outcome
  person: Person | null
  /** Who is changed or was there before. */
  userId: string | null
  problems: FieldProblem[]
}

/** By which others may know the same person. */
export interface Key {
  field: 'email' | 'username' | 'sub'
  key: Buffer
  line: number
}

export function keysOf({ line, person }: Looked): Key[] {
  if (!person) return []
  const named = [
    ['email', person.email],
    ['username', person.username],
    ['sub', person.subject],
  ] as const
  return named.flatMap(([field, value]) =>
    value === null ? [] : [{ field, line, key: sha256(`${field}\0${value}`).subarray(0, 16) }],
  )
}

/** What is known of a batch's rows before anything is written. */
export interface Known {
  /** Which line has each key, as hexadecimal text. */
  lines: ReadonlyMap<string, number>
  holders: {
    emails: ReadonlyMap<string, string>
    usernames: ReadonlyMap<string, string>
    subjects: ReadonlyMap<string, string>
    retired: ReadonlyMap<string, string>
  }
  /** People that whoever imports has no authority over. */
  beyond: ReadonlySet<string>
  /** Ids of clients among the subjects. */
  clientIds: ReadonlySet<string>
  /** Why a role may not be given; roles that may are not in it. */
  refusedRoles: ReadonlyMap<string, string>
}

/** What is to become of a row: nothing is written here. */
export function decide(onConflict: Import['onConflict'], known: Known, looked: Looked): Decision {
  const { line, person } = looked
  if (!person) return failed(line, looked.problems)
  const wrong = [...twiceIn(known, looked), ...refusedRolesOf(known, person), ...takenSubject(known, person)]
  if (wrong.length > 0) return failed(line, wrong)
  const { fields, ids } = holdersOf(known, person)
  const [userId] = ids
  if (userId !== undefined) return decideKnown(onConflict, known, { line, person, fields, ids, userId })
  if (person.missing.length > 0) return failed(line, person.missing)
  return { line, outcome: 'created', person, userId: null, problems: [] }
}

const failed = (line: number, problems: FieldProblem[], userId: string | null = null): Decision => ({
  ...{ line, outcome: 'failed', person: null, userId, problems },
})

function twiceIn({ lines }: Known, looked: Looked): FieldProblem[] {
  return keysOf(looked).flatMap(({ field, key, line }) => {
    const first = lines.get(key.toString('hex'))
    return first === undefined || first === line ? [] : [{ field, detail: `stands in line ${first} too` }]
  })
}

const refusedRolesOf = ({ refusedRoles }: Known, { roles }: Person): FieldProblem[] =>
  roles.flatMap((role) => {
    const why = refusedRoles.get(role)
    return why === undefined ? [] : [{ field: 'roles', detail: why }]
  })

function takenSubject({ holders, clientIds }: Known, { subject }: Person): FieldProblem[] {
  if (subject === null) return []
  if (clientIds.has(subject)) return [{ field: 'sub', detail: 'is the id of a client' }]
  return holders.retired.has(subject) ? [{ field: 'sub', detail: 'was of an account that is deleted' }] : []
}

interface KnownPerson {
  line: number
  person: Person
  /** By which they are known, and as whom. */
  fields: string[]
  ids: string[]
  userId: string
}

function decideKnown(
  onConflict: Import['onConflict'],
  { beyond }: Known,
  { line, person, fields, ids, userId }: KnownPerson,
): Decision {
  const taken = fields.map((field) => ({ field, detail: 'belongs to an account already' }))
  if (onConflict === 'skip') return { line, outcome: 'skipped', person: null, userId, problems: taken }
  if (onConflict === 'fail') return failed(line, taken, userId)
  if (ids.length > 1)
    return failed(
      line,
      fields.map((field) => ({ field, detail: 'belong to different accounts' })),
    )
  if (beyond.has(userId))
    return failed(line, [{ field: 'roles', detail: 'they may do more than whoever imports' }])
  return { line, outcome: 'updated', person, userId, problems: [] }
}

function holdersOf({ holders }: Known, person: Person): { fields: string[]; ids: string[] } {
  const found = [
    ['email', holders.emails.get(person.email ?? '')],
    ['username', holders.usernames.get(person.username ?? '')],
    ['sub', holders.subjects.get(person.subject ?? '')],
  ] as const
  const held = found.flatMap(([field, id]) => (id === undefined ? [] : [{ field, id }]))
  return { fields: held.map(({ field }) => field), ids: [...new Set(held.map(({ id }) => id))] }
}
