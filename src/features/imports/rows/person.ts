import { z } from 'zod'

import type { FieldProblem } from '../../../platform/errors.ts'
import {
  canonicalEmail,
  canonicalUsername,
  changeFields,
  type CustomValues,
  LanguageTag,
  oneLine,
  Profile as WholeProfile,
  profileMembers,
} from '../../accounts/index.ts'
import { foreignHash, type PasswordHash, type Passwords, readForeignHash } from '../../credentials/index.ts'
import { readSeed } from '../../factors/index.ts'
import type { CustomFields } from '../../settings/index.ts'

/** A person as a row says them, checked. */
export interface Person {
  subject: string | null
  email: string | null
  emailEntered: string | null
  emailVerified: boolean
  username: string | null
  usernameEntered: string | null
  name: string | null
  locale: string | null
  status: 'pending' | 'active' | 'locked' | 'disabled'
  /** Null: now. */
  createdAt: Date | null
  profile: Profile | null
  phoneVerified: boolean
  custom: CustomValues
  /** Fields an operator requires of everybody, which the row leaves out: it can make nobody, but change somebody. */
  missing: FieldProblem[]
  password: PasswordHash | null
  seed: Buffer | null
  roles: string[]
}

type Profile = z.infer<typeof WholeProfile>

/**
 * How clients are called here. In a token of theirs `sub` is their id: no person may be taken for one (RFC 9068, section 5).
 */
const ofClients = /^(gh_|https:\/\/)/

/** Zero bytes and half characters, as JSON writes them: PostgreSQL keeps neither. */
const unkept = /\\u(?:0000|d[89a-f])/

const isObject = (value: unknown): boolean =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const Row = z
  .strictObject({
    sub: z
      .string()
      .regex(/^[\x21-\x7e]{1,255}$/, 'must be 1 to 255 ASCII characters without spaces')
      .refine((sub) => !ofClients.test(sub), 'looks like the id of a client'),
    email: z.string().max(320),
    email_verified: z.boolean(),
    username: z.string().max(100),
    name: oneLine(200),
    locale: LanguageTag,
    status: z.enum(['pending', 'active', 'locked', 'disabled']),
    created_at: z.iso
      .datetime({ offset: true })
      .transform((text) => new Date(text))
      .refine((at) => at.getTime() >= 0, 'is before 1970'),
    phone_number_verified: z.boolean(),
    password_hash: z.union([z.string().max(2_000), z.looseObject({})]),
    password_pepper: z.string().min(1).max(100),
    totp_secret: z.string().max(500),
    roles: z.array(z.string().max(100)).max(20),
    custom: z.custom<Readonly<Record<string, unknown>>>(isObject, 'must be an object'),
    ...profileMembers,
  })
  .partial()

type Row = z.infer<typeof Row>

/** What rows are looked at by. */
export interface Rules {
  schema: CustomFields
  passwords: Pick<Passwords, 'knowsPepper'>
  now: Date
}

/** What a row says of a person, or all that is wrong with it; what is wrong is named, never what stood there. */
export function readPerson(
  rules: Rules,
  sent: Readonly<Record<string, unknown>>,
): { person: Person } | { problems: FieldProblem[] } {
  const said = Object.entries(sent).filter(([, value]) => value !== null && value !== undefined)
  if (Object.hasOwn(sent, '__proto__'))
    return { problems: [{ field: '__proto__', detail: 'is not known here' }] }
  const parsed = Row.safeParse(Object.fromEntries(said))
  if (!parsed.success) return { problems: parsed.error.issues.slice(0, mostProblems).flatMap(problemOf) }
  if (unkept.test(JSON.stringify(sent)))
    return { problems: [{ field: '', detail: 'holds characters that cannot be kept' }] }
  const problems: FieldProblem[] = []
  const person = personOf(rules, parsed.data, (field, detail) => {
    problems.push({ field: harmless(field), detail })
  })
  return problems.length > 0 ? { problems: problems.slice(0, mostProblems) } : { person }
}

/** Of one row that are told. */
const mostProblems = 10

function problemOf(issue: z.core.$ZodIssue): FieldProblem[] {
  if (issue.code !== 'unrecognized_keys')
    return [{ field: issue.path.map(String).join('.').slice(0, 100), detail: issue.message.slice(0, 200) }]
  return issue.keys.slice(0, mostProblems).map((key) => ({
    field: harmless(key),
    detail: 'is not known here',
  }))
}

/** A name that somebody else made up, as a report may hold it. */
const harmless = (name: string): string => name.replace(/[^\w.-]/g, '?').slice(0, 60)

type Tell = (field: string, detail: string) => void

function personOf(rules: Rules, row: Row, tell: Tell): Person {
  const custom = changeFields(rules.schema, {}, row.custom ?? {}, 'administrator')
  for (const { field, detail } of custom.problems) tell(field, detail)
  if (row.created_at && row.created_at > rules.now) tell('created_at', 'has not come yet')
  const { sub = null, name = null, locale = null, status = 'active', created_at: createdAt = null } = row
  return {
    ...namesOf(row, tell),
    ...{ subject: sub, name, locale, status, createdAt },
    profile: profileOf(row),
    phoneVerified: row.phone_number_verified === true,
    custom: custom.after,
    missing: custom.missing,
    password: passwordOf(rules, row, tell),
    seed: seedOf(row, tell),
    roles: [...new Set(row.roles)].filter((role) => role !== 'user'),
  }
}

type Names = Pick<Person, 'email' | 'emailEntered' | 'emailVerified' | 'username' | 'usernameEntered'>

function namesOf(row: Row, tell: Tell): Names {
  const { email: emailEntered = null, username: usernameEntered = null } = row
  if (emailEntered === null && usernameEntered === null) tell('email', 'or a username is needed')
  const email = canonical(emailEntered, canonicalEmail, () => {
    tell('email', 'is no e-mail address that can be used here')
  })
  const username = canonical(usernameEntered, canonicalUsername, () => {
    tell('username', 'is no user name that can be used here')
  })
  const emailVerified = row.email_verified === true && email !== null
  return { email, emailEntered, emailVerified, username, usernameEntered }
}

function canonical(
  entered: string | null,
  form: (text: string) => string | null,
  refuse: () => void,
): string | null {
  const value = entered === null ? null : form(entered)
  if (entered !== null && value === null) refuse()
  return value
}

function profileOf(row: Row): Profile | null {
  const told = Object.keys(profileMembers).flatMap((name) => {
    const value = row[name as keyof typeof profileMembers] // a key of that very table
    return value === undefined ? [] : [[name, value] as const]
  })
  return told.length === 0 ? null : WholeProfile.parse(Object.fromEntries(told))
}

function passwordOf(rules: Rules, row: Row, tell: Tell): PasswordHash | null {
  const { password_hash: sent, password_pepper: pepper } = row
  if (sent === undefined) return null
  const hash = readForeignHash(typeof sent === 'string' ? sent : JSON.stringify(sent))
  if (!hash) tell('password_hash', 'is no hash of a form known here')
  else if (!hash.affordable) tell('password_hash', 'would cost too much to verify')
  else if (pepper === undefined) return { hash: hash.text, pepperVersion: foreignHash }
  else if (hash.algorithm === 'argon2' && rules.passwords.knowsPepper(pepper))
    return { hash: hash.text, pepperVersion: pepper }
  else tell('password_pepper', 'is no pepper of this service')
  return null
}

function seedOf({ totp_secret: secret }: Row, tell: Tell): Buffer | null {
  if (secret === undefined) return null
  const seed = readSeed(secret)
  if (!seed) tell('totp_secret', 'is no Base32 seed of codes with six digits every thirty seconds (SHA-1)')
  return seed
}
